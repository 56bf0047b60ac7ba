use std::sync::Arc;

use darbaza_register::Register;
use jiff::civil::date;

use super::*;
use crate::table::TableDifference;

const SAMPLE: &str = include_str!("../../../../sample/register.yaml");

fn policy(text: &str) -> Policy {
    let register = Register::read(text).unwrap_or_else(|e| panic!("{e}"));
    Policy::compile(Arc::new(register)).unwrap_or_else(|problems| panic!("{problems:?}"))
}

#[test]
fn the_sample_may_send_what_its_story_says() {
    insta::assert_snapshot!(policy(SAMPLE).table(date(2026, 11, 24)).to_string());
}

#[test]
fn a_changed_fact_changes_its_cells_and_no_others() {
    let today = date(2026, 11, 24);
    let old = policy(SAMPLE).table(today);
    assert!(TableDifference::between(&old, &old).is_empty());
    let new = policy(&SAMPLE.replace(
        "          SECRET: refused\n        otherwise: masked\n\n  - key: marketing",
        "          SECRET: refused\n          HEALTH: local\n        otherwise: masked\n\n  - key: marketing",
    ));
    insta::assert_snapshot!(TableDifference::between(&old, &new.table(today)).to_string());
}

#[test]
fn a_rule_of_the_company_narrows_and_its_reach_is_counted() {
    let rule = |when: &str| {
        format!(
            "{SAMPLE}---\nrules:\n  - key: no-cards\n    text: {{ kk: а, ru: а, en: No card numbers leave. }}\n    fix: {{ kk: а, ru: а, en: Take them out. }}\n    cedar: |\n      forbid (principal, action, resource)\n      when {{ {when} }};\n"
        )
    };
    let today = date(2026, 11, 24);
    let some = policy(&rule("context.category == \"CARD\" && !resource.local"));
    let [(id, stopped, of)] = &some.reach_of_rules(today)[..] else { panic!("one rule") };
    assert_eq!((id.as_str(), *stopped > 0, stopped < of), ("company/no-cards", true, true));
    let all = policy(&rule("principal.state != \"nowhere\"")).reach_of_rules(today);
    assert_eq!((all[0].1, all[0].1 > 0), (all[0].2, true), "everything is stopped");
    // Of two rules that stop everything, each does.
    let twice = rule("principal.state != \"nowhere\"");
    let entry = twice.split("rules:\n").nth(1).unwrap();
    let both = policy(&format!("{twice}{}", entry.replace("no-cards", "again"))).reach_of_rules(today);
    assert!(both.len() == 2 && both.iter().all(|(_, stopped, of)| stopped == of && *of > 0), "{both:?}");
}

#[test]
fn a_rule_that_is_none_is_named_with_its_line() {
    let head = SAMPLE.lines().count() as u64;
    for (cedar, what, line) in [
        ("forbid (principal, action, resource)\n      when { context.categry == \"CARD\" };", "categry", 8),
        ("forbid (principal, action, resource)\n      when { context.category == };", "unexpected token", 8),
        ("permit (principal, action, resource);", "permits", 7),
        ("forbid (principal, action, resource); forbid (principal, action, resource);", "one policy", 7),
        (
            "forbid (principal, action, resource) when { context.max_retention_days < 3 };",
            "max_retention_days",
            7,
        ),
        ("forbid (principal == System::\"suport-chat\", action, resource);", "suport-chat", 7),
        ("forbid (principal, action, resource == Route::\"nowhere\");", "nowhere", 7),
        ("forbid (principal, action, resource) when { context.category == \"РERSON\" };", "mixed scripts", 7),
        (
            "forbid (principal, action, resource) when { [\"CARD\", \"DATE\"].contains(context.category) };",
            "DATE",
            7,
        ),
        ("forbid (principal, action, resource) when { false };", "impossible", 7),
        ("forbid (principal == ?principal, action, resource);", "template", 7),
    ] {
        let text = format!(
            "{SAMPLE}---\nrules:\n  - key: mine\n    text: {{ kk: а, ru: а, en: a }}\n    fix: {{ kk: а, ru: а, en: a }}\n    cedar: |\n      {cedar}\n"
        );
        let register = Register::read(&text).unwrap_or_else(|e| panic!("{e}"));
        let Err(problems) = Policy::compile(Arc::new(register)) else { panic!("{cedar} is taken") };
        assert!(problems[0].what.contains(what), "{cedar}: {problems:?}");
        assert_eq!(problems[0].line, head + line, "{cedar}: {problems:?}");
        assert!(!problems[0].remedy.is_empty());
    }
}
