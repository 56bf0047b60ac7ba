//! What a person does to keys and systems: who and when stays in the store, what is also in the
//! ledger.

use jiff::Timestamp;
use uuid::Uuid;

/// Somebody did something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    /// Its id.
    pub id: Uuid,
    /// When.
    pub at: Timestamp,
    /// Who: the user of the operating system. Never in a leaf or a log, it names a person.
    pub who: String,
}
