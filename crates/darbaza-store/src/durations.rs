//! How long something takes, counted in buckets without a lock.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// The buckets' upper bounds, in microseconds: from half a millisecond to two minutes.
const BOUNDS: [u64; 17] = [
    500,
    1_000,
    2_000,
    5_000,
    10_000,
    20_000,
    50_000,
    100_000,
    200_000,
    500_000,
    1_000_000,
    2_000_000,
    5_000_000,
    10_000_000,
    30_000_000,
    60_000_000,
    120_000_000,
];

/// Durations that were seen, by size. Counting one is two additions to atomics.
#[derive(Debug, Default)]
pub struct Durations {
    buckets: [AtomicU64; BOUNDS.len() + 1],
    nanoseconds: AtomicU64,
}

/// Durations as they were counted at one moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Counted {
    /// How many.
    pub count: u64,
    /// All together, in seconds.
    pub seconds: f64,
    /// Upper bound in seconds and how many are in the bucket; the last bound is infinite.
    pub buckets: Vec<(f64, u64)>,
}

impl Durations {
    /// Counts one.
    pub fn count(&self, duration: Duration) {
        let microseconds = duration.as_micros();
        let place = BOUNDS.partition_point(|bound| u128::from(*bound) < microseconds);
        if let Some(bucket) = self.buckets.get(place) {
            bucket.fetch_add(1, Ordering::Relaxed);
        }
        let nanoseconds = u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX);
        self.nanoseconds.fetch_add(nanoseconds, Ordering::Relaxed);
    }

    /// What was counted so far.
    pub fn counted(&self) -> Counted {
        let bounds = BOUNDS.iter().map(|bound| seconds(*bound * 1_000)).chain([f64::INFINITY]);
        let buckets: Vec<(f64, u64)> =
            bounds.zip(self.buckets.iter().map(|bucket| bucket.load(Ordering::Relaxed))).collect();
        Counted {
            count: buckets.iter().map(|(_, count)| count).sum(),
            seconds: seconds(self.nanoseconds.load(Ordering::Relaxed)),
            buckets,
        }
    }
}

fn seconds(nanoseconds: u64) -> f64 {
    Duration::from_nanos(nanoseconds).as_secs_f64()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_duration_is_in_the_first_bucket_that_holds_it() {
        let durations = Durations::default();
        for milliseconds in [0, 1, 2, 3, 250, 1_000_000] {
            durations.count(Duration::from_millis(milliseconds));
        }
        let counted = durations.counted();
        assert_eq!((counted.count, counted.seconds), (6, 1000.256));
        let full: Vec<(f64, u64)> = counted.buckets.into_iter().filter(|(_, count)| *count > 0).collect();
        assert_eq!(full, [(0.0005, 1), (0.001, 1), (0.002, 1), (0.005, 1), (0.5, 1), (f64::INFINITY, 1)]);
    }
}
