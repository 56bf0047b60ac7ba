//! The leaf of a register that was put in force.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A register was put in force. By whom and why stands in the database beside its text: names of
/// staff do not belong into a record that nobody can erase.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename = "register")]
pub struct RegisterLeaf {
    /// Version of this form.
    pub v: u32,
    /// When.
    pub at: Timestamp,
    /// Its number.
    pub number: u64,
    /// The fingerprint of its facts, as decisions name it.
    pub version: String,
}
