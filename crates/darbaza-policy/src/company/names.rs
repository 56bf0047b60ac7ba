//! Names that a rule writes and that lead nowhere. Cedar checks attributes and types; that a system, a
//! route or a category of that name exists is known to the register alone.

use cedar_policy::Policy as CedarPolicy;
use darbaza_core::Category;
use darbaza_register::Register;
use serde_json::Value;

/// What is wrong with the names of a policy, each told once.
pub(super) fn dangling(policy: &CedarPolicy, register: &Register) -> Vec<String> {
    let mut found = Vec::new();
    if let Ok(json) = policy.to_json() {
        walk(&json, register, &mut found);
    }
    found.sort();
    found.dedup();
    found
}

fn walk(value: &Value, register: &Register, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            if let (Some(kind), Some(id)) =
                (members.get("type").and_then(Value::as_str), members.get("id").and_then(Value::as_str))
            {
                found.extend(unknown_entity(kind, id, register));
            }
            for (operator, inner) in members {
                if matches!(operator.as_str(), "==" | "!=" | "contains") {
                    found.extend(unknown_categories(inner));
                }
                walk(inner, register, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| walk(item, register, found)),
        _ => {}
    }
}

fn unknown_entity(kind: &str, id: &str, register: &Register) -> Option<String> {
    let known = match kind {
        "System" => id.parse().is_ok_and(|key| register.system(&key).is_some()),
        "Route" => id.parse().is_ok_and(|key| register.route(&key).is_some()),
        _ => true,
    };
    (!known).then(|| format!("it names {kind}::{id:?}, which is not in the register"))
}

/// Words that `context.category` is compared with and never is.
fn unknown_categories(operands: &Value) -> Vec<String> {
    let sides = [&operands["left"], &operands["right"]];
    if !sides.iter().any(|side| side["."]["attr"] == "category" && side["."]["left"]["Var"] == "context") {
        return Vec::new();
    }
    let words = sides.into_iter().flat_map(|side| {
        let listed = side["Set"].as_array().into_iter().flatten();
        std::iter::once(side).chain(listed).filter_map(|word| word["Value"].as_str())
    });
    let known =
        |word: &str| word == "NONE" || word.parse::<Category>().is_ok_and(|category| category.is_protected());
    words
        .filter(|word| !known(word))
        .map(|word| {
            format!("it compares context.category with {word:?}, which is no category that rules decide on")
        })
        .collect()
}
