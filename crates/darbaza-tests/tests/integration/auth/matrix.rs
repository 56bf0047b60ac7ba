//! Every address x every state of a key x every way to write it down.

use std::collections::{HashMap, HashSet};

use darbaza_tests::{Answer, TestApp};
use serde_json::Value;

use super::forms::FORMS;
use super::states::{Opens, app, states};
use super::{ADDRESSES, NOWHERE, good, request, told};

/// Fails unless the answer is what a key that opens this gets at this address.
fn assert_opened(app: &TestApp, what: &str, path: &str, opens: Opens, answer: &Answer) {
    let (Opens::Live(system) | Opens::NotLive(system) | Opens::Suspended(system)) = opens else {
        panic!("{what}: it opens nothing")
    };
    let (status, code) = match (path, opens) {
        (_, Opens::Suspended(_)) => (403, "system_not_live"),
        (path, _) if good(path) == 404 => (404, "route_unknown"),
        ("/v1/chat/completions", Opens::NotLive(_)) => (403, "system_not_live"),
        _ => (200, ""),
    };
    assert_eq!(answer.status.as_u16(), status, "{what}: {}", answer.text());
    if status != 200 {
        assert_eq!(answer.code(), code, "{what}");
    }
    if path == "/v1/chat/completions" || status != 200 {
        assert_eq!(app.decision(answer).system.as_str(), system, "{what}: recorded in another name");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_opens_what_is_its_own_and_nothing_else_opens_anything() {
    let app = app().await;
    let states = states(&app).await;
    // A key that is good and always another one than the state's own.
    let other = app.key("credit-scoring").to_owned();
    let mut refused: HashMap<(&str, &str), String> = HashMap::new();
    let (mut opened, mut closed, before) = (0_usize, 0_u64, decisions(&app));
    let mut recorded = 0;
    for (method, path, needs_key) in ADDRESSES.iter().copied().chain([NOWHERE]) {
        for state in &states {
            for form in FORMS {
                let what = format!("{method} {path}, key {}, {}", state.name, form.name);
                let Some(target) = form.path(path, &state.key) else { continue };
                let call = form.write(request(&app, method, &target), &state.key, &other);
                let answer = call.send().await;
                if !needs_key {
                    assert_eq!(answer.status, 200, "{what}");
                } else if form.counts && state.opens != Opens::Nothing {
                    assert_opened(&app, &what, path, state.opens, &answer);
                    opened += 1;
                    let records = good(path) == 404 || path == "/v1/chat/completions";
                    recorded += usize::from(records || matches!(state.opens, Opens::Suspended(_)));
                } else {
                    closed += 1;
                    assert_eq!(
                        (answer.status.as_u16(), answer.code().as_str()),
                        (401, "key_invalid"),
                        "{what}"
                    );
                    // Word for word the same, whatever was wrong and whether the address exists.
                    let (told, several) = (told(&answer), form.is_several());
                    let case = if several { (state.name, form.name) } else { ("", "") };
                    let words = refused.entry(case).or_insert_with(|| told.clone());
                    assert_eq!(told, *words, "{what} tells something else than elsewhere");
                }
            }
        }
    }
    assert!(opened > 100 && closed > 2000, "{opened} opened, {closed} closed");
    let words: HashSet<&String> = refused.values().collect();
    assert_eq!(words.len(), 2, "that no key is good, and that two differ: {words:#?}");
    println!("{opened} cells opened, {closed} closed");
    assert_eq!(decisions(&app) - before, recorded, "who has no key leaves no record of its own");
    let calls = app.abroad.received().len() + app.inside.received().len();
    assert!(calls > 0 && calls < recorded, "the vendor was called {calls} times");

    let folder = app.stop().await;
    let counted: u64 = leaves(&folder.path().join("data"))
        .iter()
        .filter(|leaf| leaf["kind"] == "refused_keys")
        .map(|leaf| leaf["count"].as_u64().unwrap())
        .sum();
    assert_eq!(counted, closed, "every refused key is counted");
}

fn decisions(app: &TestApp) -> usize {
    app.leaves().iter().filter(|leaf| leaf["kind"] == "decision").count()
}

fn leaves(data: &std::path::Path) -> Vec<Value> {
    use darbaza_store::LedgerReader;
    let reader = darbaza_store_sqlite::SqliteLedgerReader::open(data).unwrap();
    let leaves = reader.leaves(0, 100_000).unwrap();
    leaves.iter().map(|leaf| serde_json::from_slice(&leaf.bytes).unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_of_a_key_speaks_the_language_that_is_asked_for_and_tells_no_more_in_it() {
    let app = app().await;
    let states = states(&app).await;
    for lang in ["kk", "ru", "en", "de", ""] {
        let mut words = std::collections::BTreeSet::new();
        for (method, path, needs_key) in ADDRESSES.iter().copied().chain([NOWHERE]) {
            for state in states.iter().filter(|state| needs_key && state.opens == Opens::Nothing) {
                let call = FORMS[0].write(request(&app, method, path), &state.key, "");
                let answer = call.header("darbaza-lang", lang).send().await;
                assert_eq!(answer.status, 401, "{}", state.name);
                words.insert(told(&answer));
            }
        }
        assert_eq!(words.len(), 1, "{lang}: {words:#?}");
    }
}
