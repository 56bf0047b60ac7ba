use darbaza_core::{Category, Way};

use super::*;
use crate::problem::Problem;

/// The register below which the tests write systems: on line 14.
const HEAD: &str = "\
organisations:
  - { key: shop, id: 01980000-0000-7000-8000-000000000001, name: { kk: а, ru: а, en: a } }
---
vendors:
  - { key: far, name: Far, country: US, training: excluded }
  - { key: near, name: Near, country: KZ, local: true, training: excluded }
---
routes:
  - { key: far, vendor: far, fallback: near }
  - { key: near, vendor: near }
---
systems:
";

fn system(lines: &str) -> String {
    format!(
        "{HEAD}  - key: chat\n    organisation: shop\n    name: {{ kk: а, ru: а, en: a }}\n    state: live\n    language: kk\n{lines}"
    )
}

fn problems(text: &str) -> Vec<Problem> {
    Register::read(text).expect_err("the register has problems").0
}

#[test]
fn a_whole_register_is_read() {
    let text = system(
        "    models: { named: { small: near }, any: far }\n    local_route: near\n    uses:\n      - { purpose: answers, basis: { ground: consent, law: [PD 8] }, categories: { PERSON: masked, HEALTH: local } }\n",
    );
    let register = Register::read(&text).expect("a register");
    let system = register.system(&"chat".parse().unwrap()).unwrap();
    assert_eq!(system.models.route("small").unwrap().as_str(), "near");
    assert_eq!(system.models.route("anything").unwrap().as_str(), "far");
    let use_ = system.uses.values().next().unwrap();
    assert_eq!(use_.way(Category::Health), Way::Local);
    assert_eq!(use_.way(Category::Iin), Way::Masked, "silence means masked");
    assert_eq!(register.version().len(), 16);
}

/// Exactly what is marked is told, with its line and a remedy, and all of it in one go.
#[test]
fn every_problem_of_facts_is_told_with_its_line_and_a_remedy() {
    let text = include_str!("tests/bad.yaml");
    for text in [text.to_owned(), text.replace('\n', "\r\n")] {
        let mut told = problems(&text).into_iter();
        let marks =
            (1..).zip(text.lines()).flat_map(|(at, line)| line.split("# <- ").skip(1).map(move |m| (at, m)));
        for (line, mark) in marks.map(|(line, mark)| (line, mark.trim_end())) {
            let (what, remedy) = mark.split_once(" | ").expect("what and remedy");
            let problem = told.next().unwrap_or_else(|| panic!("line {line}: {mark} is not told"));
            let as_marked =
                problem.line == line && problem.what.contains(what) && problem.remedy.contains(remedy);
            assert!(as_marked, "line {line} is marked {mark} and told is\n{problem}");
        }
        assert_eq!(told.next(), None, "told and not marked");
    }
}

