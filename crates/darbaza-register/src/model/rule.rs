//! A company's own rules, beside those of the law.

use darbaza_core::RuleKey;

use super::Names;

/// A rule of the company: it forbids what law and facts would allow, and never the other way.
#[derive(Clone, Debug)]
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
    /// Line of the file on which the rule itself begins: below the `|` of a block. 0 where it came from
    /// no file.
    pub line: u64,
}

/// Where a rule stands in a file is no part of what it says.
impl PartialEq for CompanyRule {
    fn eq(&self, other: &CompanyRule) -> bool {
        let CompanyRule { key, text, fix, law, cedar, line: _ } = self;
        (key, text, fix, law, cedar) == (&other.key, &other.text, &other.fix, &other.law, &other.cedar)
    }
}
