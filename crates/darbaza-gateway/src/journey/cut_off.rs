//! What ends a journey from outside: its key is revoked or runs out, its system is suspended, the
//! ledger fails, or the gate itself ends.

use std::pin::Pin;
use std::sync::Arc;

use darbaza_core::{Lang, SystemKey};

use super::admit::Caller;
use crate::gate::Gate;
use crate::keybook::Closed;
use crate::refused::Refused;

/// Resolves once the journey must not go on, to what the caller is told.
pub(crate) type CutOff = Pin<Box<dyn Future<Output = Refused> + Send>>;

impl Caller {
    /// What cuts this caller's journey off.
    pub(crate) fn cut_off(&self, gate: &Arc<Gate>) -> CutOff {
        let (gate, key, lang) = (Arc::clone(gate), Arc::clone(&self.key), self.lang);
        let (failed, ending) = (gate.ledger.failed(), gate.ending.begun());
        Box::pin(async move {
            tokio::select! {
                biased;
                () = failed => Refused::ledger_unavailable(),
                closed = key.closing(&gate.clock) => refused(&gate, &key.issued.system, lang, closed),
                () = ending => Refused::gate_stopped(),
            }
        })
    }
}

/// Does the work unless the journey is cut off before.
pub(crate) async fn unless_cut_off<T>(
    cut_off: &mut CutOff,
    work: impl Future<Output = T>,
) -> Result<T, Refused> {
    tokio::select! {
        biased;
        refused = cut_off => Err(refused),
        done = work => Ok(done),
    }
}

/// What a caller is told whose key opens nothing.
pub(super) fn refused(gate: &Gate, system: &SystemKey, lang: Lang, closed: Closed) -> Refused {
    match closed {
        Closed::Ended => Refused::key_invalid(),
        Closed::Suspended(since) => {
            let policy = gate.in_force.now();
            let name = policy.register().system(system).map_or(system.as_str(), |s| s.name.of(lang));
            Refused::suspended(name, since)
        }
    }
}