#[test]
fn unknown_words_are_refused_with_their_line() {
    for (line, part) in [
        ("orgs: []", "orgs"),
        (
            "organisations: [{ key: a, id: 01980000-0000-7000-8000-000000000001, name: { kk: a, ru: a, en: a, fr: a } }]",
            "fr",
        ),
        (
            "bases: [{ key: a, organisation: a, name: { kk: a, ru: a, en: a }, country: KZ, access: public, colour: red }]",
            "colour",
        ),
        ("countries: [{ code: US, verdict: protects, reason: a, colour: red }]", "colour"),
        (
            "vendors: [{ key: a, name: a, country: US, training: excluded, contract: { number: a, until: 2026-11-24 } }]",
            "contract",
        ),
        (
            "vendors: [{ key: a, name: a, country: US, training: excluded, contracts: [{ number: a, till: 2026-11-24 }] }]",
            "till",
        ),
        (
            "vendors: [{ key: a, name: a, country: US, training: excluded, sub_processors: [{ name: a, place: a }] }]",
            "place",
        ),
        ("routes: [{ key: a, vendor: a, model_name: a }]", "model_name"),
        ("systems: [{ key: a, colour: red }]", "colour"),
        ("systems: [{ models: { every: a } }]", "every"),
        ("systems: [{ uses: [{ purpose: a, categories: { NAME: masked } }] }]", "NAME"),
        ("systems: [{ uses: [{ purpose: a, categories: { PERSON: maybe } }] }]", "maybe"),
        (
            "systems: [{ uses: [{ purpose: a, basis: { ground: legitimate-interest } }] }]",
            "legitimate-interest",
        ),
        ("systems: [{ uses: [{ purpose: a, basis: { grounds: consent } }] }]", "grounds"),
        ("systems: [{ uses: [{ purpose: a, review: never }] }]", "never"),
        ("systems: [{ uses: [{ purpose: a, purpose: b }] }]", "purpose"),
        ("systems: [{ tools: { look_up: open } }]", "open"),
        ("rules: [{ key: a, policy: a }]", "policy"),
        ("rules: [{ key: Two Words }]", "Two Words"),
        ("countries: [{ code: USA }]", "USA"),
        ("countries: [{ code: US, until: 2026-02-30 }]", "2026-02"),
        ("routes: [{ key: a }]", "vendor"),
        ("routes: [", "unclosed"),
    ] {
        let text = format!("# A register.\n---\ncountries: []\n--- # More.\n{line}\n---\nroutes: []\n");
        let found = problems(&text);
        assert_eq!(found.len(), 1, "{line}: {found:?}");
        assert!(found[0].what.contains(part), "{line}: {found:?}");
        assert_eq!(found[0].line, 5, "{line}: {found:?}");
        assert!(!found[0].remedy.is_empty());
    }
}

#[test]
fn each_document_tells_what_cannot_be_read_in_it_and_a_line_is_told_once() {
    let text = "countries:\n  - { code: us, verdict: protects, reason: a }\n---\nroutes: []\n---\n\nvendors:\n  - { key: Far }\n---\norgs: []\n";
    let found = problems(text);
    let lines: Vec<u64> = found.iter().map(|problem| problem.line).collect();
    assert_eq!(lines, [2, 8, 10], "{found:#?}");
    for problem in &found {
        let told = problem.to_string();
        assert_eq!(told.matches("line").count(), 1, "{told}");
    }
    let directive = problems("%YAML 1.2\n---\ncountries: []\n---\norgs: []\n");
    assert_eq!((directive.len(), directive[0].line), (1, 5), "{directive:?}");
}

#[test]
fn a_system_names_at_most_128_tools_and_as_many_parameters() {
    let named = |count: usize, form: &dyn Fn(usize) -> String| -> String {
        (0..count).map(form).collect::<Vec<_>>().join(", ")
    };
    let of = |count| {
        let tools = named(count, &|at| format!("tool_{at}: masked"));
        let parameters = named(count, &|at| format!("parameter_{at}"));
        system(&format!(
            "    models: {{ any: far }}\n    tools: {{ {tools} }}\n    parameters: [{parameters}]\n    uses: []\n"
        ))
    };
    assert!(Register::read(&of(128)).is_ok());
    let found = problems(&of(129));
    assert_eq!(found.len(), 2, "{found:?}");
    for (problem, kind) in found.iter().zip(["parameters", "tools"]) {
        assert!(problem.what.contains(&format!("system chat names 129 {kind}")), "{problem}");
        assert!(problem.line > 1 && problem.remedy.contains(kind), "{problem}");
    }
}

#[test]
fn articles_and_nothing_else_are_citations() {
    for law in ["PD 8", "PD 9(10)", "PD 19-1(2)", "AI 17(4)", "CoAO 641-1"] {
        assert!(citation::is_citation(law), "{law}");
    }
    for law in ["banana", "PD", "PD ", "PD x", "статья 8", "8", "pd 8", "PD 8 and 9", "PD  8"] {
        assert!(!citation::is_citation(law), "{law}");
    }
}

/// The page shows what is read: its examples are one register.
#[test]
fn the_examples_of_the_page_are_a_register() {
    let page = include_str!("../../../../docs/register.md");
    let examples: Vec<&str> =
        page.split("```yaml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    let register = Register::read(&examples.join("---\n")).expect("a register");
    assert_eq!((examples.len(), register.rules().count(), register.systems().count()), (7, 1, 1));
}
