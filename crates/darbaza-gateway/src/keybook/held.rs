//! A key in the book, and how whoever came in by it learns that it is closed.

use std::time::Duration;

use darbaza_store::{ApiKey, KeyUse, NewApiKey};
use jiff::Timestamp;
use tokio::sync::watch;

use super::allowance::Allowance;
use super::limited::Limited;
use crate::clock::HeldClock;

/// A key's end is looked for this often, since the clock may jump.
const LOOK: Duration = Duration::from_millis(250);

/// A key that is not revoked.
pub(crate) struct HeldKey {
    pub(crate) issued: NewApiKey,
    pub(crate) allowance: Allowance,
    pub(crate) limited: Limited,
    standing: watch::Sender<Standing>,
}

/// What may close a key.
#[derive(Clone, Copy)]
struct Standing {
    revoked: bool,
    ends_at: Option<Timestamp>,
    suspended: Option<Timestamp>,
}

/// Why a key opens nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Closed {
    /// It was revoked, or its time is over.
    Ended,
    /// Its AI system is suspended since then.
    Suspended(Timestamp),
}

impl Standing {
    fn closed(&self, now: Timestamp) -> Option<Closed> {
        if self.revoked || self.ends_at.is_some_and(|end| end <= now) {
            Some(Closed::Ended)
        } else {
            self.suspended.map(Closed::Suspended)
        }
    }
}

impl HeldKey {
    pub(super) fn new(key: ApiKey, used: Option<&KeyUse>, suspended: Option<Timestamp>) -> HeldKey {
        let standing = Standing { revoked: false, ends_at: key.end(), suspended };
        HeldKey {
            allowance: Allowance::new(&key.issued.limits, used),
            limited: Limited::default(),
            standing: watch::Sender::new(standing),
            issued: key.issued,
        }
    }

    /// Why it opens nothing now, where it does not.
    pub(crate) fn closed(&self, now: Timestamp) -> Option<Closed> {
        self.standing.borrow().closed(now)
    }

    /// Resolves once it opens nothing any more.
    pub(crate) async fn closing(&self, clock: &HeldClock) -> Closed {
        let mut standing = self.standing.subscribe();
        loop {
            let seen = *standing.borrow_and_update();
            if let Some(closed) = seen.closed(clock.now()) {
                return closed;
            }
            // The sender is in the key, which is held here: it does not go away.
            match seen.ends_at {
                None => drop(standing.changed().await),
                Some(end) => {
                    let left = end.duration_since(clock.now()).unsigned_abs();
                    drop(tokio::time::timeout(left.min(LOOK), standing.changed()).await);
                }
            }
        }
    }

    /// The tokens used on the latest day, where they are counted.
    pub(super) fn used(&self) -> Option<KeyUse> {
        let (day, tokens) = self.allowance.used()?;
        Some(KeyUse { key: self.issued.id, organisation: self.issued.organisation, day, tokens })
    }

    pub(super) fn revoke(&self) {
        self.standing.send_modify(|standing| standing.revoked = true);
    }

    pub(super) fn end_at(&self, at: Timestamp) {
        self.standing.send_modify(|standing| {
            standing.ends_at = standing.ends_at.into_iter().chain([at]).min();
        });
    }

    pub(super) fn suspend(&self, since: Option<Timestamp>) {
        self.standing.send_modify(|standing| standing.suspended = since);
    }
}
