//! The clock, and what is made of it: receipts, days, epochs.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use darbaza_core::Receipt;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, tz::Offset};
use uuid::{ContextV7, Uuid};

use crate::recovery::LastRecorded;

/// Kazakhstan has had one time zone, UTC+5, since 1 March 2024. A fixed offset needs no time zone
/// database and cannot be changed by the machine's settings.
const KAZAKHSTAN: Offset = Offset::constant(5);

/// Days of one masking epoch. Tokens of different epochs cannot be linked by a vendor.
const EPOCH_DAYS: i64 = 30;

/// A step back of the clock up to this is not believed: the later time goes on being the gate's until the
/// clock has caught up. A longer one is a correction of a clock that was wrong, and is followed.
const HELD: SignedDuration = SignedDuration::from_hours(48);
/// Differences up to this are between processors or by a slow adjustment, and not worth a line in the log.
const JITTER: SignedDuration = SignedDuration::from_secs(5);

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

    /// What the clock says.
    fn now(self) -> Timestamp {
        (self.0)()
    }
}

/// The gate's time: the clock's, but one that is set back by a day or two does not take the gate with it.
/// A contract, a consent or a key that ended does not come alive again by it, the masking epoch does
/// not go back, and records stay in the order of their times.
pub struct HeldClock {
    clock: Clock,
    /// The latest time that was told, in microseconds since 1970.
    latest: AtomicI64,
    behind: AtomicBool,
    receipts_after: Option<Timestamp>,
}

impl HeldClock {
    /// The time after what was recorded last.
    pub fn after(recorded: LastRecorded, clock: Clock) -> HeldClock {
        HeldClock {
            clock,
            latest: AtomicI64::new(recorded.at.unwrap_or(Timestamp::MIN).as_microsecond()),
            behind: AtomicBool::new(false),
            receipts_after: recorded.receipt,
        }
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        let now = self.clock.now();
        let latest = self.latest.load(Ordering::Acquire);
        let missing = SignedDuration::from_micros(latest.saturating_sub(now.as_microsecond()));
        if missing <= SignedDuration::ZERO {
            self.latest.fetch_max(now.as_microsecond(), Ordering::AcqRel);
            self.behind.store(false, Ordering::Relaxed);
            return now;
        }
        if missing > HELD {
            let corrected = now.as_microsecond();
            // Whoever comes second finds the time corrected already.
            if self.latest.compare_exchange(latest, corrected, Ordering::AcqRel, Ordering::Relaxed).is_ok() {
                tracing::warn!(
                    seconds = missing.as_secs(),
                    "clock.corrected by more than two days; followed"
                );
            }
            return now;
        }
        if missing > JITTER && !self.behind.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                seconds = missing.as_secs(),
                "clock.behind what was recorded; the later time holds until the clock has caught up"
            );
        }
        Timestamp::from_microsecond(latest).unwrap_or(now)
    }

    /// The day in Kazakhstan; contracts and consents end with days there.
    pub fn today(&self) -> Date {
        day_of(self.now())
    }

    /// How long the day in Kazakhstan still is.
    pub(crate) fn until_tomorrow(&self) -> Duration {
        const DAY: u64 = 24 * 60 * 60;
        let second = (self.now().as_second() + i64::from(KAZAKHSTAN.seconds())).rem_euclid(DAY as i64);
        Duration::from_secs(DAY - second.unsigned_abs())
    }

    /// The masking epoch.
    pub fn epoch(&self) -> u32 {
        let days = self.now().as_second().max(0) / (24 * 60 * 60);
        u32::try_from(days / EPOCH_DAYS).unwrap_or(u32::MAX)
    }
}

/// A clock before anything was recorded.
impl From<Clock> for HeldClock {
    fn from(clock: Clock) -> HeldClock {
        HeldClock::after(LastRecorded::default(), clock)
    }
}

/// The day in Kazakhstan on which that moment lies; contracts and consents end with days there.
pub fn day_of(at: Timestamp) -> Date {
    KAZAKHSTAN.to_datetime(at).date()
}

/// A time as people in Kazakhstan read it, to the minute.
pub fn told(at: Timestamp) -> String {
    let local = KAZAKHSTAN.to_datetime(at);
    format!("{} {:02}:{:02}", local.date(), local.hour(), local.minute())
}

/// Makes receipts. They are in order and never equal, even where the clock is set back, and over a
/// restart: the context keeps the latest time that it saw and counts on from there (RFC 9562, 6.2).
pub(crate) struct Receipts {
    clock: Arc<HeldClock>,
    context: Mutex<ContextV7>,
}

impl Receipts {
    pub(crate) fn new(clock: Arc<HeldClock>) -> Receipts {
        let receipts = Receipts { context: Mutex::new(ContextV7::new()), clock };
        if let Some(last) = receipts.clock.receipts_after {
            // The first of the millisecond after the last is given to nobody.
            receipts.at(last + SignedDuration::from_millis(1));
        }
        receipts
    }

    /// A new one.
    pub(crate) fn next(&self) -> Receipt {
        self.at(self.clock.now())
    }

    fn at(&self, time: Timestamp) -> Receipt {
        let seconds = u64::try_from(time.as_second()).unwrap_or_default();
        let nanoseconds = u32::try_from(time.subsec_nanosecond()).unwrap_or_default();
        Receipt(Uuid::new_v7(uuid::Timestamp::from_unix(&self.context, seconds, nanoseconds)))
    }
}
