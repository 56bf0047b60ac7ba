use darbaza_core::Way;

use super::*;

const HEAD: &str = "\
organisations:
  - { key: shop, id: 01980000-0000-7000-8000-000000000001, name: { kk: а, ru: а, en: a } }
---
vendors:
  - { key: far, name: Far, country: US, training: excluded }
  - { key: near, name: Near, country: KZ, local: true, training: excluded }
---
routes:
  - { key: far, vendor: far }
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
    assert_eq!(use_.way(darbaza_core::Category::Health), Way::Local);
    assert_eq!(use_.way(darbaza_core::Category::Iin), Way::Masked, "silence means masked");
    assert_eq!(register.version().len(), 16);
}

#[test]
fn every_problem_names_its_line_and_a_remedy() {
    let text = system(
        "    models: { any: nowhere }\n    local_route: far\n    uses:\n      - { purpose: answers, otherwise: clear }\n      - { purpose: answers }\n",
    );
    let found = problems(&text);
    let said: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert_eq!(found.len(), 4, "{said:#?}");
    for (part, line) in [("nowhere", 18), ("not local", 19), ("in clear", 21), ("defined twice", 22)] {
        assert!(found.iter().any(|p| p.what.contains(part) && p.line == line), "{part}: {said:#?}");
    }
    assert!(found.iter().all(|p| !p.remedy.is_empty()));
}

#[test]
fn unknown_words_are_refused_with_their_line() {
    for (lines, part) in [
        ("    models: {}\n    usess: []\n", "usess"),
        ("    models: {}\n    uses:\n      - { purpose: answers, categories: { NAME: masked } }\n", "NAME"),
        ("    models: {}\n    uses:\n      - { purpose: answers, categories: { PERSON: maybe } }\n", "maybe"),
    ] {
        let found = problems(&system(lines));
        assert!(found[0].what.contains(part), "{found:?}");
        assert!(found[0].line >= 18, "{found:?}");
    }
    assert_eq!(problems("systems: [").len(), 1);
}

#[test]
fn local_categories_need_a_local_route() {
    let found = problems(&system(
        "    models: { any: far }\n    uses:\n      - { purpose: answers, categories: { HEALTH: local } }\n",
    ));
    assert!(found[0].what.contains("no local_route"), "{found:?}");
}

#[test]
fn a_local_vendor_is_in_the_country() {
    let text = "vendors:\n  - { key: near, name: Near, country: US, local: true, training: excluded }\n";
    let found = problems(text);
    assert!(found[0].what.contains("is local and in US") && found[0].line == 2, "{found:?}");
}

#[test]
fn a_basis_cites_articles_and_nothing_else() {
    let of = |law: &str| {
        system(&format!(
            "    models: {{ any: far }}\n    uses:\n      - {{ purpose: answers, basis: {{ ground: law, law: [{law}] }} }}\n"
        ))
    };
    for law in ["PD 8", "PD 9(10)", "PD 19-1(2)", "AI 17(4)", "CoAO 641-1"] {
        assert!(Register::read(&of(law)).is_ok(), "{law}");
    }
    for law in ["banana", "PD", "PD x", "'статья 8'", "8"] {
        assert!(problems(&of(law))[0].what.contains("which is no article"), "{law}");
    }
}
