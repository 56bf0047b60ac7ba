//! The clock, and what is made of it: receipts, days, epochs.

use darbaza_core::Receipt;
use jiff::civil::Date;
use jiff::{Timestamp, tz::Offset};
use uuid::Uuid;

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

/// A new receipt. Receipts of one process are in order and never equal, even where the clock is
/// set back: the generator keeps the last time it saw and counts on from there.
pub(crate) fn receipt() -> Receipt {
    Receipt(Uuid::now_v7())
}
