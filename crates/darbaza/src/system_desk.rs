//! The kill switch: suspending and resuming AI systems (AI 18(2)). A state of operation, kept apart
//! from the register, so that no change of the register lifts it.

use std::sync::{Arc, Mutex, PoisonError};

use darbaza_core::{OrganisationId, SystemKey};
use darbaza_gateway::{HeldClock, InForce, KeyBook};
use darbaza_store::{
    Act, LedgerStore, Suspension, SystemAct, SystemActKind, SystemActLeaf, SystemStore, Ticket,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::failure::{Exit, Failure, with_sources};
use crate::key_desk::unknown_system;
use crate::noted::{Noted, act, note, unkept};

/// Longest reason, in characters.
const REASON: usize = 500;

/// A system and why something is done to it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SystemRequest {
    pub(crate) system: SystemKey,
    pub(crate) reason: Option<String>,
}

/// What became of a system.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Switched {
    /// Since when it is, or was, suspended.
    pub(crate) since: Timestamp,
    /// Whether it was suspended before.
    pub(crate) before: bool,
}

/// Where systems are suspended and resumed.
pub(crate) struct SystemDesk {
    pub(crate) store: Arc<dyn SystemStore>,
    pub(crate) book: Arc<KeyBook>,
    pub(crate) ledger: Arc<dyn LedgerStore>,
    pub(crate) in_force: Arc<InForce>,
    pub(crate) clock: Arc<HeldClock>,
    /// Held while suspensions are looked at and changed.
    pub(crate) one_at_a_time: Mutex<()>,
}

impl SystemDesk {
    /// Suspends a system. One that is suspended stays so since the first time; the act and its
    /// reason are kept all the same.
    pub(crate) fn suspend(&self, asked: &SystemRequest, who: &str) -> Result<Noted<Switched>, Failure> {
        let _held = self.one_at_a_time.lock().unwrap_or_else(PoisonError::into_inner);
        let (organisation, before) = self.look(asked)?;
        let now = self.clock.now();
        // What is to stop stops, also where that cannot be kept.
        self.book.suspend(&asked.system, now);
        let act = suspended_or_resumed(asked, organisation, SystemActKind::Suspended, who, now);
        self.store.keep(&act).map_err(|why| {
            Failure::environment(
                format!("that {} is suspended cannot be kept", asked.system),
                format!(
                    "{}; a running server has stopped it, and would let it go on when it starts anew",
                    with_sources(&why)
                ),
                "mend permissions and free space of the data folder, and suspend it again",
            )
        })?;
        let since = before.as_ref().map_or(now, |suspension| suspension.since);
        Ok(Noted::new(Switched { since, before: before.is_some() }, vec![self.note(&act)?]))
    }

    /// Lets a suspended system go on.
    ///
    /// # Errors
    ///
    /// With exit code 1 where it is not suspended.
    pub(crate) fn resume(&self, asked: &SystemRequest, who: &str) -> Result<Noted<Switched>, Failure> {
        let _held = self.one_at_a_time.lock().unwrap_or_else(PoisonError::into_inner);
        let (organisation, before) = self.look(asked)?;
        let Some(suspension) = before else {
            return Err(Failure::new(
                Exit::Negative,
                format!("the AI system {} is not suspended", asked.system),
                "nobody suspended it, or it was resumed since",
                "where its requests are refused all the same, look at its state in the register",
            ));
        };
        let now = self.clock.now();
        let act = suspended_or_resumed(asked, organisation, SystemActKind::Resumed, who, now);
        self.store.keep(&act).map_err(|why| unkept(&format!("{} stays suspended", asked.system), &why))?;
        let ticket = self.note(&act)?;
        self.book.resume(&asked.system);
        Ok(Noted::new(Switched { since: suspension.since, before: true }, vec![ticket]))
    }

    /// In whose name the system is, and whether it is suspended. One that left the register can
    /// still be resumed.
    fn look(&self, asked: &SystemRequest) -> Result<(OrganisationId, Option<Suspension>), Failure> {
        let reason = asked.reason.as_deref().unwrap_or_default();
        if reason.chars().count() > REASON || reason.chars().any(char::is_control) {
            return Err(Failure::usage(
                "the reason cannot be kept",
                format!("it has more than {REASON} characters, or line breaks"),
                "say it in one line, without personal data",
            ));
        }
        let suspended = self.store.suspended();
        let suspended = suspended.map_err(|why| unkept("the suspensions cannot be read", &why))?;
        let before = suspended.into_iter().find(|suspension| suspension.system == asked.system);
        let policy = self.in_force.now();
        let register = policy.register();
        let registered = register.system(&asked.system).and_then(|s| register.organisation(&s.organisation));
        let organisation = registered.map(|o| o.id).or(before.as_ref().map(|s| s.organisation));
        Ok((organisation.ok_or_else(|| unknown_system(register, &asked.system))?, before))
    }

    fn note(&self, act: &SystemAct) -> Result<Ticket, Failure> {
        let SystemAct { organisation, system, kind, act: Act { at, .. }, .. } = act;
        let (organisation, at) = (*organisation, *at);
        let leaf = SystemActLeaf { v: 1, at, organisation, system: system.clone(), act: *kind };
        note(&*self.ledger, organisation, system, at, &leaf)
    }
}

fn suspended_or_resumed(
    asked: &SystemRequest,
    organisation: OrganisationId,
    kind: SystemActKind,
    who: &str,
    now: Timestamp,
) -> SystemAct {
    let (system, reason) = (asked.system.clone(), asked.reason.clone());
    SystemAct { act: act(who, now), organisation, system, kind, reason }
}
