//! API keys: each belongs to one AI system and one owner, and is kept only as a keyed hash.

use darbaza_core::{KeyId, OrganisationId, Purpose, SystemKey};
use jiff::Timestamp;

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
}

/// An API key that is kept.
#[derive(Clone, Debug)]
pub struct ApiKey {
    /// What was issued.
    pub issued: NewApiKey,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

impl ApiKey {
    /// Whether it opens anything at that time.
    pub fn is_valid(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && self.issued.expires_at.is_none_or(|end| now < end)
    }
}

/// The API keys of all organisations.
pub trait KeyStore: Send + Sync {
    /// Keeps a key.
    ///
    /// # Errors
    ///
    /// The engine's.
    fn add(&self, key: &NewApiKey) -> Result<(), StoreError>;

    /// Revokes every key of a system; how many were valid.
    ///
    /// # Errors
    ///
    /// The engine's.
    fn revoke_system(&self, system: &SystemKey, at: Timestamp) -> Result<usize, StoreError>;

    /// Every key that is not revoked.
    ///
    /// # Errors
    ///
    /// The engine's.
    fn current(&self) -> Result<Vec<ApiKey>, StoreError>;
}
