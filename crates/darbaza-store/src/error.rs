//! What can go wrong with a store, as the caller must tell it apart.

use std::error::Error;

/// Why a leaf was not recorded. No answer may leave without its record, so each of these becomes
/// `ledger_unavailable`; they differ in what the server does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AppendError {
    /// No space is left. The server stays up and refuses until there is.
    #[error("the disk of the ledger is full")]
    Full,
    /// Another process holds the file, against the rule that one process owns the data folder. The
    /// server stays up and refuses until it lets go.
    #[error("another process holds the ledger's file")]
    Busy,
    /// A write or sync failed. What the disk holds is unknown, so the process must end and recover
    /// from the file; a failed fsync is never tried again.
    #[error("the ledger could not be written, and its state is unknown until a restart")]
    Failed,
    /// Too many writes are waiting already.
    #[error("too many records are waiting for the ledger")]
    Overloaded,
    /// An outcome came for a decision that is not open: unknown, or ended already.
    #[error("no open decision has that receipt")]
    NotOpen,
    /// The store is shutting down.
    #[error("the ledger is closed")]
    Closed,
}

/// Why a store could not be opened, read or written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The engine failed.
    #[error("{doing} failed")]
    Engine {
        /// What was being done.
        doing: &'static str,
        /// The engine's own error.
        source: Box<dyn Error + Send + Sync>,
    },
    /// The files are of a newer version of the product.
    #[error("{file} was written by a newer version (schema {found}, this version knows {known})")]
    Newer {
        /// Which file.
        file: String,
        /// Its schema.
        found: u32,
        /// The newest schema known here.
        known: u32,
    },
    /// Stored data contradict themselves.
    #[error("stored data are damaged: {0}")]
    Damaged(String),
    /// A record could not be appended.
    #[error(transparent)]
    Append(#[from] AppendError),
}
