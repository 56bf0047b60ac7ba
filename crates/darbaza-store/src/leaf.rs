//! What the leaves of the journey say. One JSON object each, under 1 KiB, without personal data:
//! categories and counts, ids, versions, keyed commitments and pseudonyms.

mod act;
mod begun;
mod decision;
mod outcome;
mod register;

pub use act::{KeyActKind, KeyActLeaf, SystemActLeaf};
pub use begun::{FormerLedger, LedgerBegunLeaf};
pub use decision::{DecisionLeaf, Further, LimitedLeaf, Pseudonym, RefusedKeysLeaf};
pub use outcome::{Outcome, OutcomeLeaf, Usage};
pub use register::RegisterLeaf;
