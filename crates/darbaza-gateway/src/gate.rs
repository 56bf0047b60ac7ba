//! What all requests share.

use std::sync::Arc;
use std::time::Instant;

use darbaza_detect::Detector;
use darbaza_locale::Texts;
use darbaza_store::LedgerStore;

use crate::clock::{HeldClock, Receipts};
use crate::ending::Ending;
use crate::in_force::InForce;
use crate::keybook::KeyBook;
use crate::keyed::GateKeys;
use crate::masking::{MaskingKeySource, MaskingRing};
use crate::metrics::{Metrics, Vitals};
use crate::refused_keys::{RefusedKeys, limited_leaf};
use crate::room::Room;
use crate::vendor::{Times, VendorTable, Vendors};

/// Bounds on what a request may cost.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Largest body of a request, in bytes.
    pub body_bytes: usize,
    /// Largest body of a vendor's whole answer, in bytes.
    pub answer_bytes: usize,
    /// Requests under way at once.
    pub concurrent_requests: usize,
}

/// What a gate is made of.
pub struct GateParts {
    /// The register and its rules.
    pub in_force: Arc<InForce>,
    /// The ledger.
    pub ledger: Arc<dyn LedgerStore>,
    /// The API keys.
    pub keybook: Arc<KeyBook>,
    /// The keys for look-ups, pseudonyms and commitments.
    pub keys: GateKeys,
    /// The masking keys.
    pub masking_keys: Box<dyn MaskingKeySource>,
    /// The vendors' addresses and secrets.
    pub vendors: VendorTable,
    /// How long vendors may take.
    pub times: Times,
    /// Bounds on requests.
    pub limits: Limits,
    /// The time.
    pub clock: Arc<HeldClock>,
}

/// The gate: everything that one request needs and another one too.
pub struct Gate {
    pub(crate) in_force: Arc<InForce>,
    pub(crate) ledger: Arc<dyn LedgerStore>,
    pub(crate) keybook: Arc<KeyBook>,
    pub(crate) keys: GateKeys,
    pub(crate) masking: MaskingRing,
    pub(crate) detector: Detector,
    pub(crate) texts: Texts,
    pub(crate) vendors: Vendors,
    pub(crate) limits: Limits,
    pub(crate) clock: Arc<HeldClock>,
    pub(crate) receipts: Receipts,
    pub(crate) room: Room,
    pub(crate) refused_keys: RefusedKeys,
    pub(crate) metrics: Metrics,
    pub(crate) ending: Ending,
    vitals: Vitals,
}

impl Gate {
    /// Puts a gate together.
    ///
    /// # Errors
    ///
    /// Where TLS to the vendors cannot be set up.
    pub fn new(parts: GateParts) -> Result<Gate, rustls::Error> {
        let metrics = Metrics::new(parts.vendors.keys(), parts.ledger.append_durations());
        Ok(Gate {
            in_force: parts.in_force,
            ledger: parts.ledger,
            keybook: parts.keybook,
            keys: parts.keys,
            masking: MaskingRing::new(parts.masking_keys),
            detector: Detector::new(),
            texts: Texts::new(),
            vendors: Vendors::new(parts.vendors, parts.times)?,
            limits: parts.limits,
            receipts: Receipts::new(Arc::clone(&parts.clock)),
            clock: parts.clock,
            room: Room::new(parts.limits.concurrent_requests, parts.limits.body_bytes),
            refused_keys: RefusedKeys::default(),
            metrics,
            ending: Ending::default(),
            vitals: Vitals::new(),
        })
    }

    /// Where whoever runs the gate tells of its surroundings.
    pub fn vitals(&self) -> &Vitals {
        &self.vitals
    }

    /// Ends every request that still waits for a vendor: with an error, recorded as withheld.
    pub fn end_open_requests(&self) {
        self.ending.begin();
    }

    /// Records what was counted and has no leaf of its own, if anything was: refused keys, and
    /// refusals by limits - those of which nothing else told for long, or all of them at the end.
    /// Called once a minute and at the end.
    pub fn record_counts(&self, all: bool) {
        let now = self.clock.now();
        let limited = self.keybook.take_limited(Instant::now(), all).into_iter();
        let limited = limited.filter_map(|(key, further)| limited_leaf(&key.issued, further, now));
        for leaf in self.refused_keys.take(now).into_iter().chain(limited) {
            drop(self.ledger.submit(leaf));
        }
    }
}
