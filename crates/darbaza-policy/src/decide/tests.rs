use darbaza_core::{CategoryCounts, SystemKey};
use darbaza_register::Register;
use jiff::civil::date;

use super::*;
use crate::question::Persons;

const REGISTER: &str = "
organisations:
  - { key: shop, id: 01980000-0000-7000-8000-000000000001, name: { kk: а, ru: а, en: a } }
countries:
  - { code: US, verdict: needs-ground, reason: consent is asked for }
  - { code: XX, verdict: forbidden, reason: no }
vendors:
  - { key: far, name: Far, country: US, contracts: [{ number: '1', until: 2027-01-31 }], training: excluded }
  - { key: near, name: Near, country: KZ, local: true, training: not-excluded }
  - { key: bare, name: Bare, country: US, training: excluded }
  - { key: trains, name: Trains, country: US, contracts: [{ number: '1', until: 2027-01-31 }], training: not-excluded }
  - { key: banned, name: Banned, country: XX, contracts: [{ number: '1', until: 2027-01-31 }], training: excluded }
  - { key: unheard, name: Unheard, country: YY, contracts: [{ number: '1', until: 2027-01-31 }], training: excluded }
routes:
  - { key: far, vendor: far }
  - { key: near, vendor: near }
  - { key: bare, vendor: bare }
  - { key: trains, vendor: trains }
  - { key: banned, vendor: banned }
  - { key: unheard, vendor: unheard }
systems:
  - key: chat
    organisation: shop
    name: { kk: а, ru: а, en: a }
    state: live
    language: kk
    models: { named: { b: bare, t: trains, x: banned, y: unheard, n: near }, any: far }
    local_route: near
    parameters: [store]
    uses:
      - purpose: answers
        basis: { ground: consent, law: [PD 8, PD 16(3)] }
        categories: { HEALTH: local, SECRET: refused, EMAIL: clear }
  - key: two
    organisation: shop
    name: { kk: а, ru: а, en: a }
    state: live
    language: kk
    models: { named: { one: far } }
    uses:
      - { purpose: first, basis: { ground: law, law: [PD 9(10), PD 16, TAX 1] } }
      - { purpose: at-home, basis: { ground: law, law: [PD 9(10), PD 160, TAX 1] } }
      - { purpose: second }
  - key: draft
    organisation: shop
    name: { kk: а, ru: а, en: a }
    state: in-assessment
    language: kk
    models: { any: far }
    uses: [ { purpose: offers } ]
";

struct Ask {
    system: &'static str,
    declared: Option<&'static str>,
    key: Vec<Purpose>,
    model: &'static str,
    categories: Vec<Category>,
    parameters: Vec<&'static str>,
    today: jiff::civil::Date,
}

fn ask() -> Ask {
    Ask {
        system: "chat",
        declared: None,
        key: Vec::new(),
        model: "m",
        categories: Vec::new(),
        parameters: Vec::new(),
        today: date(2026, 11, 24),
    }
}

fn decided(ask: &Ask) -> Decision {
    let register = Register::read(REGISTER).expect("a register");
    let policy = Policy::compile(Arc::new(register)).map_err(|p| format!("{p:?}")).expect("rules");
    let system: SystemKey = ask.system.parse().expect("a key");
    let mut findings = CategoryCounts::default();
    ask.categories.iter().for_each(|c| findings.add(*c));
    policy.decide(&Question {
        system: &system,
        purpose: RequestedPurpose { declared: ask.declared, key: &ask.key },
        model: ask.model,
        findings: &findings,
        parameters: &ask.parameters,
        persons: Persons::default(),
        today: ask.today,
    })
}

fn sent(ask: &Ask) -> (Action, String, Vec<(Category, Way)>) {
    match decided(ask) {
        Decision::Send(s) => (s.action, s.route.to_string(), s.ways.into_iter().collect()),
        other => panic!("not sent: {other:?}"),
    }
}

fn refused(ask: &Ask) -> RefusalCode {
    match decided(ask) {
        Decision::Refuse(refusal) => refusal.code(),
        other => panic!("not refused: {other:?}"),
    }
}

