//! `main.db`: everything but the ledger.

mod keys;
mod registers;
mod systems;

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use darbaza_store::StoreError;
use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::open::{Migrations, engine, reader, writer};

pub(crate) const MIGRATIONS: Migrations = &[
    include_str!("../migrations/main/0001_api_keys.sql"),
    include_str!("../migrations/main/0002_acts_limits_and_suspensions.sql"),
    include_str!("../migrations/main/0003_register_versions.sql"),
];

/// API keys, the acts on them and on AI systems, and the register's versions, in SQLite.
pub struct SqliteMain {
    connection: Mutex<Connection>,
}

impl SqliteMain {
    /// Opens `main.db` in that folder, making it where there is none.
    ///
    /// # Errors
    ///
    /// Where the file cannot be opened or is of a newer version.
    pub fn open(folder: &Path) -> Result<SqliteMain, StoreError> {
        let connection = writer(&folder.join("main.db"), MIGRATIONS)?;
        connection
            .pragma_update(None, "wal_autocheckpoint", 1000)
            .map_err(engine("setting up the database"))?;
        Ok(SqliteMain { connection: Mutex::new(connection) })
    }

    /// Opens it for reading only, beside a running server too.
    ///
    /// # Errors
    ///
    /// Where there is no such file, or it cannot be read.
    pub fn open_reader(folder: &Path) -> Result<SqliteMain, StoreError> {
        Ok(SqliteMain { connection: Mutex::new(reader(&folder.join("main.db"))?) })
    }

    /// A panic while the lock was held left no half-done transaction: dropping one takes it back.
    fn connection(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes in one transaction.
    fn write<T>(
        &self,
        doing: &'static str,
        work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        let mut connection = self.connection();
        let written = connection.transaction_with_behavior(TransactionBehavior::Immediate).and_then(|tx| {
            let done = work(&tx)?;
            tx.commit()?;
            Ok(done)
        });
        written.map_err(engine(doing))
    }
}
