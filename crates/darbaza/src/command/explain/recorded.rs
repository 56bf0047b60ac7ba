//! What the ledger says of a decision, held against what the rules say when they are asked once more.

use std::collections::BTreeSet;

use darbaza_core::{Action, Category, RouteKey, Way};
use darbaza_gateway::day_of;
use darbaza_policy::{Decision, Explanation, Policy, shipped_rules};
use darbaza_store::DecisionLeaf;

use super::outside;
use crate::replay::Asked;

/// The rule that a request without a purpose is refused by.
const PURPOSE: &str = "purpose-declared";

/// A record, and how the rules stand to it.
pub(super) struct Recorded {
    /// The record.
    pub(super) leaf: DecisionLeaf,
    /// The number of the register that it names.
    pub(super) number: u64,
    /// Whether the rules alone come to the same.
    pub(super) agrees: bool,
    /// What decided instead of the rules, where something did.
    pub(super) outside: Option<String>,
}

impl Recorded {
    /// Asks the rules once more, on the routes that the record allows for.
    pub(super) fn compared(leaf: DecisionLeaf, number: u64, policy: &Policy) -> (Recorded, Explanation) {
        let asked = Asked::of(leaf.clone());
        let day = day_of(leaf.at);
        let decide_again = |passed_over: &[RouteKey]| {
            if leaf.rule.as_deref() == Some(PURPOSE) {
                asked.ask_without_purpose(day, |question| policy.explain(question, passed_over))
            } else {
                asked.ask(day, |question| policy.explain(question, passed_over))
            }
        };
        let mut explanation = decide_again(&[]);
        let mut outside = outside::cause(&leaf, policy);
        let agrees = outside.is_none() && same(&leaf, &explanation.decision);
        // Over a later route than the rules would have taken: those before it led to nobody.
        let mut passed_over = Vec::new();
        let mut next = explanation.clone();
        while let (false, Some(route), Decision::Send(sending)) = (agrees, &leaf.route, &next.decision) {
            if sending.route == *route {
                if !passed_over.is_empty() && same(&leaf, &next.decision) {
                    outside = Some(outside::not_reached(&passed_over));
                    explanation = next;
                }
                break;
            }
            passed_over.push(sending.route.clone());
            next = decide_again(&passed_over);
        }
        (Recorded { leaf, number, agrees, outside }, explanation)
    }

    /// The fingerprint of the shipped rules by which it was decided, where they are not the program's
    /// own.
    pub(super) fn other_rules(&self) -> Option<&str> {
        self.leaf.rules.as_deref().filter(|rules| *rules != shipped_rules())
    }
}

/// Whether the rules come to what was recorded.
fn same(leaf: &DecisionLeaf, decision: &Decision) -> bool {
    let rule = leaf.rule.as_deref();
    match decision {
        Decision::Send(sending) => {
            let clear: BTreeSet<Category> =
                leaf.findings.categories().filter(|c| sending.way(*c) == Way::Clear).collect();
            let shut = sending.instead_of.as_ref().map(|rule| rule.id.as_str());
            leaf.action == sending.action
                && leaf.route.as_ref() == Some(&sending.route)
                && leaf.asked.as_ref() == Some(&sending.asked)
                && leaf.clear.categories().collect::<BTreeSet<_>>() == clear
                // Records from before the rules' fingerprint do not name the rule that shut a route.
                && (rule == shut || leaf.rules.is_none())
        }
        Decision::Hold(held) => leaf.action == Action::Hold && rule == Some(&held.rule.id),
        Decision::Refuse(refusal) => {
            leaf.action == Action::Refuse
                && leaf.code == Some(refusal.code())
                && rule == Some(&refusal.rule.id)
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::register_desk::compile;

    /// A decision as the ledger keeps it, with other members than usual.
    fn leaf(other: serde_json::Value) -> DecisionLeaf {
        let id = "01938a6e-5c00-7000-8000-000000000001";
        let mut leaf = json!({
            "kind": "decision", "v": 1, "receipt": id, "at": "2026-11-24T08:00:00Z", "organisation": id,
            "system": "support-chat", "key": id, "purpose": "customer-support", "asked": "meridian-chat",
            "action": "mask", "route": "meridian-chat", "vendor": "meridian", "country": "US",
            "findings": { "PERSON": 1 }, "register": "r", "rules": shipped_rules(),
        });
        other.as_object().unwrap().iter().for_each(|(name, value)| leaf[name] = value.clone());
        serde_json::from_value(leaf).unwrap()
    }

    #[test]
    fn a_record_that_the_rules_do_not_come_to_is_never_told_as_theirs() {
        let policy = compile(include_str!("../../../../../sample/register.yaml")).unwrap();
        let compared = |other| Recorded::compared(leaf(other), 1, &policy).0;
        let as_decided = compared(json!({}));
        assert!(as_decided.agrees && as_decided.other_rules().is_none());
        for other in [
            json!({ "action": "pass" }),
            json!({ "clear": { "PERSON": 1 } }),
            json!({ "action": "reroute", "route": "own-chat" }),
            json!({ "rule": "category-local" }),
            json!({ "action": "refuse", "route": null, "code": "category_refused", "rule": "category-allowed" }),
            json!({ "action": "hold", "route": null, "code": "held", "rule": "human-first" }),
            // What the ledger does not say any more, where a record would have been too large.
            json!({ "system": "hr-screening", "findings": {}, "action": "refuse", "route": null,
                "code": "category_refused", "rule": "category-local" }),
        ] {
            let compared = compared(other.clone());
            assert!(!compared.agrees && compared.outside.is_none(), "{other}: {:?}", compared.outside);
        }
        let of_another = compared(json!({ "organisation": "01938a6e-5c00-7000-8000-00000000000f",
            "action": "refuse", "route": null, "code": "system_not_live", "rule": "system-known" }));
        assert!(!of_another.agrees && of_another.outside.unwrap().contains("another organisation"));
        let other = compared(json!({ "rules": "0123456789abcdef" }));
        assert_eq!((other.agrees, other.other_rules()), (true, Some("0123456789abcdef")));
        // Records from before the fingerprint do not name what shut the route.
        let old = json!({ "system": "hr-screening", "purpose": "candidate-selection", "findings": { "IIN": 1 },
            "action": "reroute", "route": "own-chat", "clear": { "IIN": 1 }, "rules": null });
        assert!(compared(old).agrees);
    }
}
