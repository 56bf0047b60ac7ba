//! The register's versions.

use darbaza_store::{NewRegister, RegisterError, RegisterStore, RegisterVersion, StoreError};
use rusqlite::{Connection, OptionalExtension, Params, Row, TransactionBehavior, params};

use super::SqliteMain;
use crate::convert::{microseconds, signed, timestamp, unsigned};
use crate::open::engine;

const COLUMNS: &str = "number, version, text, at, by, reason";

impl SqliteMain {
    fn registers(&self, rest: &str, values: impl Params) -> Result<Vec<RegisterVersion>, StoreError> {
        let connection = self.connection();
        let sql = format!("SELECT {COLUMNS} FROM register_version {rest}");
        let mut statement = connection.prepare(&sql).map_err(engine("reading registers"))?;
        let rows = statement.query_map(values, Columns::read).map_err(engine("reading registers"))?;
        rows.map(|row| row.map_err(engine("reading registers"))?.into_version()).collect()
    }
}

impl RegisterStore for SqliteMain {
    fn put_in_force(
        &self,
        register: &NewRegister,
        expected: Option<&str>,
    ) -> Result<RegisterVersion, RegisterError> {
        let mut connection = self.connection();
        let transaction = connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(engine("keeping a register"))?;
        let current = current(&transaction)?;
        if current.as_ref().map(|c| c.register.version.as_str()) != expected {
            return Err(match current {
                Some(current) => RegisterError::Changed(Box::new(current)),
                None => RegisterError::Store(StoreError::Damaged("no register is in force".to_owned())),
            });
        }
        let number = current.map_or(0, |c| c.number) + 1;
        transaction
            .execute(
                "INSERT INTO register_version (number, version, text, at, by, reason) VALUES (?, ?, ?, ?, ?, ?)",
                params![
                    signed(number),
                    register.version,
                    register.text,
                    microseconds(register.at),
                    register.by,
                    register.reason
                ],
            )
            .and_then(|_| transaction.commit())
            .map_err(engine("keeping a register"))?;
        Ok(RegisterVersion { number, register: register.clone() })
    }

    fn in_force(&self) -> Result<Option<RegisterVersion>, StoreError> {
        current(&self.connection())
    }

    fn number(&self, number: u64) -> Result<Option<RegisterVersion>, StoreError> {
        self.registers("WHERE number = ?", [signed(number)]).map(|found| found.into_iter().next())
    }

    fn version(&self, version: &str) -> Result<Option<RegisterVersion>, StoreError> {
        self.registers("WHERE version = ? ORDER BY number DESC LIMIT 1", [version])
            .map(|found| found.into_iter().next())
    }

    fn history(&self, limit: usize) -> Result<Vec<RegisterVersion>, StoreError> {
        self.registers("ORDER BY number DESC LIMIT ?", [signed(limit as u64)])
    }

    fn unrecorded(&self) -> Result<Vec<RegisterVersion>, StoreError> {
        self.registers("WHERE recorded = 0 ORDER BY number", [])
    }

    fn recorded(&self, number: u64) -> Result<(), StoreError> {
        self.write("marking a register as recorded", |tx| {
            let sql = "UPDATE register_version SET recorded = 1 WHERE number = ?";
            tx.execute(sql, [signed(number)]).map(drop)
        })
    }
}

fn current(connection: &Connection) -> Result<Option<RegisterVersion>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM register_version ORDER BY number DESC LIMIT 1");
    let row = connection.query_row(&sql, [], Columns::read).optional();
    row.map_err(engine("reading the register in force"))?.map(Columns::into_version).transpose()
}

/// A row as SQLite holds it.
struct Columns {
    number: i64,
    version: String,
    text: String,
    at: i64,
    by: String,
    reason: String,
}

impl Columns {
    fn read(row: &Row<'_>) -> rusqlite::Result<Columns> {
        Ok(Columns {
            number: row.get(0)?,
            version: row.get(1)?,
            text: row.get(2)?,
            at: row.get(3)?,
            by: row.get(4)?,
            reason: row.get(5)?,
        })
    }

    fn into_version(self) -> Result<RegisterVersion, StoreError> {
        Ok(RegisterVersion {
            number: unsigned(self.number),
            register: NewRegister {
                version: self.version,
                text: self.text,
                at: timestamp(self.at)?,
                by: self.by,
                reason: self.reason,
            },
        })
    }
}
