//! Issuing API keys: the same desk for a command that owns the data folder and for a running server
//! that is asked over its socket.

use std::sync::Arc;

use darbaza_core::{KeyId, OrganisationId, Purpose, SystemKey};
use darbaza_gateway::{InForce, KeyBook};
use darbaza_store::{ApiKey, KeyLookup, KeyStore, NewApiKey};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::failure::{Failure, with_sources};

/// What is asked for.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyRequest {
    /// The AI system that the key opens.
    pub system: SystemKey,
    /// The purposes that it is bound to.
    pub purposes: Vec<Purpose>,
    /// Its last day.
    pub expires: Option<Date>,
    /// Who answers for it.
    pub owner: String,
}

/// A new key, shown once.
#[derive(Serialize, Deserialize)]
pub struct IssuedKey {
    /// Its id.
    pub id: KeyId,
    /// The key itself.
    pub key: Zeroizing<String>,
}

/// Where keys are kept and found.
pub(crate) struct KeyDesk {
    pub(crate) store: Arc<dyn KeyStore>,
    pub(crate) book: Arc<KeyBook>,
    /// How a key is found (HMAC under the look-up key).
    pub(crate) lookup: Box<dyn Fn(&str) -> KeyLookup + Send + Sync>,
    pub(crate) in_force: Arc<InForce>,
}

impl KeyDesk {
    /// Issues a key.
    pub(crate) fn issue(&self, request: &KeyRequest) -> Result<IssuedKey, Failure> {
        let organisation = self.check(request)?;
        let secret = new_secret().map_err(|why| {
            Failure::environment("no key can be made", why, "look at the system's source of randomness")
        })?;
        let issued = NewApiKey {
            id: KeyId(Uuid::now_v7()),
            organisation,
            system: request.system.clone(),
            owner: request.owner.clone(),
            purposes: request.purposes.clone(),
            lookup: (self.lookup)(&secret),
            issued_at: Timestamp::now(),
            expires_at: request.expires.map(end_of_day).transpose()?,
        };
        self.store.add(&issued).map_err(|why| {
            Failure::environment("the key cannot be kept", with_sources(&why), "look at the data folder")
        })?;
        let id = issued.id;
        self.book.add(ApiKey { issued, revoked_at: None });
        Ok(IssuedKey { id, key: secret })
    }

    /// Revokes every key of a system.
    pub(crate) fn revoke_system(&self, system: &SystemKey) -> Result<usize, Failure> {
        let revoked = self.store.revoke_system(system, Timestamp::now()).map_err(|why| {
            Failure::environment("the keys cannot be revoked", with_sources(&why), "look at the data folder")
        })?;
        self.book.revoke_system(system);
        Ok(revoked)
    }

    /// A key that could open nothing is not issued.
    fn check(&self, request: &KeyRequest) -> Result<OrganisationId, Failure> {
        let policy = self.in_force.now();
        let register = policy.register();
        let known = || register.systems().map(|s| s.key.to_string()).collect::<Vec<_>>().join(", ");
        let system = register.system(&request.system).ok_or_else(|| {
            Failure::usage(
                format!("there is no AI system {}", request.system),
                "a key belongs to a system of the register",
                format!("name one of: {}", known()),
            )
        })?;
        if let Some(purpose) = request.purposes.iter().find(|p| !system.uses.contains_key(*p)) {
            let purposes = system.uses.keys().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            return Err(Failure::usage(
                format!("the system {} has no purpose {purpose}", system.key),
                "a key can only be bound to purposes of its system",
                format!("name one of: {purposes}"),
            ));
        }
        let organisation = register.organisation(&system.organisation);
        organisation.map(|o| o.id).ok_or_else(|| {
            Failure::usage(
                "the system's organisation is unknown",
                "the register names none",
                "mend the register",
            )
        })
    }
}

/// The key opens until the end of its last day in Kazakhstan (UTC+5).
fn end_of_day(day: Date) -> Result<Timestamp, Failure> {
    let next = day.tomorrow().and_then(|d| Offset::constant(5).to_timestamp(d.at(0, 0, 0, 0)));
    let end = next.map_err(|why| Failure::usage("the date is out of range", why, "name a nearer day"))?;
    if end <= Timestamp::now() {
        return Err(Failure::usage(
            format!("{day} is over"),
            "the key would open nothing",
            "name a day to come",
        ));
    }
    Ok(end)
}

/// `dbz_` and 52 characters of base 32 (256 bits), easy to tell in logs and leaks.
fn new_secret() -> Result<Zeroizing<String>, getrandom::Error> {
    const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
    let mut bytes = Zeroizing::new([0_u8; 52]);
    getrandom::fill(bytes.as_mut_slice())?;
    let letters = bytes.iter().map(|b| char::from(ALPHABET[usize::from(b & 31)]));
    Ok(Zeroizing::new("dbz_".chars().chain(letters).collect()))
}