#[test]
fn data_go_by_the_register_and_never_in_clear_out_of_the_network() {
    assert_eq!(sent(&ask()), (Action::Pass, "far".into(), vec![]));
    let masked = Ask { categories: vec![Category::Person, Category::Email, Category::Date], ..ask() };
    let ways = vec![(Category::Person, Way::Masked), (Category::Email, Way::Masked)];
    assert_eq!(sent(&masked), (Action::Mask, "far".into(), ways));
    let inside = Ask { categories: vec![Category::Email], model: "n", ..ask() };
    assert_eq!(sent(&inside), (Action::Pass, "near".into(), vec![(Category::Email, Way::Clear)]));
}

#[test]
fn what_must_stay_reroutes_the_request() {
    let health = Ask { categories: vec![Category::Person, Category::Health], ..ask() };
    let ways = vec![(Category::Person, Way::Masked), (Category::Health, Way::Clear)];
    assert_eq!(sent(&health), (Action::Reroute, "near".into(), ways));
    let already_local = Ask { categories: vec![Category::Health], model: "n", ..ask() };
    assert_eq!(sent(&already_local).0, Action::Pass);
}

#[test]
fn each_missing_fact_refuses_by_its_code() {
    let cases = [
        (Ask { system: "draft", ..ask() }, RefusalCode::SystemNotLive),
        (Ask { system: "gone", ..ask() }, RefusalCode::SystemNotLive),
        (Ask { system: "two", model: "one", ..ask() }, RefusalCode::PurposeNotDeclared),
        (Ask { declared: Some("other"), ..ask() }, RefusalCode::PurposeNotDeclared),
        (Ask { system: "two", model: "one", declared: Some("second"), ..ask() }, RefusalCode::NoLegalBasis),
        (Ask { system: "two", declared: Some("first"), ..ask() }, RefusalCode::ModelNotFound),
        (Ask { model: "b", ..ask() }, RefusalCode::VendorNotAllowed),
        (Ask { today: date(2027, 2, 1), ..ask() }, RefusalCode::VendorNotAllowed),
        (Ask { model: "t", ..ask() }, RefusalCode::TrainingNotExcluded),
        (Ask { model: "x", ..ask() }, RefusalCode::CountryNotAllowed),
        (Ask { model: "y", ..ask() }, RefusalCode::CountryNotAllowed),
        (
            Ask { system: "two", model: "one", declared: Some("at-home"), ..ask() },
            RefusalCode::CountryNotAllowed,
        ),
        (Ask { parameters: vec!["store", "web_search_options"], ..ask() }, RefusalCode::ParameterNotAllowed),
        (Ask { categories: vec![Category::Secret], ..ask() }, RefusalCode::CategoryRefused),
    ];
    for (ask, code) in &cases {
        assert_eq!(refused(ask), *code, "{} {} {:?}", ask.system, ask.model, ask.declared);
    }
}

#[test]
fn a_contract_holds_to_the_end_of_its_last_day() {
    assert_eq!(sent(&Ask { today: date(2027, 1, 31), ..ask() }).0, Action::Pass);
}

#[test]
fn a_key_bound_to_purposes_names_the_purpose_and_bounds_it() {
    let first: Purpose = "first".parse().expect("a purpose");
    let two = || Ask { system: "two", model: "one", key: vec![first.clone()], ..ask() };
    assert_eq!(sent(&two()).0, Action::Pass);
    assert_eq!(refused(&Ask { declared: Some("second"), ..two() }), RefusalCode::PurposeNotDeclared);
    let elsewhere = Ask { key: vec![first], ..ask() };
    assert_eq!(refused(&elsewhere), RefusalCode::PurposeNotDeclared, "a bound key opens no other purpose");
}

#[test]
fn the_refusal_of_a_system_without_a_ground_names_the_question() {
    let Decision::Refuse(refusal) = decided(&Ask { system: "draft", ..ask() }) else { panic!("sent") };
    assert_eq!(refusal.missing, Missing::LiveSystem { state: "in-assessment", question: Some(3) });
    assert_eq!(refusal.rule.law, ["AI 10(1)"]);
    assert!(refusal.further.iter().any(|card| card.id == "legal-basis"), "{refusal:?}");
}
