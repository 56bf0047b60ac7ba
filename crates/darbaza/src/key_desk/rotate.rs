//! Rotating a key: another one takes its place, with the same bindings and limits.

use std::sync::PoisonError;

use darbaza_core::{KeyId, SystemKey};
use darbaza_store::{ApiKey, KeyActKind, KeyState, NewApiKey};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::issue::{end_of_day, new_secret};
use super::{IssuedKey, KeyDesk, store_failed, unknown_key};
use crate::failure::{Exit, Failure};
use crate::noted::{Noted, act};

/// Which key is to be replaced, and how.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rotation {
    pub(crate) system: SystemKey,
    /// This key; else the only one that is valid and was not replaced yet.
    pub(crate) key: Option<KeyId>,
    /// For how many hours the old key stays valid.
    pub(crate) overlap: u32,
    /// The new key's last day; else the old one's.
    pub(crate) expires: Option<Date>,
}

/// A new key in the place of another.
#[derive(Serialize, Deserialize)]
pub(crate) struct RotatedKey {
    pub(crate) new: IssuedKey,
    pub(crate) old: KeyId,
    /// When the old one ends; none where it is revoked.
    pub(crate) old_ends: Option<Timestamp>,
}

impl KeyDesk {
    /// Issues a key in the place of another.
    pub(crate) fn rotate(&self, asked: &Rotation, who: &str) -> Result<Noted<RotatedKey>, Failure> {
        let _held = self.one_at_a_time.lock().unwrap_or_else(PoisonError::into_inner);
        let act = act(who, self.clock.now());
        let mut old = one_of(self.keys_of(&asked.system)?, asked, act.at)?;
        let overlap = SignedDuration::from_hours(i64::from(asked.overlap));
        let ends_at = (asked.overlap > 0).then(|| act.at.saturating_add(overlap)).transpose();
        let ends_at =
            ends_at.map_err(|why| Failure::usage("the overlap is out of range", why, "name fewer hours"))?;
        let secret = new_secret()?;
        let new = NewApiKey {
            id: KeyId(Uuid::now_v7()),
            lookup: (self.lookup)(&secret)?,
            issued_at: act.at,
            expires_at: asked.expires.map(end_of_day).transpose()?.or(old.issued.expires_at),
            ..old.issued.clone()
        };
        // The successor goes on with what the old key used, so the store has to know it first.
        self.store.keep_use(&self.book.uses()).map_err(store_failed("the use of keys cannot be kept"))?;
        let rotated = self.store.rotate(old.issued.id, &new, ends_at, &act);
        rotated.map_err(store_failed("the new key cannot be kept"))?;
        match ends_at {
            None => old.revoked_at = Some(act.at),
            Some(at) => old.ends_at = Some(at),
        }
        let (old_id, old_ends) = (old.issued.id, old.end().filter(|_| ends_at.is_some()));
        let issued = IssuedKey { id: new.id, key: secret };
        self.book.rotate(old_id, ApiKey::new(new), ends_at);
        let ticket = self.note(&old, KeyActKind::Rotated, act.at, Some(issued.id))?;
        Ok(Noted::new(RotatedKey { new: issued, old: old_id, old_ends }, vec![ticket]))
    }
}

/// The one key that is meant.
fn one_of(keys: Vec<ApiKey>, asked: &Rotation, now: Timestamp) -> Result<ApiKey, Failure> {
    let system = &asked.system;
    if let Some(id) = asked.key {
        let key = keys.into_iter().find(|key| key.issued.id == id).ok_or_else(|| unknown_key(system, id))?;
        return match key.state(now) {
            KeyState::Valid if key.ends_at.is_none() => Ok(key),
            KeyState::Valid => {
                Err(no(format!("the key {id} was rotated already"), "it ends with its overlap"))
            }
            state => Err(no(format!("the key {id} is {}", state.as_str()), "it opens nothing any more")),
        };
    }
    let valid = |key: &ApiKey| key.state(now) == KeyState::Valid && key.ends_at.is_none();
    let mut valid: Vec<ApiKey> = keys.into_iter().filter(valid).collect();
    match (valid.pop(), valid.as_slice()) {
        (None, _) => {
            Err(no(format!("the system {system} has no key to rotate"), "none of its keys is valid"))
        }
        (Some(key), []) => Ok(key),
        (Some(last), others) => {
            let ids = others.iter().chain([&last]).map(|key| key.issued.id.to_string());
            let ids = ids.collect::<Vec<_>>().join(", ");
            Err(Failure::usage(
                format!("the system {system} has several valid keys"),
                "it is not clear which one is to be replaced",
                format!("name one with --key: {ids}"),
            ))
        }
    }
}

fn no(what: String, why: &str) -> Failure {
    Failure::new(Exit::Negative, what, why, "issue a new key with `darbaza key issue`")
}
