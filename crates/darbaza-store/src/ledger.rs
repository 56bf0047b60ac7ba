//! The ledger as a store keeps it: leaves in order, and the journal that joins decision and outcome.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use darbaza_core::{OrganisationId, Receipt, SystemKey};
use darbaza_ledger::TreeHead;
use jiff::Timestamp;

use crate::durations::Durations;
use crate::error::StoreError;
use crate::ticket::Ticket;

/// What a leaf is to the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeafKind {
    /// A decision whose outcome is still to come.
    Decision,
    /// A decision that is its own outcome, such as a refusal.
    FinalDecision,
    /// The outcome of the decision with the same receipt. A second one is dropped: the first word
    /// on what happened stands.
    Outcome,
    /// Something about the gate itself, without a receipt.
    Note,
}

/// A leaf to be recorded.
#[derive(Clone, Debug)]
pub struct NewLeaf {
    /// In whose name; none for notes about the gate itself.
    pub organisation: Option<OrganisationId>,
    /// The AI system concerned.
    pub system: Option<SystemKey>,
    /// The decision that the leaf is or belongs to.
    pub receipt: Option<Receipt>,
    /// What it is to the journal.
    pub kind: LeafKind,
    /// When it happened.
    pub at: Timestamp,
    /// The leaf itself: under 1 KiB, without personal data.
    pub bytes: Vec<u8>,
}

/// A leaf as it stands in the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredLeaf {
    /// Its index in the tree.
    pub index: u64,
    /// The leaf itself.
    pub bytes: Vec<u8>,
}

/// A decision of which no outcome is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenDecision {
    /// The decision.
    pub receipt: Receipt,
    /// In whose name.
    pub organisation: OrganisationId,
    /// Of which AI system.
    pub system: SystemKey,
}

/// The last tree head that was signed, kept before its signature is released.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedHead {
    /// Size and root.
    pub head: TreeHead,
    /// The signed checkpoint.
    pub note: String,
}

/// How the writer is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Health {
    /// Leaves that wait to be written.
    pub waiting: usize,
    /// Whether the last write succeeded. While it did not, nothing may be sent before its record.
    pub writable: bool,
}

/// What can be read of a ledger. Beside a running writer only what is durable is seen.
pub trait LedgerReader: Send + Sync {
    /// Size and root of what is durable.
    ///
    /// # Errors
    ///
    /// The engine's.
    fn head(&self) -> Result<TreeHead, StoreError>;

    /// Up to `limit` leaves from `from` on.
    ///
    /// # Errors
    ///
    /// The engine's.
    fn leaves(&self, from: u64, limit: usize) -> Result<Vec<StoredLeaf>, StoreError>;

    /// The leaf of the decision with that receipt.
    ///
    /// # Errors
    ///
    /// The engine's.
    fn decision(&self, receipt: Receipt) -> Result<Option<StoredLeaf>, StoreError>;

    /// Up to `limit` decisions without an outcome, oldest first.
    ///
    /// # Errors
    ///
    /// The engine's.
    fn open_decisions(&self, limit: usize) -> Result<Vec<OpenDecision>, StoreError>;

    /// The last signed head.
    ///
    /// # Errors
    ///
    /// The engine's.
    fn signed_head(&self) -> Result<Option<SignedHead>, StoreError>;
}

/// Resolves once the ledger failed for good; see [`LedgerStore::failed`].
pub type LedgerFailed = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The ledger and its journal, as the one process that writes them has it.
pub trait LedgerStore: LedgerReader {
    /// Hands a leaf to the writer. Leaves handed in one after the other by one caller stand in the
    /// ledger in that order.
    ///
    /// An outcome or a note that finds the disk full is kept and written once there is space: what
    /// happened cannot un-happen. A decision is not; the request that it stood for is refused.
    fn submit(&self, leaf: NewLeaf) -> Ticket;

    /// How the writer is doing.
    fn health(&self) -> Health;

    /// Resolves once a write or sync failed and nobody knows what the disk holds: whatever is not
    /// answered yet must not be, and the process must end. A full disk is not meant. Stays pending
    /// for an engine that cannot fail so.
    fn failed(&self) -> LedgerFailed {
        Box::pin(std::future::pending())
    }

    /// How long leaves waited until they were durable, where the engine counts it.
    fn append_durations(&self) -> Option<Arc<Durations>> {
        None
    }

    /// Makes a signed head durable, so that the signature may be released. Refuses one that is
    /// smaller than the last.
    ///
    /// # Errors
    ///
    /// The engine's; the signature must then not leave the process.
    fn keep_signed_head(&self, head: &SignedHead) -> Result<(), StoreError>;
}
