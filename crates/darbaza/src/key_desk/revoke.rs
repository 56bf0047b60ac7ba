//! Revoking keys: what they opened ends at once.

use std::sync::PoisonError;

use darbaza_core::{KeyId, SystemKey};
use darbaza_store::{KeyActKind, KeyState};
use serde::{Deserialize, Serialize};

use super::{KeyDesk, unknown_key};
use crate::failure::{Exit, Failure, with_sources};
use crate::noted::{Noted, act};

/// What is to be revoked.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Revocation {
    pub(crate) system: SystemKey,
    /// This key; else all of the system.
    pub(crate) key: Option<KeyId>,
}

impl KeyDesk {
    /// Revokes a key, or all of a system; an expired one too, so that no clock brings it back.
    ///
    /// # Errors
    ///
    /// With exit code 1 where none is left to revoke.
    pub(crate) fn revoke(&self, asked: &Revocation, who: &str) -> Result<Noted<Vec<KeyId>>, Failure> {
        let _held = self.one_at_a_time.lock().unwrap_or_else(PoisonError::into_inner);
        let act = act(who, self.clock.now());
        let mut keys = self.keys_of(&asked.system)?;
        if let Some(id) = asked.key {
            keys.retain(|key| key.issued.id == id);
            if keys.is_empty() {
                return Err(unknown_key(&asked.system, id));
            }
        }
        keys.retain(|key| key.state(act.at) != KeyState::Revoked);
        if keys.is_empty() {
            return Err(nothing_left(asked));
        }
        let ids: Vec<KeyId> = keys.iter().map(|key| key.issued.id).collect();
        // What is to end ends, also where that cannot be kept.
        ids.iter().for_each(|id| self.book.revoke(*id));
        self.store.revoke(&ids, &act).map_err(|why| {
            Failure::environment(
                "that the keys are revoked cannot be kept",
                format!(
                    "{}; a running server has closed them, and would open them again when it starts anew",
                    with_sources(&why)
                ),
                "mend permissions and free space of the data folder, and revoke them again",
            )
        })?;
        let mut tickets = Vec::new();
        for mut key in keys {
            key.revoked_at = Some(act.at);
            tickets.push(self.note(&key, KeyActKind::Revoked, act.at, None)?);
        }
        Ok(Noted::new(ids, tickets))
    }
}

fn nothing_left(asked: &Revocation) -> Failure {
    let what = match asked.key {
        Some(id) => format!("the key {id} is revoked already"),
        None => format!("the system {} has no key left to revoke", asked.system),
    };
    Failure::new(
        Exit::Negative,
        what,
        "it was revoked before, or never issued",
        format!("`darbaza key list --system {}` shows the state of its keys", asked.system),
    )
}
