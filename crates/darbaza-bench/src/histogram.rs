//! Many times in little memory: a histogram whose buckets grow with the value, as HdrHistogram's do.

use std::time::Duration;

/// Buckets of one power of two. The middle of a bucket is at most 1/4096 of it away from any
/// value in it: 5 microseconds at 20 ms.
const PRECISION: u32 = 11;
const STEPS: usize = 1 << PRECISION;

/// Counts of times, from a nanosecond to half a thousand years.
#[derive(Clone, Debug, Default)]
pub(crate) struct Histogram {
    counts: Vec<u64>,
    total: u64,
}

impl Histogram {
    /// Counts a time.
    pub(crate) fn add(&mut self, time: Duration) {
        let place = place(u64::try_from(time.as_nanos()).unwrap_or(u64::MAX));
        if self.counts.len() <= place {
            self.counts.resize(place + 1, 0);
        }
        if let Some(count) = self.counts.get_mut(place) {
            *count += 1;
        }
        self.total += 1;
    }

    /// How many times were counted.
    pub(crate) fn len(&self) -> u64 {
        self.total
    }

    /// The time that this share of all does not exceed, in milliseconds: the nearest rank, 0 where
    /// nothing was counted.
    pub(crate) fn quantile(&self, share: f64) -> f64 {
        let rank = ((self.total as f64 * share).ceil() as u64).max(1);
        let mut seen = 0;
        for (place, count) in self.counts.iter().enumerate() {
            seen += count;
            if seen >= rank {
                return middle(place) / 1e6;
            }
        }
        0.0
    }
}

/// The bucket of a value: exact below 4096, then 2048 buckets for each power of two.
fn place(value: u64) -> usize {
    let shift = (u64::BITS - value.leading_zeros()).saturating_sub(PRECISION + 1);
    shift as usize * STEPS + (value >> shift) as usize
}

/// The middle of a bucket.
fn middle(place: usize) -> f64 {
    let shift = (place / STEPS).saturating_sub(1);
    let low = (place - shift * STEPS) as f64;
    let width = 2f64.powi(i32::try_from(shift).unwrap_or(i32::MAX));
    if shift == 0 { low } else { (low + 0.5) * width }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_is_near_the_middle_of_its_bucket_and_order_is_kept() {
        let mut last = 0;
        let mut value: u64 = 1;
        while value < 1 << 62 {
            let at = place(value);
            assert!(at >= last, "{value}");
            last = at;
            let error = (middle(at) - value as f64).abs() / value as f64;
            assert!(error <= 1.0 / 4096.0, "{value}: {error}");
            value += value / 97 + 1;
        }
        let apart: std::collections::BTreeSet<_> = (0..4200).map(place).collect();
        assert_eq!(apart.len(), 4096 + 104 / 2);
    }

    #[test]
    fn quantiles_are_nearest_ranks() {
        let mut times = Histogram::default();
        assert_eq!(times.quantile(0.5).to_bits(), 0f64.to_bits());
        for n in 1..=1000u64 {
            times.add(Duration::from_micros(n * 10));
        }
        assert_eq!(times.len(), 1000);
        for (share, expected) in [(0.5, 5.0), (0.99, 9.9), (1.0, 10.0), (0.0, 0.01)] {
            let found = times.quantile(share);
            assert!((found - expected).abs() <= expected / 4000.0, "{share}: {found}");
        }
    }

    #[test]
    fn one_stall_is_seen_where_it_belongs() {
        let mut times = Histogram::default();
        (0..985).for_each(|_| times.add(Duration::from_millis(1)));
        (0..15).for_each(|_| times.add(Duration::from_millis(500)));
        assert!(times.quantile(0.98) < 1.1);
        assert!(times.quantile(0.99) > 490.0);
    }
}
