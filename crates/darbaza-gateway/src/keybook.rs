//! The API keys in memory: what a request is admitted by.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use darbaza_core::SystemKey;
use darbaza_store::{ApiKey, KeyLookup};
use jiff::Timestamp;

/// Every key that is not revoked, by its keyed hash. A look-up compares hashes of a secret key, so
/// how long it takes tells nothing of the keys.
#[derive(Default)]
pub struct KeyBook {
    keys: RwLock<HashMap<KeyLookup, Arc<ApiKey>>>,
}

impl KeyBook {
    /// A book of these keys.
    pub fn new(keys: impl IntoIterator<Item = ApiKey>) -> KeyBook {
        let keys = keys.into_iter().map(|key| (key.issued.lookup, Arc::new(key))).collect();
        KeyBook { keys: RwLock::new(keys) }
    }

    /// Adds a key that was just issued.
    pub fn add(&self, key: ApiKey) {
        self.keys.write().unwrap_or_else(PoisonError::into_inner).insert(key.issued.lookup, Arc::new(key));
    }

    /// Forgets every key of a system.
    pub fn revoke_system(&self, system: &SystemKey) {
        self.keys
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .retain(|_, key| key.issued.system != *system);
    }

    /// The key, if it opens anything now.
    pub(crate) fn find(&self, lookup: KeyLookup, now: Timestamp) -> Option<Arc<ApiKey>> {
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        keys.get(&lookup).filter(|key| key.is_valid(now)).cloned()
    }
}
