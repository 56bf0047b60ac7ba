//! API keys: each belongs to one AI system and one owner, and is kept only as a keyed hash.

use std::num::{NonZeroU32, NonZeroU64};

use darbaza_core::{KeyId, OrganisationId, Purpose, SystemKey};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::act::Act;
use crate::error::StoreError;

/// The keyed hash under which an API key is found (HMAC-SHA-256 by a key of its own).
///
/// A plain hash would let a thief of the database try keys; bound parameters and a hash also keep
/// whatever stands in the header away from the engine.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct KeyLookup(pub [u8; 32]);

impl std::fmt::Debug for KeyLookup {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("KeyLookup(..)")
    }
}

/// How much may be asked with a key; none is no limit of the key's own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyLimits {
    /// Requests in a minute.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requests_per_minute: Option<NonZeroU32>,
    /// Requests under way at once; a stream is under way until its last byte.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub concurrent: Option<NonZeroU32>,
    /// Tokens of requests and answers on a day in Kazakhstan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tokens_per_day: Option<NonZeroU64>,
}

/// An API key to be kept.
#[derive(Clone, Debug)]
pub struct NewApiKey {
    /// Its id.
    pub id: KeyId,
    /// In whose name.
    pub organisation: OrganisationId,
    /// The AI system that it opens.
    pub system: SystemKey,
    /// Who answers for it.
    pub owner: String,
    /// The purposes it is bound to; empty where it is bound to none.
    pub purposes: Vec<Purpose>,
    /// How it is found.
    pub lookup: KeyLookup,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// From when on it opens nothing.
    pub expires_at: Option<Timestamp>,
    /// How much may be asked with it.
    pub limits: KeyLimits,
}

/// An API key that is kept.
#[derive(Clone, Debug)]
pub struct ApiKey {
    /// What was issued.
    pub issued: NewApiKey,
    /// The end of the overlap with the key that took its place.
    pub ends_at: Option<Timestamp>,
    /// When it was revoked. A revoked key stays one, whatever the clock says later.
    pub revoked_at: Option<Timestamp>,
}

/// Whether a key opens anything, and why not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyState {
    /// It does.
    Valid,
    /// Its last day, or the overlap with its successor, is over.
    Expired,
    /// Somebody revoked it.
    Revoked,
}

impl KeyState {
    /// The written form.
    pub const fn as_str(self) -> &'static str {
        match self {
            KeyState::Valid => "valid",
            KeyState::Expired => "expired",
            KeyState::Revoked => "revoked",
        }
    }
}

impl ApiKey {
    /// A key that was just issued.
    pub fn new(issued: NewApiKey) -> ApiKey {
        ApiKey { issued, ends_at: None, revoked_at: None }
    }

    /// From when on it opens nothing, as far as that is known.
    pub fn end(&self) -> Option<Timestamp> {
        self.issued.expires_at.into_iter().chain(self.ends_at).min()
    }

    /// Whether it opens anything at that time.
    pub fn state(&self, now: Timestamp) -> KeyState {
        if self.revoked_at.is_some() {
            KeyState::Revoked
        } else if self.end().is_some_and(|end| end <= now) {
            KeyState::Expired
        } else {
            KeyState::Valid
        }
    }
}

/// Tokens that a key used on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyUse {
    /// The key.
    pub key: KeyId,
    /// In whose name.
    pub organisation: OrganisationId,
    /// The day in Kazakhstan.
    pub day: Date,
    /// How many.
    pub tokens: u64,
}

/// The API keys of all organisations. Nothing is ever deleted, and every change names its act.
pub trait KeyStore: Send + Sync {
    /// Keeps a key that is issued.
    ///
    /// # Errors
    ///
    /// The engine's.
    fn add(&self, key: &NewApiKey, act: &Act) -> Result<(), StoreError>;

    /// Revokes keys; how many were not revoked before.
    ///
    /// # Errors
    ///
    /// The engine's.
    fn revoke(&self, keys: &[KeyId], act: &Act) -> Result<usize, StoreError>;

    /// Keeps the successor of a key, with what was used of the day's tokens; the key itself ends at
    /// that time, or is revoked where none is given.
    ///
    /// # Errors
    ///
    /// The engine's; nothing is changed then.
    fn rotate(
        &self,
        key: KeyId,
        successor: &NewApiKey,
        ends_at: Option<Timestamp>,
        act: &Act,
    ) -> Result<(), StoreError>;

    /// Every key that ever was, in the order of their ids.
    ///
    /// # Errors
    ///
    /// The engine's.
    fn keys(&self) -> Result<Vec<ApiKey>, StoreError>;

    /// Keeps how many tokens were used; what is less than known already changes nothing.
    ///
    /// # Errors
    ///
    /// The engine's.
    fn keep_use(&self, uses: &[KeyUse]) -> Result<(), StoreError>;

    /// The latest day on which each key used tokens.
    ///
    /// # Errors
    ///
    /// The engine's.
    fn last_use(&self) -> Result<Vec<KeyUse>, StoreError>;
}
