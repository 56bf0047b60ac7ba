//! Telling which keys there are; never the keys themselves, which nobody has.

use darbaza_core::{KeyId, Purpose, SystemKey};
use darbaza_register::Register;
use darbaza_store::{ApiKey, KeyLimits, KeyState, KeyStore};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{store_failed, unknown_system};
use crate::failure::Failure;

/// Which keys are asked for.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Listing {
    /// Those of this system; else all.
    pub(crate) system: Option<SystemKey>,
}

/// A key as it is told.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ListedKey {
    pub(crate) id: KeyId,
    pub(crate) system: SystemKey,
    pub(crate) owner: String,
    pub(crate) purposes: Vec<Purpose>,
    pub(crate) issued: Timestamp,
    /// From when on it opens nothing: its last day or the overlap of a rotation is over.
    pub(crate) expires: Option<Timestamp>,
    pub(crate) revoked: Option<Timestamp>,
    pub(crate) state: KeyState,
    pub(crate) limits: KeyLimits,
}

/// The keys that are asked for, oldest first.
pub(crate) fn list(
    store: &dyn KeyStore,
    register: &Register,
    listing: &Listing,
    now: Timestamp,
) -> Result<Vec<ListedKey>, Failure> {
    let keys = match &listing.system {
        Some(system) => keys_of(store, register, system)?,
        None => store.keys().map_err(store_failed("the keys cannot be read"))?,
    };
    Ok(keys.into_iter().map(|key| listed(key, now)).collect())
}

/// The keys of a system. One that left the register may still have some.
pub(super) fn keys_of(
    store: &dyn KeyStore,
    register: &Register,
    system: &SystemKey,
) -> Result<Vec<ApiKey>, Failure> {
    let mut keys = store.keys().map_err(store_failed("the keys cannot be read"))?;
    keys.retain(|key| key.issued.system == *system);
    if keys.is_empty() && register.system(system).is_none() {
        return Err(unknown_system(register, system));
    }
    Ok(keys)
}

fn listed(key: ApiKey, now: Timestamp) -> ListedKey {
    ListedKey {
        state: key.state(now),
        expires: key.end(),
        revoked: key.revoked_at,
        id: key.issued.id,
        system: key.issued.system,
        owner: key.issued.owner,
        purposes: key.issued.purposes,
        issued: key.issued.issued_at,
        limits: key.issued.limits,
    }
}
