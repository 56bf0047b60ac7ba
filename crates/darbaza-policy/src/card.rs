//! What stands on the card of a rule: who made it, what it says, what to do.

use std::sync::Arc;

use cedar_policy::Policy as CedarPolicy;
use darbaza_core::RefusalCode;
use darbaza_register::Names;

/// Who made a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// The law; shipped with the gate.
    Law,
    /// The register: its facts decide.
    Register,
    /// The company itself.
    Company,
}

impl Source {
    /// The written form.
    pub const fn as_str(self) -> &'static str {
        match self {
            Source::Law => "law",
            Source::Register => "register",
            Source::Company => "company",
        }
    }
}

/// A rule as people read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleCard {
    /// Its id; stands in records of decisions.
    pub id: String,
    /// Who made it.
    pub source: Source,
    /// Of several rules that say no, the one with the smallest number is told first.
    pub order: u32,
    /// The code that its refusals have; none for rules that permit.
    pub code: Option<RefusalCode>,
    /// The articles behind it.
    pub law: Vec<String>,
    /// What it says.
    pub text: Names,
    /// What to do where it says no.
    pub fix: Names,
    /// What it refuses may go over the system's local route instead.
    pub instead_local: bool,
    /// The attributes that it reads, such as `context.contract`.
    pub reads: Vec<String>,
}

impl RuleCard {
    /// The card that a policy's annotations make.
    pub(crate) fn from_annotations(policy: &CedarPolicy, source: Source) -> RuleCard {
        let word = |key: &str| policy.annotation(key).unwrap_or_default().to_owned();
        let names = |of: &str| Names {
            kk: word(&format!("{of}_kk")),
            ru: word(&format!("{of}_ru")),
            en: word(&format!("{of}_en")),
        };
        RuleCard {
            id: word("id"),
            source,
            order: word("order").parse().unwrap_or(u32::MAX),
            code: word("code").parse().ok(),
            law: word("law").split(", ").filter(|l| !l.is_empty()).map(str::to_owned).collect(),
            text: names("text"),
            fix: names("fix"),
            instead_local: word("instead") == "local",
            reads: reads(policy),
        }
    }

    /// The card of a check that comes before all rules: who asks, for what, for which model.
    pub(crate) fn before_rules(
        id: &str,
        order: u32,
        code: RefusalCode,
        law: &[&str],
        text: [&str; 3],
        fix: [&str; 3],
    ) -> Arc<RuleCard> {
        let names = |[kk, ru, en]: [&str; 3]| Names { kk: kk.into(), ru: ru.into(), en: en.into() };
        Arc::new(RuleCard {
            id: id.to_owned(),
            source: Source::Register,
            order,
            code: Some(code),
            law: law.iter().map(|l| (*l).to_owned()).collect(),
            text: names(text),
            fix: names(fix),
            instead_local: false,
            reads: Vec::new(),
        })
    }
}

/// The attributes that a policy reads, from its JSON form, so that none can be forgotten.
pub(crate) fn reads(policy: &CedarPolicy) -> Vec<String> {
    fn walk(value: &serde_json::Value, found: &mut Vec<String>) {
        match value {
            serde_json::Value::Object(members) => {
                for (key, inner) in members {
                    if key == "." || key == "has" {
                        let of = inner["left"]["Var"].as_str();
                        if let (Some(of), Some(attribute)) = (of, inner["attr"].as_str()) {
                            found.push(format!("{of}.{attribute}"));
                        }
                    }
                    walk(inner, found);
                }
            }
            serde_json::Value::Array(items) => items.iter().for_each(|item| walk(item, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    if let Ok(json) = policy.to_json() {
        walk(&json, &mut found);
    }
    found.sort();
    found.dedup();
    found
}
