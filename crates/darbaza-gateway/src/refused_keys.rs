//! Calls with keys that open nothing, or that are over their limits: counted, and recorded in
//! aggregate. A leaf for each would let anybody fill the ledger.

use std::sync::atomic::{AtomicU64, Ordering};

use darbaza_store::{Further, LeafKind, LimitedLeaf, NewApiKey, NewLeaf, RefusedKeysLeaf};
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

/// The leaf for refusals by a key's limits that no other leaf tells of.
pub(crate) fn limited_leaf(key: &NewApiKey, further: Further, now: Timestamp) -> Option<NewLeaf> {
    let leaf = LimitedLeaf {
        v: 1,
        at: now,
        organisation: key.organisation,
        system: key.system.clone(),
        key: key.id,
        further,
    };
    Some(NewLeaf {
        organisation: Some(key.organisation),
        system: Some(key.system.clone()),
        receipt: None,
        kind: LeafKind::Note,
        at: now,
        bytes: serde_json::to_vec(&leaf).ok()?,
    })
}
