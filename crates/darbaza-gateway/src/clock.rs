//! The clock, and what is made of it: receipts, days, epochs.

use std::sync::Mutex;

use darbaza_core::Receipt;
use jiff::civil::Date;
use jiff::{Timestamp, tz::Offset};
use uuid::{ContextV7, Uuid};

/// Kazakhstan has had one time zone, UTC+5, since 1 March 2024. A fixed offset needs no time zone
/// database and cannot be changed by the machine's settings.
const KAZAKHSTAN: Offset = Offset::constant(5);

/// Days of one masking epoch. Tokens of different epochs cannot be linked by a vendor.
const EPOCH_DAYS: i64 = 30;

/// Where the gate gets the time from; tests set their own.
#[derive(Clone, Copy)]
pub struct Clock(fn() -> Timestamp);

impl Default for Clock {
    fn default() -> Self {
        Clock(Timestamp::now)
    }
}

impl Clock {
    /// A clock that asks that function.
    pub fn new(now: fn() -> Timestamp) -> Clock {
        Clock(now)
    }

    /// The time.
    pub fn now(self) -> Timestamp {
        (self.0)()
    }

    /// The day in Kazakhstan; contracts and consents end with days there.
    pub fn today(self) -> Date {
        KAZAKHSTAN.to_datetime(self.now()).date()
    }

    /// The masking epoch.
    pub fn epoch(self) -> u32 {
        let days = self.now().as_second().max(0) / (24 * 60 * 60);
        u32::try_from(days / EPOCH_DAYS).unwrap_or(u32::MAX)
    }
}

/// Makes receipts. Those of one process are in order and never equal, even where the clock is set
/// back: the context keeps the latest time that it saw and counts on from there (RFC 9562, 6.2).
pub(crate) struct Receipts {
    clock: Clock,
    context: Mutex<ContextV7>,
}

impl Receipts {
    pub(crate) fn new(clock: Clock) -> Receipts {
        Receipts { clock, context: Mutex::new(ContextV7::new()) }
    }

    /// A new one.
    pub(crate) fn next(&self) -> Receipt {
        let now = self.clock.now();
        let seconds = u64::try_from(now.as_second()).unwrap_or_default();
        let nanoseconds = u32::try_from(now.subsec_nanosecond()).unwrap_or_default();
        Receipt(Uuid::new_v7(uuid::Timestamp::from_unix(&self.context, seconds, nanoseconds)))
    }
}
