//! The way a category of data may go.

use std::fmt;
use std::str::FromStr;

/// How data of a category may leave for a vendor, weakest permission last.
///
/// The order is the order of strictness: `Clear < Masked < Local < Refused`, so that the strictest
/// of several answers is their maximum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Way {
    /// As it is. Only where a register fact says so explicitly.
    Clear,
    /// As a token (masking, PD 1(18), 23(2)).
    Masked,
    /// Only to a system inside the company's own network (AI 17(4)).
    Local,
    /// Not at all.
    Refused,
}

impl Way {
    /// Every way, in the order of strictness.
    pub const ALL: [Way; 4] = [Way::Clear, Way::Masked, Way::Local, Way::Refused];

    /// The written form in register files and leaves.
    pub const fn as_str(self) -> &'static str {
        match self {
            Way::Clear => "clear",
            Way::Masked => "masked",
            Way::Local => "local",
            Way::Refused => "refused",
        }
    }
}

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A word that names no way.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a way; write clear, masked, local or refused")]
pub struct UnknownWay(pub String);

impl FromStr for Way {
    type Err = UnknownWay;

    fn from_str(s: &str) -> Result<Self, Self::Err> {
        Way::ALL.into_iter().find(|w| w.as_str() == s).ok_or_else(|| UnknownWay(s.to_owned()))
    }
}

impl serde::Serialize for Way {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> serde::Deserialize<'de> for Way {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        word.parse().map_err(serde::de::Error::custom)
    }
}
