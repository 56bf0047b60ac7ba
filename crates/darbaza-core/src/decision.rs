//! What the gate does with a request.

use std::fmt;
use std::str::FromStr;

/// The gate's action on a request; the value of the header `Darbaza-Decision`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Sent as it came.
    Pass,
    /// Sent with tokens in place of personal data.
    Mask,
    /// Sent to another route than the one asked for.
    Reroute,
    /// Waiting for a human.
    Hold,
    /// Not sent.
    Refuse,
}

impl Action {
    const ALL: [Action; 5] = [Action::Pass, Action::Mask, Action::Reroute, Action::Hold, Action::Refuse];

    /// The written form.
    pub const fn as_str(self) -> &'static str {
        match self {
            Action::Pass => "pass",
            Action::Mask => "mask",
            Action::Reroute => "reroute",
            Action::Hold => "hold",
            Action::Refuse => "refuse",
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A word that names no action.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not an action of the gate")]
pub struct UnknownAction(pub String);

impl FromStr for Action {
    type Err = UnknownAction;

    fn from_str(s: &str) -> Result<Self, Self::Err> {
        Action::ALL.into_iter().find(|a| a.as_str() == s).ok_or_else(|| UnknownAction(s.to_owned()))
    }
}

impl serde::Serialize for Action {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> serde::Deserialize<'de> for Action {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        word.parse().map_err(serde::de::Error::custom)
    }
}
