//! What every storage engine must do: the ledger with its journal, and the API keys.
//!
//! Traits, models and errors; no engine. An engine proves itself by the `story` suite
//! (feature `story`), which tells the same story to each of them.

mod act;
mod durations;
mod error;
mod keys;
mod leaf;
mod ledger;
mod register;
#[cfg(feature = "story")]
pub mod story;
mod systems;
mod ticket;

pub use act::Act;
pub use durations::{Counted, Durations};
pub use error::{AppendError, StoreError};
pub use keys::{ApiKey, KeyLimits, KeyLookup, KeyState, KeyStore, KeyUse, NewApiKey};
pub use leaf::{
    DecisionLeaf, FormerLedger, Further, KeyActKind, KeyActLeaf, LedgerBegunLeaf, LimitedLeaf, Outcome,
    OutcomeLeaf, Pseudonym, RefusedKeysLeaf, RegisterLeaf, SystemActLeaf, Usage,
};
pub use ledger::{
    Health, LeafKind, LedgerFailed, LedgerReader, LedgerStore, NewLeaf, OpenDecision, SignedHead, StoredLeaf,
};
pub use register::{NewRegister, RegisterError, RegisterStore, RegisterVersion};
pub use systems::{Suspension, SystemAct, SystemActKind, SystemStore};
pub use ticket::{Ticket, TicketHolder, ticket};
