//! What a running server does beside its requests.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use darbaza_core::KeyId;
use darbaza_gateway::{Gate, KeyBook};
use darbaza_store::{KeyStore, KeyUse};

use crate::failure::with_sources;

/// The use of keys is kept this often. A process that is killed forgets at most that much of it.
const USES: Duration = Duration::from_secs(5);
/// So many times of it are a minute.
const MINUTE: u32 = 12;

/// Keeps the use of keys, and once a minute records what was only counted.
pub(super) async fn every_few_seconds(gate: Arc<Gate>, uses: Arc<KeptUses>) {
    let mut times = tokio::time::interval(USES);
    for count in (0..MINUTE).cycle() {
        times.tick().await;
        let kept = Arc::clone(&uses);
        // On a thread of its own: the store waits for its disk.
        drop(tokio::task::spawn_blocking(move || kept.keep()).await);
        if count == 0 {
            gate.record_counts(false);
        }
    }
}

/// The tokens that keys used, as far as they are in the store.
pub(super) struct KeptUses {
    store: Arc<dyn KeyStore>,
    book: Arc<KeyBook>,
    kept: Mutex<HashMap<KeyId, KeyUse>>,
}

impl KeptUses {
    pub(super) fn new(store: Arc<dyn KeyStore>, book: Arc<KeyBook>) -> Arc<KeptUses> {
        Arc::new(KeptUses { store, book, kept: Mutex::default() })
    }

    /// Keeps what changed since the last time.
    pub(super) fn keep(&self) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let mut uses = self.book.uses();
        uses.retain(|used| kept.get(&used.key) != Some(used));
        if uses.is_empty() {
            return;
        }
        match self.store.keep_use(&uses) {
            Ok(()) => kept.extend(uses.into_iter().map(|used| (used.key, used))),
            Err(why) => tracing::warn!(error = %with_sources(&why), "keys.use could not be kept"),
        }
    }
}
