//! An explanation as text, and as JSON: what the ledger says first, then what the rules say.

mod json;

use darbaza_core::{CategoryCounts, Lang};
use darbaza_gateway::told as time;
use darbaza_policy::{Decision, Explanation, Fate, Looked, Reason, RuleCard, shipped_rules};
use darbaza_store::DecisionLeaf;

use super::Told;
use super::recorded::Recorded;
use crate::command::say;
use crate::replay::told;

/// Prints an explanation.
pub(super) fn print(told: &Told, lang: Lang, as_json: bool) {
    if as_json {
        say(format_args!("{:#}", json::value(told)));
        return;
    }
    if let Some(record) = &told.recorded {
        recorded(&record.leaf, Some(record.number));
        say("");
        verdict(record, &told.explanation);
    } else {
        say(self::told(&told.explanation.decision));
    }
    explanation(told, lang);
}

/// Prints a record of which nothing more can be told.
pub(super) fn record_alone(leaf: &DecisionLeaf, as_json: bool) {
    if as_json {
        say(format_args!("{:#}", serde_json::json!({ "recorded": json::recorded(leaf, None) })));
    } else {
        recorded(leaf, None);
    }
}

/// What became of a route. One that the rules alone would have taken was not taken where the record
/// says otherwise.
fn fate(told: &Told, looked: &Looked) -> (&'static str, &'static str) {
    let sent = told.recorded.as_ref().is_none_or(|record| record.leaf.route == looked.route);
    match looked.fate {
        Fate::Taken if !sent => ("open", "open by the rules, and not taken"),
        Fate::Taken => (Fate::Taken.as_str(), "taken"),
        Fate::Held => (Fate::Held.as_str(), "a person looks first"),
        Fate::Shut => (Fate::Shut.as_str(), "shut"),
        Fate::PassedOver => {
            (Fate::PassedOver.as_str(), "passed over: its vendor could not be reached or had no address")
        }
    }
}

/// What the ledger says.
fn recorded(leaf: &DecisionLeaf, number: Option<u64>) {
    let code = leaf.code.map_or_else(String::new, |code| format!(": {code}"));
    say(format_args!("recorded: {}{code}", leaf.action));
    let field = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            say(format_args!("  {name:<9} {value}"));
        }
    };
    field("when", Some(format!("{} (Kazakhstan time)", time(leaf.at))));
    field("receipt", Some(leaf.receipt.to_string()));
    field("system", Some(leaf.system.to_string()));
    field("purpose", leaf.purpose.as_ref().map(ToString::to_string));
    let law = if leaf.law.is_empty() { String::new() } else { format!(" ({})", leaf.law.join(", ")) };
    field("rule", leaf.rule.as_ref().map(|rule| format!("{rule}{law}")));
    field("asked", leaf.asked.as_ref().map(ToString::to_string));
    field("route", leaf.route.as_ref().map(ToString::to_string));
    let country = leaf.country.map_or_else(String::new, |country| format!(", {country}"));
    field("vendor", leaf.vendor.as_ref().map(|vendor| format!("{vendor}{country}")));
    field("found", counts(&leaf.findings));
    field("in clear", counts(&leaf.clear));
    let number = number.map_or_else(String::new, |number| format!("number {number}, "));
    field("register", Some(format!("{number}{}", leaf.register)));
    field("rules", leaf.rules.clone());
}

/// How the rules stand to the record.
fn verdict(record: &Recorded, explanation: &Explanation) {
    let by_rules = told(&explanation.decision);
    match &record.outside {
        _ if record.agrees => say(format_args!("The rules say the same: {by_rules}")),
        Some(cause) if record.leaf.route.is_some() => {
            say(format_args!("Outside of the rules: {cause}."));
            say(format_args!("Without it the rules say the same: {by_rules}"));
        }
        Some(cause) => {
            say(format_args!("Outside of the rules: {cause}."));
            say(format_args!("That decided. Of what the record tells, the rules alone say: {by_rules}"));
        }
        None => {
            say(format_args!("The rules, asked once more, say otherwise: {by_rules}"));
            say("What is recorded is what was done.");
        }
    }
    if let Some(other) = record.other_rules() {
        say(format_args!(
            "It was decided by other shipped rules ({other}) than this program's ({}).",
            shipped_rules()
        ));
    }
}

fn explanation(told: &Told, lang: Lang) {
    let explanation = &told.explanation;
    let refused = !matches!(explanation.decision, Decision::Send(_));
    let shown = explanation.routes.iter().flat_map(|looked| &looked.reasons).flat_map(|r| &r.rules);
    if let Some(card) = deciding(&explanation.decision).filter(|card| shown.clone().all(|c| c.id != card.id))
    {
        say("");
        rule(card, lang, refused);
    }
    for looked in &explanation.routes {
        say(format_args!("\n{}", headline(looked, fate(told, looked).1)));
        looked.reasons.iter().for_each(|reason| of_category(reason, lang, refused));
    }
    if !explanation.alternatives.is_empty() {
        say("\nIt would go with");
        for other in &explanation.alternatives {
            let model = other.model.as_ref().map_or("any other model name", |m| m.as_str());
            say(format_args!("  {model}, over {}", other.route));
        }
    }
    let by_rules = told.recorded.as_ref().is_none_or(|record| record.agrees);
    if let Some(until) = explanation.holds.until.filter(|_| by_rules) {
        say(format_args!("\nThe same is decided until the end of {until} (Kazakhstan)."));
    }
}

fn headline(looked: &Looked, fate: &str) -> String {
    let Some(route) = &looked.route else { return "no route: the model's name leads to none".to_owned() };
    let vendor = looked.vendor.as_ref();
    let vendor = vendor.map_or_else(String::new, |(key, country)| format!(" ({key}, {country})"));
    format!("route {route}{vendor}: {fate}")
}

fn of_category(reason: &Reason, lang: Lang, refused: bool) {
    let of = reason.category.map_or_else(|| "the request as such".to_owned(), |c| c.to_string());
    let way = match (reason.way, reason.category) {
        (None, _) => "may not go".to_owned(),
        (Some(_), None) => "may go".to_owned(),
        (Some(way), Some(_)) => format!("goes {way}"),
    };
    say(format_args!("  {of} {way}"));
    // What went another way needs no remedy.
    reason.rules.iter().for_each(|card| rule(card, lang, refused && reason.way.is_none()));
    for fact in &reason.facts {
        let place = fact.place.as_ref().map_or_else(String::new, |place| format!("   ({place})"));
        say(format_args!("      {} = {}{place}", fact.name, fact.value));
    }
}

fn rule(rule: &RuleCard, lang: Lang, remedy: bool) {
    let law = if rule.law.is_empty() { String::new() } else { format!(" ({})", rule.law.join(", ")) };
    say(format_args!("    {}{law}: {}", rule.id, rule.text.of(lang)));
    if remedy {
        say(format_args!("      do: {}", rule.fix.of(lang)));
    }
}

/// The rule that decided: that refused, holds, or shut the route asked for.
fn deciding(decision: &Decision) -> Option<&RuleCard> {
    match decision {
        Decision::Send(sending) => sending.instead_of.as_deref(),
        Decision::Hold(held) => Some(&held.rule),
        Decision::Refuse(refusal) => Some(&refusal.rule),
    }
}

fn counts(counts: &CategoryCounts) -> Option<String> {
    let each: Vec<String> = counts.iter().map(|(category, count)| format!("{category} {count}")).collect();
    (!each.is_empty()).then(|| each.join(", "))
}
