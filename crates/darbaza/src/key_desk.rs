//! What can be done with API keys: the same desk for a command that owns the data folder and for a
//! running server that is asked over its socket.

mod issue;
mod list;
mod revoke;
mod rotate;

use std::sync::{Arc, Mutex};

use darbaza_core::{KeyId, SystemKey};
use darbaza_gateway::{HeldClock, InForce, KeyBook};
use darbaza_register::Register;
use darbaza_store::{ApiKey, KeyActKind, KeyActLeaf, KeyLookup, KeyStore, LedgerStore, Ticket};
use jiff::Timestamp;

use crate::failure::Failure;
use crate::noted::{note, unkept};

pub use issue::{IssuedKey, KeyRequest};
pub(crate) use list::{ListedKey, Listing, list};
pub(crate) use revoke::Revocation;
pub(crate) use rotate::{RotatedKey, Rotation};

/// How a key is found: its HMAC under the look-up key.
pub(crate) type Lookup = Box<dyn Fn(&str) -> Result<KeyLookup, Failure> + Send + Sync>;

/// Where keys are kept and found.
pub(crate) struct KeyDesk {
    pub(crate) store: Arc<dyn KeyStore>,
    pub(crate) book: Arc<KeyBook>,
    pub(crate) ledger: Arc<dyn LedgerStore>,
    pub(crate) lookup: Lookup,
    pub(crate) in_force: Arc<InForce>,
    pub(crate) clock: Arc<HeldClock>,
    /// Held while keys are looked at and changed.
    pub(crate) one_at_a_time: Mutex<()>,
}

impl KeyDesk {
    /// The keys of a system, whether they open anything or not.
    fn keys_of(&self, system: &SystemKey) -> Result<Vec<ApiKey>, Failure> {
        list::keys_of(&*self.store, self.in_force.now().register(), system)
    }

    fn note(
        &self,
        key: &ApiKey,
        act: KeyActKind,
        at: Timestamp,
        successor: Option<KeyId>,
    ) -> Result<Ticket, Failure> {
        let (organisation, system) = (key.issued.organisation, key.issued.system.clone());
        let ends_at = key.end().filter(|end| *end > at && key.revoked_at.is_none());
        let leaf = KeyActLeaf { v: 1, at, organisation, system, key: key.issued.id, act, ends_at, successor };
        note(&*self.ledger, organisation, &key.issued.system, at, &leaf)
    }
}

/// There is no such system.
pub(crate) fn unknown_system(register: &Register, system: &SystemKey) -> Failure {
    let known = register.systems().map(|s| s.key.to_string()).collect::<Vec<_>>().join(", ");
    Failure::usage(
        format!("there is no AI system {system}"),
        "the register in force has none of that key",
        format!("name one of: {known}"),
    )
}

/// The key that is named is none of the system's.
fn unknown_key(system: &SystemKey, key: KeyId) -> Failure {
    Failure::usage(
        format!("the system {system} has no key {key}"),
        "keys are named by the id that `darbaza key issue` told",
        format!("look it up with `darbaza key list --system {system}`"),
    )
}

fn store_failed(what: &'static str) -> impl FnOnce(darbaza_store::StoreError) -> Failure {
    move |why| unkept(what, &why)
}
