//! The outcome, as a second leaf that names the first. It is recorded when this is dropped, however
//! the journey ends: told, failed, or given up by the client.

use std::sync::Arc;
use std::time::Instant;

use darbaza_core::{CategoryCounts, Receipt, RefusalCode};
use darbaza_store::{LeafKind, NewLeaf, Outcome, OutcomeLeaf, Usage};

use super::admit::Caller;
use crate::gate::Gate;

/// What became of a request that was sent, as far as it is known.
pub(crate) struct OutcomeRecord {
    gate: Arc<Gate>,
    leaf: OutcomeLeaf,
    system: darbaza_core::SystemKey,
    started: Instant,
    /// Whether the decision itself is in the ledger; without it there is nothing to name.
    recorded: bool,
}

impl OutcomeRecord {
    /// Until something else is known, the client is gone: that is what a dropped journey means.
    pub(crate) fn new(gate: &Arc<Gate>, caller: &Caller, receipt: Receipt) -> OutcomeRecord {
        OutcomeRecord {
            leaf: OutcomeLeaf {
                v: 1,
                receipt,
                at: gate.clock.now(),
                organisation: caller.organisation(),
                outcome: Outcome::ClientGone,
                code: None,
                restored: CategoryCounts::default(),
                usage: None,
                duration_ms: None,
            },
            gate: Arc::clone(gate),
            system: caller.system().clone(),
            started: Instant::now(),
            recorded: true,
        }
    }

    /// The whole answer was handed over.
    pub(crate) fn answered(&mut self) {
        self.leaf.outcome = Outcome::Answered;
    }

    /// The vendor failed.
    pub(crate) fn vendor_failed(&mut self, code: RefusalCode) {
        self.leaf.outcome = Outcome::VendorFailed;
        self.leaf.code = Some(code);
    }

    /// The gate stopped before the answer was told.
    pub(crate) fn withheld(&mut self, code: RefusalCode) {
        self.leaf.outcome = Outcome::Withheld;
        self.leaf.code = Some(code);
    }

    /// The decision could not be recorded, so its outcome cannot either.
    pub(crate) fn forget(&mut self) {
        self.recorded = false;
    }

    /// Tokens that became values again.
    pub(crate) fn restored(&mut self, counts: CategoryCounts) {
        self.leaf.restored = counts;
    }

    /// The vendor's count of tokens.
    pub(crate) fn usage(&mut self, usage: darbaza_wire::chat::Usage) {
        self.leaf.usage = Some(Usage { prompt: usage.prompt, completion: usage.completion });
    }
}

impl Drop for OutcomeRecord {
    fn drop(&mut self) {
        if !self.recorded {
            return;
        }
        // Whoever is cut off when the gate ends did not go by himself.
        if self.leaf.outcome == Outcome::ClientGone && self.gate.ending.has_begun() {
            self.withheld(RefusalCode::VendorTimeout);
        }
        if std::thread::panicking() {
            self.leaf.outcome = Outcome::Withheld;
        }
        self.leaf.at = self.gate.clock.now();
        self.leaf.duration_ms = u64::try_from(self.started.elapsed().as_millis()).ok();
        let Ok(bytes) = serde_json::to_vec(&self.leaf) else { return };
        // Nobody waits for this leaf: where it is lost, the next start writes "outcome unknown".
        drop(self.gate.ledger.submit(NewLeaf {
            organisation: Some(self.leaf.organisation),
            system: Some(self.system.clone()),
            receipt: Some(self.leaf.receipt),
            kind: LeafKind::Outcome,
            at: self.leaf.at,
            bytes,
        }));
    }
}
