//! The first leaf of a ledger that follows another one.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Which ledger this one follows. The former one could not be continued: records of it that a
/// checkpoint went out for were lost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename = "ledger_begun")]
pub struct LedgerBegunLeaf {
    /// Version of this form.
    pub v: u32,
    /// When.
    pub at: Timestamp,
    /// The ledger before.
    pub former: FormerLedger,
}

/// A ledger as it was when it was closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormerLedger {
    /// Its name in its checkpoints.
    pub origin: String,
    /// Records that are left of it.
    pub records: u64,
    /// Their root, in base64.
    pub root: String,
    /// Records of the largest checkpoint that is known to have gone out. More than are left: the
    /// difference is lost.
    pub signed_records: u64,
    /// The root in that checkpoint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_root: Option<String>,
}
