//! Putting registers in force: the same desk for a command that owns the data folder and for a running
//! server that is asked over its socket.

use std::sync::{Arc, Mutex, PoisonError};

use darbaza_core::VendorKey;
use darbaza_gateway::{HeldClock, InForce};
use darbaza_policy::Policy;
use darbaza_register::{Register, SystemState};
use darbaza_store::{
    LeafKind, LedgerStore, NewLeaf, NewRegister, RegisterError, RegisterLeaf, RegisterStore, RegisterVersion,
    Ticket,
};
use serde::{Deserialize, Serialize};

use crate::failure::{Exit, Failure};
use crate::noted::{Noted, unkept};

/// Longest reason and longest name, in characters.
const WORDS: usize = 500;

/// A register that is to be put in force.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Application {
    /// Its text.
    pub(crate) text: String,
    /// The version that has to be in force still; what the caller compared with.
    pub(crate) expected: Option<String>,
    /// Who decided on it, where it was not the user that runs the command.
    pub(crate) by: Option<String>,
    /// Why.
    pub(crate) reason: String,
}

/// A register that was put in force.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Applied {
    pub(crate) number: u64,
    pub(crate) version: String,
    /// The same facts were in force already, so nothing was changed.
    pub(crate) unchanged: bool,
    /// What the gate cannot do with it as it is configured.
    pub(crate) warnings: Vec<String>,
}

/// Whether the configuration has an address for a vendor that is, or is not, local.
pub(crate) type Reaches = Box<dyn Fn(&VendorKey, bool) -> bool + Send + Sync>;

/// Where registers are put in force.
pub(crate) struct RegisterDesk {
    pub(crate) store: Arc<dyn RegisterStore>,
    pub(crate) ledger: Arc<dyn LedgerStore>,
    pub(crate) in_force: Arc<InForce>,
    pub(crate) clock: Arc<HeldClock>,
    pub(crate) reaches: Reaches,
    /// Held while a register is put in force, so that store, ledger and gate change in one order.
    pub(crate) one_at_a_time: Mutex<()>,
}

impl RegisterDesk {
    /// Puts a register in force: kept, then noted, then obeyed. A request is decided by the new one
    /// from now on, and its record stands behind the register's.
    ///
    /// # Errors
    ///
    /// With exit code 2 where the text is no register, 1 where another one was put in force
    /// meanwhile. What was in force stays so.
    pub(crate) fn apply(&self, asked: &Application, who: &str) -> Result<Noted<Applied>, Failure> {
        check_words(asked)?;
        let policy = compile(&asked.text)?;
        let register = Arc::clone(policy.register());
        let _held = self.one_at_a_time.lock().unwrap_or_else(PoisonError::into_inner);
        let current =
            self.store.in_force().map_err(|why| unkept("the register in force cannot be read", &why))?;
        if let Some(current) = current.as_ref().filter(|c| c.register.version == register.version()) {
            let (number, version) = (current.number, current.register.version.clone());
            let warnings = self.warnings(&policy, None);
            return Ok(Noted::new(Applied { number, version, unchanged: true, warnings }, Vec::new()));
        }
        let in_force = current.map(|c| c.register.version);
        let expected = asked.expected.clone().or(in_force);
        let new = NewRegister {
            version: register.version().to_owned(),
            text: asked.text.clone(),
            at: self.clock.now(),
            by: asked.by.as_ref().map_or_else(|| who.to_owned(), |by| format!("{by} ({who})")),
            reason: asked.reason.clone(),
        };
        let kept = self.store.put_in_force(&new, expected.as_deref()).map_err(not_kept)?;
        let ticket = note(&*self.ledger, &kept)?;
        let warnings = self.warnings(&policy, Some(&self.in_force.now()));
        self.in_force.replace(policy);
        tracing::info!(register.number = kept.number, register.version = %new.version, "register.applied");
        let applied = Applied { number: kept.number, version: new.version, unchanged: false, warnings };
        Ok(Noted::new(applied, vec![ticket]))
    }

    /// Notes that the ledger has the record of that number. Where this is lost, the next start
    /// records it once more.
    pub(crate) fn recorded(&self, number: u64) {
        if let Err(why) = self.store.recorded(number) {
            tracing::warn!(error = %darbaza_core::with_sources(&why), "register.recorded could not be kept");
        }
    }

    fn warnings(&self, policy: &Policy, former: Option<&Policy>) -> Vec<String> {
        let register = policy.register();
        let unreached = register.vendors().filter(|vendor| !(self.reaches)(&vendor.key, vendor.local));
        let unreached = unreached.map(|vendor| {
            let word = if vendor.local { "local address" } else { "address" };
            format!("vendor {} has no {word} in the configuration: its routes refuse", vendor.key)
        });
        let ended = former.into_iter().flat_map(|former| former.register().systems()).filter(|system| {
            let now = register.system(&system.key).map(|s| s.state);
            system.state == SystemState::Live && now != Some(SystemState::Live)
        });
        let ended = ended.map(|system| format!("AI system {} was live and is not any more", system.key));
        unreached.chain(ended).collect()
    }
}

/// The rules over the facts of a register's text.
///
/// # Errors
///
/// The first problem of the text; `register check` lists all.
pub(crate) fn compile(text: &str) -> Result<Policy, Failure> {
    let unusable = |problems: Vec<darbaza_register::Problem>| {
        let more = match problems.len() {
            0 | 1 => String::new(),
            n => format!(" (and {} more)", n - 1),
        };
        let first = problems.first().map(ToString::to_string).unwrap_or_default();
        Failure::usage(
            "the register cannot be used",
            format!("{first}{more}"),
            "`darbaza register check FILE` lists every problem with its line and remedy",
        )
    };
    let register = Register::read(text).map_err(|unreadable| unusable(unreadable.0))?;
    Policy::compile(Arc::new(register)).map_err(unusable)
}

/// Hands the note of a register to the ledger.
pub(crate) fn note(ledger: &dyn LedgerStore, kept: &RegisterVersion) -> Result<Ticket, Failure> {
    let at = kept.register.at;
    let leaf = RegisterLeaf { v: 1, at, number: kept.number, version: kept.register.version.clone() };
    let bytes = serde_json::to_vec(&leaf).map_err(|why| {
        Failure::environment("the note for the ledger cannot be written", why, "report this")
    })?;
    let kind = LeafKind::Note;
    Ok(ledger.submit(NewLeaf { organisation: None, system: None, receipt: None, kind, at, bytes }))
}

fn check_words(asked: &Application) -> Result<(), Failure> {
    let plain = |text: &str| text.chars().count() <= WORDS && !text.chars().any(char::is_control);
    if plain(&asked.reason)
        && !asked.reason.trim().is_empty()
        && asked.by.as_deref().is_none_or(|by| plain(by) && !by.trim().is_empty())
    {
        return Ok(());
    }
    Err(Failure::usage(
        "the reason or the name cannot be kept",
        format!("it is empty, has more than {WORDS} characters, or line breaks"),
        "say it in one line",
    ))
}

fn not_kept(error: RegisterError) -> Failure {
    match error {
        RegisterError::Store(why) => unkept("the register is not in force: it cannot be kept", &why),
        RegisterError::Changed(current) => Failure::new(
            Exit::Negative,
            "the register is not in force: another one was put in force meanwhile",
            format!(
                "number {} (version {}) by {}: {}",
                current.number, current.register.version, current.register.by, current.register.reason
            ),
            "look at the difference with `darbaza register plan FILE`, and apply again",
        ),
    }
}
