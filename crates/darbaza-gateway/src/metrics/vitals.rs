//! What the gate cannot see itself and is told by whoever runs it: the disk, and the publisher.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Figures of the surroundings, for the operator's page.
#[derive(Debug)]
pub struct Vitals {
    started: Instant,
    free_bytes: AtomicU64,
    size_bytes: AtomicU64,
    low: AtomicBool,
    checkpoint_records: AtomicU64,
    /// Milliseconds after the start.
    published: AtomicU64,
}

/// The disk of the data folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Disk {
    pub(crate) free_bytes: u64,
    pub(crate) size_bytes: u64,
    pub(crate) low: bool,
}

impl Vitals {
    pub(crate) fn new() -> Vitals {
        Vitals {
            started: Instant::now(),
            free_bytes: AtomicU64::new(0),
            size_bytes: AtomicU64::new(0),
            low: AtomicBool::new(false),
            checkpoint_records: AtomicU64::new(0),
            published: AtomicU64::new(0),
        }
    }

    /// Tells what is free on the data folder's disk, in bytes, and whether that is too little.
    pub fn tell_disk(&self, free: u64, size: u64, low: bool) {
        self.free_bytes.store(free, Ordering::Relaxed);
        self.size_bytes.store(size, Ordering::Relaxed);
        self.low.store(low, Ordering::Relaxed);
    }

    /// Tells that every record was in a checkpoint in both places so long ago, and how many records
    /// the last checkpoint has.
    pub fn tell_published(&self, records: u64, ago: Duration) {
        let at = self.started.elapsed().saturating_sub(ago);
        self.published.store(u64::try_from(at.as_millis()).unwrap_or(u64::MAX), Ordering::Relaxed);
        self.checkpoint_records.store(records, Ordering::Relaxed);
    }

    pub(crate) fn disk(&self) -> Disk {
        Disk {
            free_bytes: self.free_bytes.load(Ordering::Relaxed),
            size_bytes: self.size_bytes.load(Ordering::Relaxed),
            low: self.low.load(Ordering::Relaxed),
        }
    }

    pub(crate) fn checkpoint_records(&self) -> u64 {
        self.checkpoint_records.load(Ordering::Relaxed)
    }

    pub(crate) fn published_age(&self) -> Duration {
        let at = Duration::from_millis(self.published.load(Ordering::Relaxed));
        self.started.elapsed().saturating_sub(at)
    }
}
