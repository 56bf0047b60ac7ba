//! Calls with keys that open nothing: counted, and recorded in aggregate. A leaf for each would let
//! anybody without a key fill the ledger.

use std::sync::atomic::{AtomicU64, Ordering};

use darbaza_store::{LeafKind, NewLeaf, RefusedKeysLeaf};
use jiff::Timestamp;

#[derive(Default)]
pub(crate) struct RefusedKeys(AtomicU64);

impl RefusedKeys {
    pub(crate) fn count(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    /// The leaf for what was counted since the last one.
    pub(crate) fn take(&self, now: Timestamp) -> Option<NewLeaf> {
        let count = self.0.swap(0, Ordering::Relaxed);
        if count == 0 {
            return None;
        }
        let bytes = serde_json::to_vec(&RefusedKeysLeaf { v: 1, at: now, count }).ok()?;
        Some(NewLeaf {
            organisation: None,
            system: None,
            receipt: None,
            kind: LeafKind::Note,
            at: now,
            bytes,
        })
    }
}
