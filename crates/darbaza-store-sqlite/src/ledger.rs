//! The ledger in `ledger.db`: one writer thread with group commit, readers beside it.

mod batch;
mod read;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use darbaza_core::Receipt;
use darbaza_ledger::TreeHead;
use darbaza_store::{
    Durations, Health, LedgerFailed, LedgerReader, LedgerStore, NewLeaf, OpenDecision, SignedHead,
    StoreError, StoredLeaf, Ticket,
};
use rusqlite::Connection;

use crate::open::{self, Migrations};
use writer::Writer;

pub(crate) const MIGRATIONS: Migrations = &[include_str!("../migrations/ledger/0001_leaves_and_journal.sql")];

/// The ledger, in SQLite, as the process that owns the data folder has it.
pub struct SqliteLedger {
    writer: Writer,
    reader: SqliteLedgerReader,
}

/// The ledger, in SQLite, for reading only: beside a running server too.
pub struct SqliteLedgerReader {
    path: PathBuf,
    /// Idle read-only connections. As many as there ever were readers at once.
    idle: Mutex<Vec<Connection>>,
}

impl SqliteLedger {
    /// Opens `ledger.db` in that folder, making it where there is none, and starts its writer.
    ///
    /// # Errors
    ///
    /// Where the file cannot be opened, is of a newer version, or contradicts itself.
    pub fn open(folder: &Path) -> Result<SqliteLedger, StoreError> {
        let path = folder.join("ledger.db");
        let connection = open::writer(&path, MIGRATIONS)?;
        let writer = Writer::start(connection, &path)?;
        Ok(SqliteLedger { writer, reader: SqliteLedgerReader { path, idle: Mutex::default() } })
    }
}

impl SqliteLedgerReader {
    /// Opens `ledger.db` in that folder for reading.
    ///
    /// # Errors
    ///
    /// Where there is no such file, or it cannot be read.
    pub fn open(folder: &Path) -> Result<SqliteLedgerReader, StoreError> {
        let reader = SqliteLedgerReader { path: folder.join("ledger.db"), idle: Mutex::default() };
        reader.signed_head()?;
        Ok(reader)
    }

    fn reading<T>(&self, read: impl FnOnce(&Connection) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = match idle {
            Some(connection) => connection,
            None => open::reader(&self.path)?,
        };
        let result = read(&connection);
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
        result
    }
}

impl LedgerReader for SqliteLedgerReader {
    fn head(&self) -> Result<TreeHead, StoreError> {
        self.reading(read::head)
    }

    fn leaves(&self, from: u64, limit: usize) -> Result<Vec<StoredLeaf>, StoreError> {
        self.reading(|connection| read::leaves(connection, from, limit))
    }

    fn decision(&self, receipt: Receipt) -> Result<Option<StoredLeaf>, StoreError> {
        self.reading(|connection| read::decision(connection, receipt))
    }

    fn open_decisions(&self, limit: usize) -> Result<Vec<OpenDecision>, StoreError> {
        self.reading(|connection| read::open_decisions(connection, limit))
    }

    fn signed_head(&self) -> Result<Option<SignedHead>, StoreError> {
        self.reading(read::signed_head)
    }
}

impl LedgerReader for SqliteLedger {
    /// From memory: the writer knows what it made durable.
    fn head(&self) -> Result<TreeHead, StoreError> {
        Ok(self.writer.head())
    }

    fn leaves(&self, from: u64, limit: usize) -> Result<Vec<StoredLeaf>, StoreError> {
        self.reader.leaves(from, limit)
    }

    fn decision(&self, receipt: Receipt) -> Result<Option<StoredLeaf>, StoreError> {
        self.reader.decision(receipt)
    }

    fn open_decisions(&self, limit: usize) -> Result<Vec<OpenDecision>, StoreError> {
        self.reader.open_decisions(limit)
    }

    fn signed_head(&self) -> Result<Option<SignedHead>, StoreError> {
        self.reader.signed_head()
    }
}

impl LedgerStore for SqliteLedger {
    fn submit(&self, leaf: NewLeaf) -> Ticket {
        self.writer.submit(leaf)
    }

    fn health(&self) -> Health {
        self.writer.health()
    }

    fn failed(&self) -> LedgerFailed {
        self.writer.failed()
    }

    fn append_durations(&self) -> Option<Arc<Durations>> {
        Some(self.writer.append_durations())
    }

    fn keep_signed_head(&self, head: &SignedHead) -> Result<(), StoreError> {
        self.writer.keep_signed_head(head.clone())
    }
}
