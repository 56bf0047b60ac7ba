//! How much may be asked with a key: requests in a minute, requests under way, tokens on a day.

use std::num::{NonZeroU32, NonZeroU64};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use darbaza_store::{KeyLimits, KeyUse};
use governor::clock::{Clock as _, MonotonicClock};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use jiff::civil::Date;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::clock::HeldClock;

/// What a key may still ask for.
pub(crate) struct Allowance {
    rate: Option<(NonZeroU32, DefaultDirectRateLimiter)>,
    places: Option<(NonZeroU32, Arc<Semaphore>)>,
    tokens: Option<(NonZeroU64, Mutex<DayCount>)>,
}

/// One of the places that a key has, until it is dropped.
pub(crate) type Place = Option<OwnedSemaphorePermit>;

/// A limit that is reached, and after how long it is worth asking again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exceeded {
    Requests(NonZeroU32, Duration),
    Concurrent(NonZeroU32),
    Tokens(NonZeroU64, Duration),
}

/// The tokens of a day. A clock that is set back goes on counting on the latest day that was seen:
/// it gives no second allowance.
struct DayCount {
    day: Date,
    tokens: u64,
}

impl Allowance {
    pub(super) fn new(limits: &KeyLimits, used: Option<&KeyUse>) -> Allowance {
        let used = used.map_or(DayCount { day: Date::MIN, tokens: 0 }, |used| DayCount {
            day: used.day,
            tokens: used.tokens,
        });
        let places = |n: NonZeroU32| {
            let places = usize::try_from(n.get()).unwrap_or(usize::MAX).min(Semaphore::MAX_PERMITS);
            (n, Arc::new(Semaphore::new(places)))
        };
        Allowance {
            rate: limits.requests_per_minute.map(|n| (n, RateLimiter::direct(Quota::per_minute(n)))),
            places: limits.concurrent.map(places),
            tokens: limits.tokens_per_day.map(|n| (n, Mutex::new(used))),
        }
    }

    /// Lets one request in, or says which limit it is over. The rate comes last, so that only who is
    /// let in uses some of it.
    pub(crate) fn enter(&self, clock: &HeldClock) -> Result<Place, Exceeded> {
        if let Some((limit, count)) = &self.tokens {
            let mut count = count.lock().unwrap_or_else(PoisonError::into_inner);
            if count.on(clock.today()) >= limit.get() {
                return Err(Exceeded::Tokens(*limit, clock.until_tomorrow()));
            }
        }
        let place = match &self.places {
            None => None,
            Some((limit, places)) => {
                let place = Arc::clone(places).try_acquire_owned();
                Some(place.map_err(|_| Exceeded::Concurrent(*limit))?)
            }
        };
        if let Some((limit, rate)) = &self.rate {
            let allowed = rate.check();
            allowed.map_err(|not| Exceeded::Requests(*limit, not.wait_time_from(MonotonicClock.now())))?;
        }
        Ok(place)
    }

    /// Whether tokens are counted.
    pub(crate) fn counts_tokens(&self) -> bool {
        self.tokens.is_some()
    }

    /// Counts tokens that were used.
    pub(crate) fn spend(&self, clock: &HeldClock, tokens: u64) {
        if let Some((_, count)) = &self.tokens {
            let mut count = count.lock().unwrap_or_else(PoisonError::into_inner);
            count.on(clock.today());
            count.tokens = count.tokens.saturating_add(tokens);
        }
    }

    /// The latest day and its tokens.
    pub(super) fn used(&self) -> Option<(Date, u64)> {
        let (_, count) = self.tokens.as_ref()?;
        let count = count.lock().unwrap_or_else(PoisonError::into_inner);
        (count.tokens > 0).then_some((count.day, count.tokens))
    }
}

impl DayCount {
    fn on(&mut self, today: Date) -> u64 {
        if today > self.day {
            *self = DayCount { day: today, tokens: 0 };
        }
        self.tokens
    }
}
