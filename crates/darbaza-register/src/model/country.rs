//! What the company decided about countries (PD 16).

use darbaza_core::CountryCode;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What the company decided about transfers to a country.
#[derive(Clone, Debug, PartialEq)]
pub struct Country {
    /// The country.
    pub code: CountryCode,
    /// The decision.
    pub verdict: Verdict,
    /// Why, in the words of who decided.
    pub reason: String,
    /// The last day on which the decision holds; the country counts as unknown after it.
    pub until: Option<Date>,
}

/// Whether personal data may go to a country.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The state ensures protection (PD 16(1)).
    Protects,
    /// Only on a ground of PD 16(3), such as consent to cross-border transfer.
    NeedsGround,
    /// Not at all.
    Forbidden,
}
