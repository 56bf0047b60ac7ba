//! The keys' part of the story.

use std::num::{NonZeroU32, NonZeroU64};
use std::sync::Arc;

use darbaza_core::KeyId;
use uuid::Uuid;

use super::{act, at, organisation};
use crate::{ApiKey, KeyLimits, KeyLookup, KeyState, KeyStore, KeyUse, NewApiKey};

fn id(n: u8) -> KeyId {
    KeyId(Uuid::from_u128(u128::from(n)))
}

fn key(n: u8, system: &str) -> NewApiKey {
    NewApiKey {
        id: id(n),
        organisation: organisation(),
        system: system.parse().unwrap(),
        owner: "tests".to_owned(),
        purposes: vec!["answers".parse().unwrap()],
        lookup: KeyLookup([n; 32]),
        issued_at: at(0),
        expires_at: Some(at(1_000)),
        limits: KeyLimits {
            requests_per_minute: NonZeroU32::new(60),
            concurrent: None,
            tokens_per_day: NonZeroU64::new(u64::from(u32::MAX) + 1),
        },
    }
}

/// The keys' part of the story. `open` opens the same store again and again; the one before is
/// dropped first.
pub fn keys(open: impl Fn() -> Arc<dyn KeyStore>) {
    let store = open();
    for (n, system) in [(1, "chat"), (2, "chat"), (3, "scoring")] {
        store.add(&key(n, system), &act(n.into(), 0)).unwrap();
    }
    assert!(store.add(&key(3, "scoring"), &act(9, 0)).is_err(), "an id is used once");
    let mut same_lookup = key(4, "scoring");
    same_lookup.lookup = KeyLookup([3; 32]);
    assert!(store.add(&same_lookup, &act(10, 0)).is_err(), "a key is found by one row");

    // A revoked key keeps its row and the time at which it was revoked first.
    assert_eq!(store.revoke(&[id(1), id(2)], &act(11, 5)).unwrap(), 2);
    assert_eq!(store.revoke(&[id(2), id(3), id(77)], &act(12, 6)).unwrap(), 1);
    drop(store);
    let store = open();
    let states = |store: &dyn KeyStore, second| {
        store.keys().unwrap().iter().map(|key| (key.issued.id, key.state(at(second)))).collect::<Vec<_>>()
    };
    let revoked = KeyState::Revoked;
    assert_eq!(states(&*store, -100), [(id(1), revoked), (id(2), revoked), (id(3), revoked)]);
    assert_eq!(store.keys().unwrap()[1].revoked_at, Some(at(5)));

    // A key comes back as it was issued.
    store.add(&key(4, "scoring"), &act(13, 7)).unwrap();
    let kept = store.keys().unwrap().pop().unwrap();
    let ApiKey { issued, ends_at: None, revoked_at: None } = kept else { panic!("it was just issued") };
    assert_eq!((issued.id, issued.system.as_str(), issued.owner.as_str()), (id(4), "scoring", "tests"));
    assert_eq!(issued.purposes[0].as_str(), "answers");
    assert_eq!((issued.lookup, issued.limits), (KeyLookup([4; 32]), key(4, "scoring").limits));

    // What was used is known by the latest day, never shrinks, and goes over to a successor.
    let used = |n, day: &str, tokens| {
        let (key, organisation) = (id(n), organisation());
        KeyUse { key, organisation, day: day.parse().unwrap(), tokens }
    };
    store.keep_use(&[used(4, "2026-11-24", 70), used(3, "2026-11-24", 1)]).unwrap();
    store.keep_use(&[used(4, "2026-11-25", 5)]).unwrap();
    store.keep_use(&[used(4, "2026-11-25", 4), used(4, "2026-11-24", 71)]).unwrap();
    let expected = [used(3, "2026-11-24", 1), used(4, "2026-11-25", 5)];
    assert_eq!(store.last_use().unwrap(), expected);

    // The old key of a rotation ends with the overlap, and at once where there is none.
    store.rotate(id(4), &key(5, "scoring"), Some(at(500)), &act(14, 8)).unwrap();
    assert_eq!(store.last_use().unwrap()[2], used(5, "2026-11-25", 5));
    assert_eq!(states(&*store, 499)[3..], [(id(4), KeyState::Valid), (id(5), KeyState::Valid)]);
    assert_eq!(states(&*store, 500)[3..], [(id(4), KeyState::Expired), (id(5), KeyState::Valid)]);
    assert_eq!(states(&*store, 1_000)[4], (id(5), KeyState::Expired));
    assert!(store.rotate(id(5), &key(4, "scoring"), None, &act(15, 9)).is_err());
    assert_eq!(states(&*store, 0)[4], (id(5), KeyState::Valid), "what failed changed nothing");
    store.rotate(id(5), &key(6, "scoring"), None, &act(16, 9)).unwrap();
    drop(store);
    let last = states(&*open(), 499);
    assert_eq!(last[3..], [(id(4), KeyState::Valid), (id(5), KeyState::Revoked), (id(6), KeyState::Valid)]);
}
