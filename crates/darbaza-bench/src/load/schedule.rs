//! When each request is meant to be sent, fixed before the first one is.

use std::time::{Duration, Instant};

/// Evenly spaced arrivals: some to warm up, then those that count.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Schedule {
    per_second: u32,
    warm_up: Duration,
    span: Duration,
}

/// One arrival.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Arrival {
    /// Its number, from 0.
    pub(crate) number: u64,
    /// After the beginning.
    pub(crate) offset: Duration,
    /// Whether it is measured.
    pub(crate) counts: bool,
}

impl Schedule {
    pub(crate) fn new(per_second: u32, warm_up: Duration, span: Duration) -> Schedule {
        Schedule { per_second, warm_up, span }
    }

    /// Every arrival in order.
    pub(crate) fn arrivals(self) -> impl Iterator<Item = Arrival> {
        let all = self.warm_up + self.span;
        (0..)
            .map(move |number| {
                // Each from the beginning, so that rounding does not add up.
                let offset = Duration::from_secs(1).mul_f64(number as f64 / f64::from(self.per_second));
                Arrival { number, offset, counts: offset >= self.warm_up }
            })
            .take_while(move |arrival| arrival.offset < all)
    }

    /// Waits for each arrival on the calling thread and hands it over with the moment it was meant
    /// for. Whoever is late is handed over at once: the schedule never waits for an answer, so a
    /// stall delays nobody's clock. Ends early where `send` says so.
    pub(crate) fn walk(self, mut send: impl FnMut(Arrival, Instant) -> bool) {
        let start = Instant::now() + Duration::from_millis(5);
        for arrival in self.arrivals() {
            let due = start + arrival.offset;
            std::thread::sleep(due.saturating_duration_since(Instant::now()));
            if !send(arrival, due) {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrivals_are_even_and_do_not_drift() {
        let schedule = Schedule::new(3000, Duration::from_secs(1), Duration::from_secs(9));
        let all: Vec<Arrival> = schedule.arrivals().collect();
        assert_eq!(all.len(), 30_000);
        assert_eq!(all.iter().filter(|a| a.counts).count(), 27_000);
        assert_eq!(all[15_000].offset, Duration::from_secs(5));
        assert!(!all[2999].counts && all[3000].counts);
        for pair in all.windows(2) {
            let gap = (pair[1].offset - pair[0].offset).as_nanos();
            assert!((333_332..=333_334).contains(&gap), "{gap}");
        }
    }

    #[test]
    fn a_stall_of_the_sender_does_not_move_the_moments_after_it() {
        let schedule = Schedule::new(1000, Duration::ZERO, Duration::from_millis(30));
        let mut due = Vec::new();
        let mut late = 0;
        schedule.walk(|arrival, moment| {
            if arrival.number == 5 {
                std::thread::sleep(Duration::from_millis(15));
            }
            late += usize::from(Instant::now() > moment + Duration::from_millis(5));
            due.push(moment);
            true
        });
        assert_eq!(due.len(), 30);
        assert!(late >= 8, "those after the stall are sent late and counted from their moment: {late}");
        assert!(due.windows(2).all(|pair| pair[1] - pair[0] == Duration::from_millis(1)));
    }
}
