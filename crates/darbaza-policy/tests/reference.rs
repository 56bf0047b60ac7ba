//! Cedar against the plain implementation: for random registers and requests both decide the same.

#![expect(clippy::panic, reason = "test code: what fails panics")]

#[path = "reference/plain.rs"]
mod plain;

use std::sync::Arc;

use darbaza_core::{Category, CategoryCounts, Purpose};
use darbaza_policy::{Decision, Persons, Policy, Question, RequestedPurpose};
use darbaza_register::arbitrary;
use jiff::civil::{Date, date};
use plain::Plain;
use proptest::prelude::*;
use proptest::sample::Index;

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

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn cedar_decides_as_the_plain_implementation(
        register in arbitrary::register(TODAY, Just(Vec::new())),
        requests in prop::collection::vec(request(), 40),
    ) {
        let register = Arc::new(register);
        let policy = Policy::compile(Arc::clone(&register)).unwrap_or_else(|p| panic!("{p:?}"));
        let systems: Vec<_> = register.systems().collect();
        for request in &requests {
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
            let question = Question {
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
            };
            let expected = plain::decide(&register, &question);
            // Twice: the second answer comes from memory, perhaps from another day's.
            for _ in 0..2 {
                let decided = match policy.decide(&question) {
                    Decision::Send(s) => Plain::Sent { action: s.action, route: s.route, ways: s.ways },
                    Decision::Hold(held) => Plain::Held { route: held.route },
                    Decision::Refuse(refusal) => Plain::Refused(refusal.code()),
                };
                prop_assert_eq!(&decided, &expected, "{:?}", question);
            }
        }
    }
}
