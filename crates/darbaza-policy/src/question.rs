//! What is asked: the facts of one request, without any of its text.

use darbaza_core::{CategoryCounts, Purpose, SystemKey};
use jiff::civil::Date;

/// A word that is no model of any register, and no purpose: names there hold no spaces.
pub const ANY_NAME: &str = "any other name";

/// One request, as rules see it.
#[derive(Clone, Debug)]
pub struct Question<'a> {
    /// The AI system that the caller's key belongs to.
    pub system: &'a SystemKey,
    /// For which purpose.
    pub purpose: RequestedPurpose<'a>,
    /// The model name that the client wrote.
    pub model: &'a str,
    /// What was found in the request.
    pub findings: &'a CategoryCounts,
    /// Parameters in effect that change retention, recipients or place.
    pub parameters: &'a [&'a str],
    /// What is known of the persons concerned.
    pub persons: Persons,
    /// The day in Kazakhstan on which the request is decided.
    pub today: Date,
}

/// The purpose, as far as the caller made it known.
#[derive(Clone, Copy, Debug)]
pub struct RequestedPurpose<'a> {
    /// The header `Darbaza-Purpose`, as it stood there.
    pub declared: Option<&'a str>,
    /// The purposes that the key is bound to; empty where it is bound to none.
    pub key: &'a [Purpose],
}

/// What is known of the persons concerned, all of them together: what holds for one holds for the
/// request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Persons {
    /// A consent that is asked for is missing or withdrawn (PD 8).
    pub consent_missing: bool,
    /// Data are blocked (PD 25(2)(8)).
    pub blocked: bool,
    /// Somebody refuses to interact with AI (AI 16(1)(6)).
    pub refused_ai: bool,
}
