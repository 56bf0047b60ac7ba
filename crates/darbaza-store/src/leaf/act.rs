//! The leaves of what a person did to keys and systems. Without names: who did it stays in the
//! store, where access to it can be limited.

use darbaza_core::{KeyId, OrganisationId, SystemKey};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::systems::SystemActKind;

/// What was done to a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyActKind {
    /// It was issued.
    Issued,
    /// It was revoked.
    Revoked,
    /// Another key took its place.
    Rotated,
}

impl KeyActKind {
    /// The written form.
    pub const fn as_str(self) -> &'static str {
        match self {
            KeyActKind::Issued => "issued",
            KeyActKind::Revoked => "revoked",
            KeyActKind::Rotated => "rotated",
        }
    }
}

/// An API key was issued, revoked or rotated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename = "key_act")]
pub struct KeyActLeaf {
    /// Version of this form.
    pub v: u32,
    /// When.
    pub at: Timestamp,
    /// In whose name.
    pub organisation: OrganisationId,
    /// The AI system that the key opens.
    pub system: SystemKey,
    /// The key's id.
    pub key: KeyId,
    /// What was done to it.
    pub act: KeyActKind,
    /// From when on it opens nothing, where that lies ahead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_at: Option<Timestamp>,
    /// The id of the key that took its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub successor: Option<KeyId>,
}

/// An AI system was suspended or resumed (AI 18(2)).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename = "system_act")]
pub struct SystemActLeaf {
    /// Version of this form.
    pub v: u32,
    /// When.
    pub at: Timestamp,
    /// In whose name.
    pub organisation: OrganisationId,
    /// The AI system.
    pub system: SystemKey,
    /// What was done to it.
    pub act: SystemActKind,
}
