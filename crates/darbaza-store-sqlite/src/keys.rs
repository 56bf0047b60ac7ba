//! API keys in `main.db`.

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use darbaza_core::{KeyId, OrganisationId, Purpose, SystemKey};
use darbaza_store::{ApiKey, KeyLookup, KeyStore, NewApiKey, StoreError};
use jiff::Timestamp;
use rusqlite::{Connection, Row, params};
use uuid::Uuid;

use crate::convert::{damaged, microseconds, timestamp, uuid};
use crate::open::{Migrations, engine, writer};

pub(crate) const MIGRATIONS: Migrations = &[include_str!("../migrations/main/0001_api_keys.sql")];

/// The API keys, in SQLite.
pub struct SqliteKeys {
    connection: Mutex<Connection>,
}

impl SqliteKeys {
    /// Opens `main.db` in that folder, making it where there is none.
    ///
    /// # Errors
    ///
    /// Where the file cannot be opened or is of a newer version.
    pub fn open(folder: &Path) -> Result<SqliteKeys, StoreError> {
        let connection = writer(&folder.join("main.db"), MIGRATIONS)?;
        connection
            .pragma_update(None, "wal_autocheckpoint", 1000)
            .map_err(engine("setting up the database"))?;
        Ok(SqliteKeys { connection: Mutex::new(connection) })
    }

    /// A panic while the lock was held left no half-done transaction: each call is one statement.
    fn connection(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl KeyStore for SqliteKeys {
    fn add(&self, key: &NewApiKey) -> Result<(), StoreError> {
        let words: Vec<&str> = key.purposes.iter().map(Purpose::as_str).collect();
        let purposes = serde_json::to_string(&words).map_err(|_| damaged("the purposes of a key"))?;
        let sql = "INSERT INTO api_key
            (id, organisation, system, owner, purposes, lookup, issued_at, expires_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
        let values = params![
            key.id.0.as_bytes(),
            key.organisation.0.as_bytes(),
            key.system.as_str(),
            key.owner,
            purposes,
            key.lookup.0,
            microseconds(key.issued_at),
            key.expires_at.map(microseconds),
        ];
        self.connection().execute(sql, values).map(drop).map_err(engine("keeping a key"))
    }

    fn revoke_system(&self, system: &SystemKey, at: Timestamp) -> Result<usize, StoreError> {
        let sql = "UPDATE api_key SET revoked_at = ? WHERE system = ? AND revoked_at IS NULL";
        self.connection()
            .execute(sql, params![microseconds(at), system.as_str()])
            .map_err(engine("revoking keys"))
    }

    fn current(&self) -> Result<Vec<ApiKey>, StoreError> {
        let connection = self.connection();
        let mut statement = connection
            .prepare(
                "SELECT id, organisation, system, owner, purposes, lookup, issued_at, expires_at
                 FROM api_key WHERE revoked_at IS NULL ORDER BY id",
            )
            .map_err(engine("reading keys"))?;
        let rows = statement.query_map([], Columns::read).map_err(engine("reading keys"))?;
        rows.map(|row| row.map_err(engine("reading keys"))?.into_key()).collect()
    }
}

/// A row as SQLite holds it, before the words in it are checked.
struct Columns {
    id: Uuid,
    organisation: Uuid,
    system: String,
    owner: String,
    purposes: String,
    lookup: [u8; 32],
    issued_at: i64,
    expires_at: Option<i64>,
}

impl Columns {
    fn read(row: &Row<'_>) -> rusqlite::Result<Columns> {
        Ok(Columns {
            id: uuid(row, 0)?,
            organisation: uuid(row, 1)?,
            system: row.get(2)?,
            owner: row.get(3)?,
            purposes: row.get(4)?,
            lookup: row.get(5)?,
            issued_at: row.get(6)?,
            expires_at: row.get(7)?,
        })
    }

    fn into_key(self) -> Result<ApiKey, StoreError> {
        let issued = NewApiKey {
            id: KeyId(self.id),
            organisation: OrganisationId(self.organisation),
            system: self.system.parse().map_err(|_| damaged("the system of a key"))?,
            owner: self.owner,
            purposes: serde_json::from_str(&self.purposes).map_err(|_| damaged("the purposes of a key"))?,
            lookup: KeyLookup(self.lookup),
            issued_at: timestamp(self.issued_at)?,
            expires_at: self.expires_at.map(timestamp).transpose()?,
        };
        Ok(ApiKey { issued, revoked_at: None })
    }
}
