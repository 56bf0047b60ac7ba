//! An explanation as JSON.

use darbaza_policy::{Looked, Reason, RuleCard, shipped_rules};
use darbaza_store::DecisionLeaf;
use serde_json::{Value, json};

use super::super::Told;
use super::{deciding, fate};
use crate::replay::told;

/// The whole explanation; the members of a record are null where no receipt was asked about.
pub(super) fn value(told_: &Told) -> Value {
    let explanation = &told_.explanation;
    let record = told_.recorded.as_ref();
    json!({
        "recorded": record.map(|record| recorded(&record.leaf, Some(record.number))),
        "agrees": record.map(|record| record.agrees),
        "outside": record.and_then(|record| record.outside.as_deref()),
        "rules": shipped_rules(),
        "decision": told(&explanation.decision),
        "rule": deciding(&explanation.decision).map(card),
        "routes": explanation.routes.iter().map(|route| looked(told_, route)).collect::<Vec<_>>(),
        "alternatives": explanation.alternatives.iter().map(|other| json!({
            "model": other.model, "route": other.route,
        })).collect::<Vec<_>>(),
        "holds": { "from": explanation.holds.from, "until": explanation.holds.until },
    })
}

/// What the ledger says.
pub(super) fn recorded(leaf: &DecisionLeaf, number: Option<u64>) -> Value {
    json!({
        "receipt": leaf.receipt,
        "at": leaf.at,
        "system": leaf.system,
        "action": leaf.action,
        "code": leaf.code,
        "rule": leaf.rule,
        "law": leaf.law,
        "purpose": leaf.purpose,
        "model": leaf.model,
        "parameters": leaf.parameters,
        "asked": leaf.asked,
        "route": leaf.route,
        "vendor": leaf.vendor,
        "country": leaf.country,
        "findings": leaf.findings,
        "clear": leaf.clear,
        "register": { "number": number, "version": leaf.register },
        "rules": leaf.rules,
    })
}

fn looked(told: &Told, looked: &Looked) -> Value {
    json!({
        "route": looked.route,
        "vendor": looked.vendor.as_ref().map(|(vendor, _)| vendor),
        "country": looked.vendor.as_ref().map(|(_, country)| country),
        "fate": fate(told, looked).0,
        "reasons": looked.reasons.iter().map(reason).collect::<Vec<_>>(),
    })
}

fn reason(reason: &Reason) -> Value {
    json!({
        "category": reason.category,
        "way": reason.way,
        "rules": reason.rules.iter().map(|rule| card(rule)).collect::<Vec<_>>(),
        "facts": reason.facts.iter().map(|fact| json!({
            "name": fact.name, "value": fact.value, "place": fact.place,
        })).collect::<Vec<_>>(),
    })
}

fn card(rule: &RuleCard) -> Value {
    json!({
        "id": rule.id,
        "source": rule.source.as_str(),
        "code": rule.code,
        "law": rule.law,
        "text": rule.text,
        "fix": rule.fix,
    })
}
