//! Cedar against the plain implementation: for random registers and requests both decide the same.

#[path = "reference/plain.rs"]
mod plain;

use std::collections::BTreeMap;
use std::sync::Arc;

use darbaza_core::{Category, CategoryCounts, Purpose};
use darbaza_policy::{Decision, Persons, Policy, Question, RequestedPurpose};
use darbaza_register::{Register, arbitrary};
use jiff::civil::{Date, date};
use plain::Plain;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

const TODAY: Date = date(2026, 11, 24);

/// A request, as far as it does not depend on the register.
#[derive(Clone, Debug)]
struct Request {
    system: Index,
    purpose: (u8, Index),
    key: Vec<Index>,
    model: (bool, Index),
    categories: Vec<Category>,
    parameters: Vec<&'static str>,
    persons: (u8, u8, u8),
    /// Days from today: facts end and begin around it.
    day: i8,
}

fn request() -> impl Strategy<Value = Request> {
    let parameters = prop::sample::subsequence(vec!["store", "service_tier", "web_search_options"], 0..=1);
    let categories = prop::sample::subsequence(Category::ALL.to_vec(), 0..=4);
    (
        any::<Index>(),
        (0..4_u8, any::<Index>()),
        prop::collection::vec(any::<Index>(), 0..=2),
        (prop::bool::weighted(0.9), any::<Index>()),
        categories,
        prop_oneof![4 => Just(Vec::new()), 1 => parameters],
        (0..12_u8, 0..12_u8, 0..12_u8),
        -3..=3_i8,
    )
        .prop_map(|(system, purpose, key, model, categories, parameters, persons, day)| Request {
            system,
            purpose,
            key,
            model,
            categories,
            parameters,
            persons,
            day,
        })
}

/// The question that a random request asks of a register.
fn ask<T>(register: &Register, request: &Request, ask: impl FnOnce(&Question<'_>) -> T) -> T {
    let systems: Vec<_> = register.systems().collect();
    let system = systems[request.system.index(systems.len())];
    let uses: Vec<&Purpose> = system.uses.keys().collect();
    let pick = |index: &Index| uses.get(index.index(uses.len().max(1))).map(|p| (*p).clone());
    let declared = match request.purpose.0 {
        0 => None,
        1 => Some("undeclared".to_owned()),
        _ => pick(&request.purpose.1).map(|p| p.to_string()),
    };
    let key: Vec<Purpose> = request.key.iter().filter_map(pick).collect();
    let named: Vec<_> = system.models.named.keys().collect();
    let model = match (request.model.0, named.len()) {
        (true, n) if n > 0 => named[request.model.1.index(n)].as_str(),
        _ => "any-other",
    };
    let mut findings = CategoryCounts::default();
    request.categories.iter().for_each(|category| findings.add(*category));
    ask(&Question {
        system: &system.key,
        purpose: RequestedPurpose { declared: declared.as_deref(), key: &key },
        model,
        findings: &findings,
        parameters: &request.parameters,
        persons: Persons {
            consent_missing: request.persons.0 == 0,
            blocked: request.persons.1 == 0,
            refused_ai: request.persons.2 == 0,
        },
        today: TODAY.saturating_add(jiff::Span::new().days(request.day)),
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn cedar_decides_as_the_plain_implementation(
        register in arbitrary::register(TODAY, Just(Vec::new())),
        requests in prop::collection::vec(request(), 40),
    ) {
        let register = Arc::new(register);
        let policy = Policy::compile(Arc::clone(&register)).unwrap_or_else(|p| panic!("{p:?}"));
        for request in &requests {
            // Twice: the second answer comes from memory, perhaps from another day's.
            for _ in 0..2 {
                let (decided, expected) =
                    ask(&register, request, |q| (policy.decide(q), plain::decide(&register, q)));
                let decided = match decided {
                    Decision::Send(s) => Plain::Sent { action: s.action, route: s.route, ways: s.ways },
                    Decision::Hold(held) => Plain::Held { route: held.route },
                    Decision::Refuse(refusal) => Plain::Refused(refusal.code()),
                };
                prop_assert_eq!(&decided, &expected, "{:?}", request);
            }
        }
    }
}

/// A property over cases that never happen proves nothing: each kind of answer has to come up.
#[test]
fn every_kind_of_answer_comes_up() {
    let mut runner = TestRunner::deterministic();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let cases = (arbitrary::register(TODAY, Just(Vec::new())), prop::collection::vec(request(), 40));
    for _ in 0..400 {
        let (register, requests) = cases.new_tree(&mut runner).unwrap_or_else(|e| panic!("{e}")).current();
        for request in &requests {
            let kind = match ask(&register, request, |q| plain::decide(&register, q)) {
                Plain::Sent { action, .. } => action.to_string(),
                Plain::Held { .. } => "hold".to_owned(),
                Plain::Refused(code) => code.to_string(),
            };
            *seen.entry(kind).or_default() += 1;
        }
    }
    for kind in [
        "pass",
        "mask",
        "reroute",
        "hold",
        "system_not_live",
        "purpose_not_declared",
        "no_legal_basis",
        "no_consent",
        "subject_blocked",
        "subject_refused_ai",
        "vendor_not_allowed",
        "country_not_allowed",
        "training_not_excluded",
        "parameter_not_allowed",
        "category_refused",
        "model_not_found",
    ] {
        assert!(seen.get(kind).is_some_and(|count| *count >= 20), "{kind} is rare: {seen:?}");
    }
}
