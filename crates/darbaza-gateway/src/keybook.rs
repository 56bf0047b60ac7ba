//! The API keys in memory: what a request is admitted by, and what ends it where its key or its
//! system is stopped.

mod allowance;
mod held;
mod limited;

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Instant;

use darbaza_core::{KeyId, SystemKey};
use darbaza_store::{ApiKey, Further, KeyLookup, KeyUse, Suspension};
use jiff::Timestamp;

pub(crate) use allowance::{Exceeded, Place};
pub(crate) use held::{Closed, HeldKey};

/// Every key that is not revoked, by its keyed hash. A look-up compares hashes of a secret key, so
/// how long it takes tells nothing of the keys.
#[derive(Default)]
pub struct KeyBook {
    pages: RwLock<Pages>,
}

#[derive(Default)]
struct Pages {
    keys: HashMap<KeyLookup, Arc<HeldKey>>,
    suspended: HashMap<SystemKey, Timestamp>,
    /// Revoked keys whose last refusals by limits are not told yet.
    revoked: Vec<Arc<HeldKey>>,
}

impl KeyBook {
    /// A book of these keys, with the tokens used already and the suspensions in force.
    pub fn new(
        keys: impl IntoIterator<Item = ApiKey>,
        uses: &[KeyUse],
        suspended: impl IntoIterator<Item = Suspension>,
    ) -> KeyBook {
        let uses: HashMap<KeyId, &KeyUse> = uses.iter().map(|used| (used.key, used)).collect();
        let suspended = suspended.into_iter().map(|s| (s.system, s.since)).collect();
        let mut pages = Pages { suspended, ..Pages::default() };
        for key in keys.into_iter().filter(|key| key.revoked_at.is_none()) {
            let used = uses.get(&key.issued.id).copied();
            pages.enter(key, used);
        }
        KeyBook { pages: RwLock::new(pages) }
    }

    /// Adds a key that was just issued.
    pub fn add(&self, key: ApiKey) {
        self.write().enter(key, None);
    }

    /// Adds the successor of a key, which ends at that time or at once. The successor goes on with
    /// the tokens of the day.
    pub fn rotate(&self, key: KeyId, successor: ApiKey, ends_at: Option<Timestamp>) {
        let mut pages = self.write();
        let used = pages.held(key).and_then(|held| held.used());
        pages.enter(successor, used.as_ref());
        match ends_at {
            None => pages.revoke(key),
            Some(at) => pages.held(key).into_iter().for_each(|held| held.end_at(at)),
        }
    }

    /// Ends a key: it opens nothing any more, and what it opened ends.
    pub fn revoke(&self, key: KeyId) {
        self.write().revoke(key);
    }

    /// Stops an AI system: its keys open nothing, and what they opened ends.
    pub fn suspend(&self, system: &SystemKey, since: Timestamp) {
        let mut pages = self.write();
        pages.suspended.entry(system.clone()).or_insert(since);
        pages.tell(system);
    }

    /// Lets an AI system go on.
    pub fn resume(&self, system: &SystemKey) {
        let mut pages = self.write();
        pages.suspended.remove(system);
        pages.tell(system);
    }

    /// The tokens that keys with a limit on them used on their latest day.
    pub fn uses(&self) -> Vec<KeyUse> {
        self.read().keys.values().filter_map(|held| held.used()).collect()
    }

    /// The key, if there is one that opens anything, also where its system is suspended.
    pub(crate) fn find(&self, lookup: KeyLookup, now: Timestamp) -> Option<Arc<HeldKey>> {
        let pages = self.read();
        pages.keys.get(&lookup).filter(|held| held.closed(now) != Some(Closed::Ended)).cloned()
    }

    /// Refusals by limits that no leaf told of for long, or all of them.
    pub(crate) fn take_limited(&self, now: Instant, all: bool) -> Vec<(Arc<HeldKey>, Further)> {
        let mut pages = self.write();
        let taken = |held: &Arc<HeldKey>, all| Some((Arc::clone(held), held.limited.take(now, all)?));
        let revoked: Vec<_> = pages.revoked.drain(..).collect();
        let of_revoked = revoked.iter().filter_map(|held| taken(held, true));
        of_revoked.chain(pages.keys.values().filter_map(|held| taken(held, all))).collect()
    }

    fn read(&self) -> RwLockReadGuard<'_, Pages> {
        self.pages.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Pages> {
        self.pages.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pages {
    fn enter(&mut self, key: ApiKey, used: Option<&KeyUse>) {
        let suspended = self.suspended.get(&key.issued.system).copied();
        self.keys.insert(key.issued.lookup, Arc::new(HeldKey::new(key, used, suspended)));
    }

    fn held(&self, key: KeyId) -> Option<&Arc<HeldKey>> {
        self.keys.values().find(|held| held.issued.id == key)
    }

    fn revoke(&mut self, key: KeyId) {
        if let Some(held) = self.held(key).cloned() {
            self.keys.remove(&held.issued.lookup);
            held.revoke();
            self.revoked.push(held);
        }
    }

    /// Tells a system's keys whether it is suspended.
    fn tell(&self, system: &SystemKey) {
        let since = self.suspended.get(system).copied();
        let of_system = self.keys.values().filter(|held| held.issued.system == *system);
        of_system.for_each(|held| held.suspend(since));
    }
}

#[cfg(test)]
mod tests;
