//! The outcome, as a second leaf that names the first. It is recorded when this is dropped, however
//! the journey ends: told, failed, or given up by the client.

use std::sync::Arc;
use std::time::{Duration, Instant};

use darbaza_core::{CategoryCounts, Receipt, RefusalCode, VendorKey};
use darbaza_store::{LeafKind, NewLeaf, Outcome, OutcomeLeaf, Usage};

use super::admit::Caller;
use crate::gate::Gate;
use crate::keybook::HeldKey;
use crate::metrics::VendorMeters;

const BYTES_OF_A_TOKEN: usize = 4;

/// Bytes that went out and came back, for a vendor that counts no tokens.
#[derive(Default)]
struct Spent {
    sent: usize,
    told: usize,
}

/// What became of a request that was sent, as far as it is known.
pub(crate) struct OutcomeRecord {
    gate: Arc<Gate>,
    leaf: OutcomeLeaf,
    key: Arc<HeldKey>,
    spent: Spent,
    started: Instant,
    /// Whether the decision itself is in the ledger; without it there is nothing to name.
    recorded: bool,
    /// The vendor's meters, and whether its answer began.
    vendor: Option<Arc<VendorMeters>>,
    began: bool,
}

impl OutcomeRecord {
    /// Until something else is known, the client is gone: that is what a dropped journey means.
    pub(crate) fn new(
        gate: &Arc<Gate>,
        caller: &Caller,
        receipt: Receipt,
        vendor: &VendorKey,
    ) -> OutcomeRecord {
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
            key: Arc::clone(&caller.key),
            spent: Spent::default(),
            started: Instant::now(),
            recorded: true,
            vendor: gate.metrics.vendor(vendor),
            began: false,
        }
    }

    /// The whole answer was handed over.
    pub(crate) fn answered(&mut self) {
        self.leaf.outcome = Outcome::Answered;
    }

    /// The vendor's answer began, so long after it was called.
    pub(crate) fn began(&mut self, after: Duration) {
        self.began = true;
        if let Some(vendor) = &self.vendor {
            vendor.began(after);
        }
    }

    /// The vendor failed.
    pub(crate) fn vendor_failed(&mut self, code: RefusalCode) {
        self.leaf.outcome = Outcome::VendorFailed;
        if let Some(vendor) = &self.vendor {
            vendor.failed(code, self.began);
        }
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

    /// A body of that many bytes went out.
    pub(crate) fn sent(&mut self, bytes: usize) {
        self.spent.sent = bytes;
    }

    /// That many bytes of text came back.
    pub(crate) fn told(&mut self, bytes: usize) {
        self.spent.told += bytes;
    }

    /// Whether anybody asks how many tokens it took.
    pub(crate) fn counts_tokens(&self) -> bool {
        self.key.allowance.counts_tokens()
    }

    /// The tokens that count against the key's limit. Where the vendor does not say how many, a
    /// token is taken for four bytes: of English text it is about that, of Russian and Kazakh more,
    /// so that the estimate errs on the side of the limit. Nothing counts where no answer began.
    fn tokens(&self) -> u64 {
        match self.leaf.usage {
            Some(usage) => usage.prompt.saturating_add(usage.completion),
            None if self.leaf.outcome == Outcome::VendorFailed && self.spent.told == 0 => 0,
            None => (self.spent.sent + self.spent.told).div_ceil(BYTES_OF_A_TOKEN) as u64,
        }
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
        self.key.allowance.spend(&self.gate.clock, self.tokens());
        self.leaf.at = self.gate.clock.now();
        self.leaf.duration_ms = u64::try_from(self.started.elapsed().as_millis()).ok();
        let Ok(bytes) = serde_json::to_vec(&self.leaf) else { return };
        // Nobody waits for this leaf: where it is lost, the next start writes "outcome unknown".
        drop(self.gate.ledger.submit(NewLeaf {
            organisation: Some(self.leaf.organisation),
            system: Some(self.key.issued.system.clone()),
            receipt: Some(self.leaf.receipt),
            kind: LeafKind::Outcome,
            at: self.leaf.at,
            bytes,
        }));
    }
}
