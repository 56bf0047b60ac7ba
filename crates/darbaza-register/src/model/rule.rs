//! A company's own rules, beside those of the law.

use darbaza_core::RuleKey;

use super::Names;

/// A rule of the company: it forbids what law and facts would allow, and never the other way.
#[derive(Clone, Debug, PartialEq)]
pub struct CompanyRule {
    /// Its key.
    pub key: RuleKey,
    /// What the rule says, for whoever meets it.
    pub text: Names,
    /// What to do to be let through.
    pub fix: Names,
    /// The norm behind it, where there is one.
    pub law: Vec<String>,
    /// The rule itself: one Cedar policy with the effect `forbid`.
    pub cedar: String,
    /// Line of the file on which the text of the rule begins; 0 where it came from no file.
    pub line: u64,
}
