//! AI systems that a person suspended (AI 18(2)): a state of operation, apart from the register.

use darbaza_core::{OrganisationId, SystemKey};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::act::Act;
use crate::error::StoreError;

/// What was done to a system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SystemActKind {
    /// It was suspended: no request passes any more.
    Suspended,
    /// The suspension was lifted.
    Resumed,
}

impl SystemActKind {
    /// The written form.
    pub const fn as_str(self) -> &'static str {
        match self {
            SystemActKind::Suspended => "suspended",
            SystemActKind::Resumed => "resumed",
        }
    }
}

/// A suspension, or its end.
#[derive(Clone, Debug)]
pub struct SystemAct {
    /// Who and when.
    pub act: Act,
    /// In whose name.
    pub organisation: OrganisationId,
    /// The AI system.
    pub system: SystemKey,
    /// What was done.
    pub kind: SystemActKind,
    /// Why, in the words of who did it.
    pub reason: Option<String>,
}

/// A suspension in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suspension {
    /// In whose name.
    pub organisation: OrganisationId,
    /// The AI system.
    pub system: SystemKey,
    /// Since when.
    pub since: Timestamp,
}

/// The acts on AI systems of all organisations.
pub trait SystemStore: Send + Sync {
    /// Keeps an act behind those that are kept.
    ///
    /// # Errors
    ///
    /// The engine's.
    fn keep(&self, act: &SystemAct) -> Result<(), StoreError>;

    /// The suspensions in force.
    ///
    /// # Errors
    ///
    /// The engine's.
    fn suspended(&self) -> Result<Vec<Suspension>, StoreError>;
}
