//! Issuing a key.

use std::sync::PoisonError;

use darbaza_core::{KeyId, OrganisationId, Purpose, SystemKey};
use darbaza_store::{ApiKey, KeyActKind, KeyLimits, NewApiKey};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::{KeyDesk, store_failed, unknown_system};
use crate::failure::Failure;
use crate::noted::{Noted, act};

/// Longest name of an owner, in characters.
const OWNER: usize = 120;

/// What is asked for.
#[derive(Clone, Debug, Serialize, Deserialize)]
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
    /// How much may be asked with it.
    #[serde(default)]
    pub limits: KeyLimits,
}

impl KeyRequest {
    /// A key of a system without bindings, end or limits.
    pub fn new(system: SystemKey, owner: impl Into<String>) -> KeyRequest {
        let limits = KeyLimits::default();
        KeyRequest { system, purposes: Vec::new(), expires: None, owner: owner.into(), limits }
    }
}

/// A new key, shown once.
#[derive(Serialize, Deserialize)]
pub struct IssuedKey {
    /// Its id.
    pub id: KeyId,
    /// The key itself.
    pub key: Zeroizing<String>,
}

impl KeyDesk {
    /// Issues a key.
    pub(crate) fn issue(&self, request: &KeyRequest, who: &str) -> Result<Noted<IssuedKey>, Failure> {
        let _held = self.one_at_a_time.lock().unwrap_or_else(PoisonError::into_inner);
        let organisation = self.check(request)?;
        let act = act(who, self.clock.now());
        let (secret, id) = (new_secret()?, KeyId(Uuid::now_v7()));
        let issued = NewApiKey {
            id,
            organisation,
            system: request.system.clone(),
            owner: request.owner.clone(),
            purposes: request.purposes.clone(),
            lookup: (self.lookup)(&secret)?,
            issued_at: act.at,
            expires_at: request.expires.map(end_of_day).transpose()?,
            limits: request.limits,
        };
        self.store.add(&issued, &act).map_err(store_failed("the key cannot be kept"))?;
        let key = ApiKey::new(issued);
        let ticket = self.note(&key, KeyActKind::Issued, act.at, None)?;
        self.book.add(key);
        Ok(Noted::new(IssuedKey { id, key: secret }, vec![ticket]))
    }

    /// A key that could open nothing is not issued.
    fn check(&self, request: &KeyRequest) -> Result<OrganisationId, Failure> {
        if request.owner.chars().count() > OWNER || request.owner.chars().any(char::is_control) {
            return Err(Failure::usage(
                "the owner of the key cannot be kept",
                format!("the name has more than {OWNER} characters, or line breaks"),
                "give one line that says who answers for the key",
            ));
        }
        let policy = self.in_force.now();
        let register = policy.register();
        let system =
            register.system(&request.system).ok_or_else(|| unknown_system(register, &request.system))?;
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
pub(super) fn end_of_day(day: Date) -> Result<Timestamp, Failure> {
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
pub(super) fn new_secret() -> Result<Zeroizing<String>, Failure> {
    const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
    let mut bytes = Zeroizing::new([0_u8; 52]);
    getrandom::fill(bytes.as_mut_slice()).map_err(|why| {
        Failure::environment("no key can be made", why, "look at the system's source of randomness")
    })?;
    let letters = bytes.iter().map(|b| char::from(ALPHABET[usize::from(b & 31)]));
    Ok(Zeroizing::new("dbz_".chars().chain(letters).collect()))
}
