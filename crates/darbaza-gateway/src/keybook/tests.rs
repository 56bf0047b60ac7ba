use std::num::{NonZeroU32, NonZeroU64};
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use darbaza_core::{OrganisationId, Receipt};
use darbaza_store::{KeyLimits, NewApiKey};
use uuid::Uuid;

use super::*;
use crate::clock::{Clock, HeldClock};

fn id(n: u8) -> KeyId {
    KeyId(Uuid::from_u128(n.into()))
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn key(n: u8, system: &str, limits: KeyLimits) -> ApiKey {
    ApiKey::new(NewApiKey {
        id: id(n),
        organisation: OrganisationId(Uuid::from_u128(7)),
        system: system.parse().unwrap(),
        owner: "tests".to_owned(),
        purposes: Vec::new(),
        lookup: KeyLookup([n; 32]),
        issued_at: at(0),
        expires_at: Some(at(1_000)),
        limits,
    })
}

fn book() -> KeyBook {
    let revoked = ApiKey { revoked_at: Some(at(5)), ..key(3, "chat", KeyLimits::default()) };
    let keys = [key(1, "chat", KeyLimits::default()), key(2, "scoring", KeyLimits::default()), revoked];
    KeyBook::new(keys, &[], [])
}

fn opens(book: &KeyBook, n: u8, second: i64) -> bool {
    let held = book.find(KeyLookup([n; 32]), at(second));
    held.is_some_and(|held| held.closed(at(second)).is_none())
}

#[test]
fn a_key_opens_until_it_ends_is_rotated_or_revoked() {
    let book = book();
    assert!(opens(&book, 1, 999) && !opens(&book, 1, 1_000), "until its last second");
    assert!(!opens(&book, 3, 1), "one that was revoked before the start");
    assert!(opens(&book, 1, 999), "a clock that is right again opens what is not revoked");
    book.rotate(id(1), key(4, "chat", KeyLimits::default()), Some(at(500)));
    assert!(opens(&book, 1, 499) && !opens(&book, 1, 500) && opens(&book, 4, 999));
    book.rotate(id(4), key(5, "chat", KeyLimits::default()), None);
    assert!(!opens(&book, 4, 0) && opens(&book, 5, 0));
    book.revoke(id(5));
    book.revoke(id(77));
    assert!(!opens(&book, 5, -1_000) && opens(&book, 2, 0), "whatever the clock says, and only that one");
}

#[test]
fn a_suspension_holds_for_keys_of_the_system_old_and_new() {
    let book = book();
    let chat = "chat".parse().unwrap();
    book.suspend(&chat, at(10));
    book.suspend(&chat, at(20));
    book.add(key(6, "chat", KeyLimits::default()));
    for n in [1, 6] {
        let held = book.find(KeyLookup([n; 32]), at(30)).expect("the key is still known");
        assert_eq!(held.closed(at(30)), Some(Closed::Suspended(at(10))), "since the first time");
        assert_eq!(held.closed(at(1_000)), Some(Closed::Ended), "a key that ended says so");
    }
    assert!(opens(&book, 2, 30));
    book.resume(&chat);
    assert!(opens(&book, 1, 30) && opens(&book, 6, 30));
}

static NOW: AtomicI64 = AtomicI64::new(0);

/// A clock that tests move.
fn clock() -> HeldClock {
    HeldClock::from(Clock::new(|| at(NOW.load(Ordering::SeqCst))))
}

#[tokio::test]
async fn whoever_came_in_learns_at_once_that_the_key_is_closed() {
    let (book, clock) = (book(), clock());
    let held = |n: u8| book.find(KeyLookup([n; 32]), at(0)).unwrap();
    let in_time = |future| tokio::time::timeout(Duration::from_secs(1), future);
    let (one, two) = (held(1), held(2));
    let (mut revoked, mut ended) = (Box::pin(one.closing(&clock)), Box::pin(two.closing(&clock)));
    let waits = tokio::time::timeout(Duration::from_millis(50), &mut revoked).await;
    assert!(waits.is_err(), "nothing happened yet");
    book.suspend(&"chat".parse().unwrap(), at(3));
    assert_eq!(in_time(revoked).await, Ok(Closed::Suspended(at(3))));
    book.resume(&"chat".parse().unwrap());
    let revoked = Box::pin(one.closing(&clock));
    book.revoke(id(1));
    assert_eq!(in_time(revoked).await, Ok(Closed::Ended));
    // The clock jumps over the end of the other one.
    assert!(tokio::time::timeout(Duration::from_millis(50), &mut ended).await.is_err());
    NOW.store(1_000, Ordering::SeqCst);
    assert_eq!(in_time(ended).await, Ok(Closed::Ended));
}

#[test]
fn tokens_are_counted_by_the_latest_day_and_go_over_to_a_successor() {
    const DAY: i64 = 24 * 60 * 60;
    static DAYS: AtomicI64 = AtomicI64::new(0);
    let moving = || HeldClock::from(Clock::new(|| at(DAYS.load(Ordering::SeqCst) * DAY + 1)));
    let limits = KeyLimits { tokens_per_day: NonZeroU64::new(10), ..KeyLimits::default() };
    let book = KeyBook::new([key(1, "chat", limits)], &[], []);
    let held = |n: u8| book.find(KeyLookup([n; 32]), at(0)).unwrap();
    let enter = |n: u8| held(n).allowance.enter(&moving()).map(drop);
    held(1).allowance.spend(&moving(), 9);
    assert_eq!(enter(1), Ok(()), "one is left");
    held(1).allowance.spend(&moving(), u64::MAX);
    let hours = 19 * 3600 - 1;
    let over = Exceeded::Tokens(NonZeroU64::new(10).unwrap(), Duration::from_secs(hours));
    assert_eq!(enter(1), Err(over), "until 24:00 in Kazakhstan");
    DAYS.store(-700, Ordering::SeqCst);
    assert_eq!(enter(1), Err(over), "a clock set back gives nothing");
    book.rotate(id(1), key(2, "chat", limits), Some(at(900)));
    assert_eq!(enter(2), Err(over), "nor does a rotation");
    assert_eq!(book.uses().len(), 2);
    let again = KeyBook::new([key(1, "chat", limits)], &book.uses(), []);
    let kept = again.find(KeyLookup([1; 32]), at(0)).unwrap();
    assert!(kept.allowance.enter(&moving()).is_err(), "nor does a start");
    DAYS.store(1, Ordering::SeqCst);
    assert_eq!((enter(1), enter(2)), (Ok(()), Ok(())), "the next day does");
}

#[test]
fn who_is_refused_a_place_uses_nothing_of_the_rate() {
    let limits = KeyLimits {
        requests_per_minute: NonZeroU32::new(2),
        concurrent: NonZeroU32::new(1),
        ..KeyLimits::default()
    };
    let book = KeyBook::new([key(1, "chat", limits)], &[], []);
    let held = book.find(KeyLookup([1; 32]), at(0)).unwrap();
    let clock = clock();
    let enter = || held.allowance.enter(&clock);
    let place = enter().unwrap();
    for _ in 0..10 {
        assert!(matches!(enter(), Err(Exceeded::Concurrent(_))));
    }
    drop(place);
    drop(enter().unwrap());
    let Err(Exceeded::Requests(limit, wait)) = enter() else { panic!("the rate is used up") };
    assert_eq!(limit.get(), 2);
    assert!(wait > Duration::from_secs(20) && wait <= Duration::from_secs(30), "{wait:?}");
    assert!(enter().is_err(), "and who is refused for it keeps no place");
}

#[tokio::test]
async fn one_refusal_a_minute_is_recorded_and_the_others_are_told_of_by_the_next() {
    let limited = limited::Limited::default();
    let start = Instant::now();
    let receipt = |n: u128| Receipt(Uuid::from_u128(n));
    let refuse = async |after: u64, n: u128, works: bool| {
        let span = limited.span(start + Duration::from_secs(after));
        let before = span.before();
        let record = async { if works { Ok(receipt(n)) } else { Err("no ledger") } };
        (span.receipt(record).await, before)
    };
    assert_eq!(refuse(0, 1, false).await, (Err("no ledger"), None), "what is not recorded has no receipt");
    assert_eq!(refuse(1, 2, true).await, (Ok(receipt(2)), None), "and the next one records");
    assert_eq!(refuse(59, 3, true).await, (Ok(receipt(2)), None));
    assert_eq!(refuse(59, 4, false).await, (Ok(receipt(2)), None));
    let two = Some(Further { receipt: receipt(2), count: 2 });
    assert_eq!(limited.take(start + Duration::from_secs(90), false), None, "the next refusal may tell it");
    assert_eq!(refuse(100, 5, false).await, (Err("no ledger"), two));
    assert_eq!(
        refuse(101, 6, true).await,
        (Ok(receipt(6)), two),
        "nothing is lost with a record that failed"
    );
    assert_eq!(limited.take(start + Duration::from_secs(300), false), None, "nothing is left to tell");
    refuse(400, 7, true).await.0.unwrap();
    refuse(401, 8, true).await.0.unwrap();
    let one = Some(Further { receipt: receipt(7), count: 1 });
    assert_eq!(limited.take(start + Duration::from_secs(520), false), one, "nobody came who would tell it");
    assert_eq!(limited.take(start + Duration::from_secs(521), true), None);
}

#[tokio::test]
async fn what_was_refused_by_limits_is_told_of_a_revoked_key_as_well() {
    let book = book();
    let held = book.find(KeyLookup([1; 32]), at(0)).unwrap();
    let (now, receipt) = (Instant::now(), Receipt(Uuid::from_u128(9)));
    for _ in 0..3 {
        let told = held.limited.span(now).receipt(async { Ok::<_, ()>(receipt) }).await;
        assert_eq!(told, Ok(receipt));
    }
    assert!(book.take_limited(now, false).is_empty(), "the next refusal may tell it");
    book.revoke(id(1));
    let told: Vec<_> =
        book.take_limited(now, false).into_iter().map(|(held, f)| (held.issued.id, f)).collect();
    assert_eq!(told, [(id(1), Further { receipt, count: 2 })], "nobody else will");
    assert!(book.take_limited(now, true).is_empty());
}
