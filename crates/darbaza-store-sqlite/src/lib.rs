//! The embedded engine: SQLite, bundled, in two files.
//!
//! `ledger.db` holds the leaves and the journal and has a writer thread of its own with group
//! commit; `main.db` holds everything else and has its own writer, so that a long import never
//! stalls the gate. Both are in WAL mode with synchronous FULL: a commit that returned is on disk.

mod convert;
mod ledger;
mod main_db;
mod open;
mod snapshot;

pub use ledger::{SqliteLedger, SqliteLedgerReader};
pub use main_db::SqliteMain;
pub use snapshot::Database;
