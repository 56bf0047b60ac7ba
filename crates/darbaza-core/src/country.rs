//! Countries, as ISO 3166-1 alpha-2 codes.

use std::fmt;
use std::str::FromStr;

use crate::word::serde_as_str;

/// A country code of two capital letters, such as `KZ`.
///
/// The shape is checked, not membership in the ISO list: the list changes, and a register that
/// names a code which ISO does not know is caught by the missing country fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CountryCode([u8; 2]);

impl CountryCode {
    /// Kazakhstan: what never counts as a cross-border transfer (PD 16).
    pub const KZ: CountryCode = CountryCode(*b"KZ");

    /// The two letters.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for CountryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A word that is no country code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a country code; write two capital letters of ISO 3166-1, such as KZ")]
pub struct NotACountryCode(pub String);

impl FromStr for CountryCode {
    type Err = NotACountryCode;

    fn from_str(s: &str) -> Result<Self, Self::Err> {
        match s.as_bytes() {
            &[a, b] if a.is_ascii_uppercase() && b.is_ascii_uppercase() => Ok(CountryCode([a, b])),
            _ => Err(NotACountryCode(s.to_owned())),
        }
    }
}

serde_as_str!(CountryCode);
