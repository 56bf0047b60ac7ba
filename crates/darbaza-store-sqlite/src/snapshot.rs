//! Copies of the database files, made beside a running server and looked through before they are used.

use std::path::Path;

use darbaza_store::StoreError;
use rusqlite::Connection;

use crate::open::{self, Migrations, engine};
use crate::{ledger, main_db};

/// A database file of the data folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Database {
    /// The leaves and the journal.
    Ledger,
    /// Everything else.
    Main,
}

impl Database {
    /// Both, in the order in which they are copied: what a leaf names was kept before the leaf was
    /// written, so that a younger copy of the rest has it.
    pub const ALL: [Database; 2] = [Database::Ledger, Database::Main];

    /// The name of the file.
    pub const fn file(self) -> &'static str {
        match self {
            Database::Ledger => "ledger.db",
            Database::Main => "main.db",
        }
    }

    /// The newest schema that this version knows.
    pub fn newest_schema(self) -> u32 {
        u32::try_from(self.migrations().len()).unwrap_or(u32::MAX)
    }

    fn migrations(self) -> Migrations {
        match self {
            Database::Ledger => ledger::MIGRATIONS,
            Database::Main => main_db::MIGRATIONS,
        }
    }

    /// Copies the file from one folder to another, as it is at one moment; the schema of the copy.
    ///
    /// Who writes goes on meanwhile: the copy is read in one transaction, which holds nobody up but
    /// keeps the write-ahead log from being folded back until it is done. The copy is not synced.
    ///
    /// # Errors
    ///
    /// Where the file cannot be read, or the copy not written.
    pub fn copy(self, from: &Path, to: &Path) -> Result<u32, StoreError> {
        let path = to.join(self.file());
        let name = utf8(&path)?;
        open::make_private(&path).map_err(|source| StoreError::Engine {
            doing: "making the copy of the database",
            source: Box::new(source),
        })?;
        let source = open::reader(&from.join(self.file()))?;
        // A reader writes nothing; the copy is another file.
        source
            .execute_batch("PRAGMA query_only = OFF")
            .and_then(|()| source.execute("VACUUM INTO ?", [name]))
            .map_err(engine("copying the database"))?;
        self.schema(to)
    }

    /// Looks through every page of the file in that folder; its schema.
    ///
    /// # Errors
    ///
    /// Where it cannot be read, is damaged, or is of a newer version.
    pub fn check(self, folder: &Path) -> Result<u32, StoreError> {
        let connection = open::reader(&folder.join(self.file()))?;
        let found: String = connection
            .query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))
            .map_err(engine("looking through the database"))?;
        if found != "ok" {
            return Err(StoreError::Damaged(format!("{}: {found}", self.file())));
        }
        let (found, known) = (version(&connection)?, self.newest_schema());
        if found > known {
            return Err(StoreError::Newer { file: self.file().to_owned(), found, known });
        }
        Ok(found)
    }

    fn schema(self, folder: &Path) -> Result<u32, StoreError> {
        version(&open::reader(&folder.join(self.file()))?)
    }
}

fn version(connection: &Connection) -> Result<u32, StoreError> {
    connection
        .query_row("PRAGMA user_version", [], |row| row.get(0))
        .map_err(engine("reading the schema version"))
}

/// SQLite takes the name of a copy as text.
fn utf8(path: &Path) -> Result<&str, StoreError> {
    path.to_str().ok_or_else(|| StoreError::Engine {
        doing: "naming the copy of the database",
        source: format!("the path {} is no UTF-8", path.display()).into(),
    })
}
