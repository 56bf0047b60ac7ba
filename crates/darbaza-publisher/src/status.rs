//! How the publisher is doing, for whoever watches it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// What the publisher's thread has come to.
#[derive(Debug)]
pub struct PublisherStatus {
    started: Instant,
    /// Milliseconds after the start.
    published: AtomicU64,
    records: AtomicU64,
}

impl PublisherStatus {
    pub(crate) fn new(records: u64) -> PublisherStatus {
        PublisherStatus {
            started: Instant::now(),
            published: AtomicU64::new(0),
            records: AtomicU64::new(records),
        }
    }

    pub(crate) fn published(&self, records: u64) {
        let at = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.published.store(at, Ordering::Relaxed);
        self.records.store(records, Ordering::Relaxed);
    }

    /// Since everything that was durable was last in a checkpoint in both places.
    pub fn age(&self) -> Duration {
        let at = Duration::from_millis(self.published.load(Ordering::Relaxed));
        self.started.elapsed().saturating_sub(at)
    }

    /// Records of the last signed checkpoint.
    pub fn records(&self) -> u64 {
        self.records.load(Ordering::Relaxed)
    }
}
