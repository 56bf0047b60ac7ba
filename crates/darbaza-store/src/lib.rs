//! What every storage engine must do: the ledger with its journal, and the API keys.
//!
//! Traits, models and errors; no engine. An engine proves itself by the `story` suite
//! (feature `story`), which tells the same story to each of them.

mod error;
mod keys;
mod leaf;
mod ledger;
#[cfg(feature = "story")]
pub mod story;
mod ticket;

pub use error::{AppendError, StoreError};
pub use keys::{ApiKey, KeyLookup, KeyStore, NewApiKey};
pub use leaf::{
    DecisionLeaf, FormerLedger, LedgerBegunLeaf, Outcome, OutcomeLeaf, Pseudonym, RefusedKeysLeaf, Usage,
};
pub use ledger::{
    Health, LeafKind, LedgerFailed, LedgerReader, LedgerStore, NewLeaf, OpenDecision, SignedHead, StoredLeaf,
};
pub use ticket::{Ticket, TicketHolder, ticket};
