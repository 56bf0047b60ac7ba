//! An explanation as text, and as JSON.

use darbaza_core::Lang;
use darbaza_policy::{Explanation, Reason, RuleCard};
use serde_json::{Value, json};

use crate::command::say;
use crate::replay::told;

/// Prints an explanation.
pub(super) fn print(explanation: &Explanation, lang: Lang, as_json: bool) {
    if as_json {
        say(format_args!("{:#}", value(explanation)));
    } else {
        text(explanation, lang);
    }
}

fn text(explanation: &Explanation, lang: Lang) {
    say(told(&explanation.decision));
    for reason in &explanation.reasons {
        let of = reason.category.map_or_else(|| "the request".to_owned(), |c| c.to_string());
        let way = reason.way.map_or_else(|| "may not go".to_owned(), |way| format!("goes {way}"));
        let route = reason.route.as_ref().map_or_else(String::new, |route| format!(" over {route}"));
        say(format_args!("\n{of} {way}{route}"));
        for rule in &reason.rules {
            let law = if rule.law.is_empty() { String::new() } else { format!(" ({})", rule.law.join(", ")) };
            say(format_args!("  {}{law}: {}", rule.id, rule.text.of(lang)));
            if reason.way.is_none() {
                say(format_args!("    do: {}", rule.fix.of(lang)));
            }
        }
        for fact in &reason.facts {
            let place = fact.place.as_ref().map_or_else(String::new, |place| format!("   ({place})"));
            say(format_args!("    {} = {}{place}", fact.name, fact.value));
        }
    }
    if !explanation.alternatives.is_empty() {
        say("\nIt would go with");
        for other in &explanation.alternatives {
            let model = other.model.as_ref().map_or("any other model name", |m| m.as_str());
            say(format_args!("  {model}, over {}", other.route));
        }
    }
    if let Some(until) = explanation.holds.until {
        say(format_args!("\nThe same is decided until the end of {until} (Kazakhstan)."));
    }
}

fn value(explanation: &Explanation) -> Value {
    let reason = |reason: &Reason| {
        json!({
            "category": reason.category,
            "way": reason.way,
            "route": reason.route,
            "rules": reason.rules.iter().map(|rule| card(rule)).collect::<Vec<_>>(),
            "facts": reason.facts.iter().map(|fact| json!({
                "name": fact.name, "value": fact.value, "place": fact.place,
            })).collect::<Vec<_>>(),
        })
    };
    json!({
        "decision": told(&explanation.decision),
        "reasons": explanation.reasons.iter().map(reason).collect::<Vec<_>>(),
        "alternatives": explanation.alternatives.iter().map(|other| json!({
            "model": other.model, "route": other.route,
        })).collect::<Vec<_>>(),
        "holds": { "from": explanation.holds.from, "until": explanation.holds.until },
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
