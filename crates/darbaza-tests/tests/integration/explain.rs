//! Why a request was decided as it was: what `explain` tells is what the caller was told, and what the
//! rules do not know is not told as theirs.

use std::num::NonZeroU32;

use darbaza::KeyRequest;
use darbaza_store::KeyLimits;
use darbaza_tests::{Answer, Ran, TestApp, one_message};
use http::Method;
use serde_json::{Value, json};

const NAME: &str = "Я Ахметова Гульнара, когда доставка?";
const ROUTE: &str = "{ key: meridian-chat, vendor: meridian }";
const RULES: &str = "---
rules:
  - key: no-phones
    text: { kk: а, ru: а, en: Phones stay. }
    fix: { kk: а, ru: а, en: Take the phone out. }
    law: [PD 7(9)]
    cedar: forbid (principal, action, resource) when { context.category == \"PHONE\" };
";

/// The register, with requests of the support chat that wait for a person.
fn waits(register: &str) -> String {
    let purpose = "      - purpose: customer-support\n";
    assert!(register.contains(purpose));
    register.replace(purpose, &format!("{purpose}        review: before-sending\n"))
}

/// What `explain` tells of an answer, which has to be what the answer's own headers and body say.
fn why(app: &TestApp, answer: &Answer) -> Value {
    let data = app.data();
    let receipt = answer.header("darbaza-receipt");
    let asked = ["explain", receipt, "--json", "--data", data.to_str().unwrap()];
    let why: Value = serde_json::from_str(&Ran::new(&data, &asked).expect(0)).unwrap();
    let recorded = &why["recorded"];
    assert_eq!(recorded["receipt"], receipt);
    assert_eq!(recorded["action"], answer.header("darbaza-decision"), "{why:#}");
    if answer.status == 200 {
        assert_eq!(recorded["code"], Value::Null, "{why:#}");
    } else {
        assert_eq!(recorded["code"], answer.code().as_str(), "{why:#}");
        let law = answer.json()["error"]["darbaza"].get("law").cloned().unwrap_or_else(|| json!([]));
        assert_eq!(recorded["law"], law, "{why:#}");
    }
    assert_eq!(recorded["rules"], why["rules"], "by this program's own rules: {why:#}");
    why
}

/// The routes that were looked at, each with what became of it.
fn routes(why: &Value) -> Vec<(&str, &str)> {
    let routes = why["routes"].as_array().unwrap().iter();
    routes.map(|r| (r["route"].as_str().unwrap(), r["fate"].as_str().unwrap())).collect()
}

/// The rules that decided on a category of a route; none for the request as such.
fn rules<'a>(why: &'a Value, route: &str, category: Option<&str>) -> Vec<&'a str> {
    let route = why["routes"].as_array().unwrap().iter().find(|r| r["route"] == route).unwrap();
    let reason = route["reasons"].as_array().unwrap().iter().find(|r| r["category"] == json!(category));
    let rules = reason.unwrap_or_else(|| panic!("{why:#}"))["rules"].as_array().unwrap().iter();
    rules.map(|rule| rule["id"].as_str().unwrap()).collect()
}

fn agrees(why: &Value) {
    assert_eq!((&why["agrees"], &why["outside"]), (&json!(true), &Value::Null), "{why:#}");
}

/// The cause is told as one that the rules do not know.
fn outside(why: &Value, cause: &str) {
    assert_eq!(why["agrees"], false, "{why:#}");
    assert!(why["outside"].as_str().unwrap().contains(cause), "{why:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_rules_decided_is_explained_with_every_route_that_they_looked_at() {
    let app = TestApp::with().register(|r| format!("{r}{RULES}")).start().await;

    let pass = why(&app, &app.say("support-chat", "Сәлем").await);
    agrees(&pass);
    assert_eq!(
        (&pass["recorded"]["action"], routes(&pass)),
        (&json!("pass"), vec![("meridian-chat", "taken")])
    );
    assert_eq!(rules(&pass, "meridian-chat", None), ["register-masked"]);
    let text = &pass["routes"][0]["reasons"][0]["rules"][0]["text"]["en"];
    assert!(!text.as_str().unwrap().contains("category"), "the request as such is none: {text}");

    let mask = why(&app, &app.say("support-chat", NAME).await);
    agrees(&mask);
    assert_eq!(
        (&mask["recorded"]["action"], &mask["recorded"]["findings"]["PERSON"]),
        (&json!("mask"), &json!(1))
    );
    assert_eq!(rules(&mask, "meridian-chat", Some("PERSON")), ["register-masked"]);
    let clear = why(&app, &app.say("credit-scoring", "ИИН 920417499926").await);
    agrees(&clear);
    assert_eq!(clear["recorded"]["clear"]["IIN"], 1, "{clear:#}");

    // The rule and the article that shut the route asked for are in the ledger and in the explanation.
    let inside = why(&app, &app.say("hr-screening", "ИИН 920417499926").await);
    agrees(&inside);
    assert_eq!(inside["recorded"]["rule"], "category-local");
    assert_eq!(inside["rule"]["law"], json!(["AI 17(4)"]));
    assert_eq!(routes(&inside), [("meridian-chat", "shut"), ("own-chat", "taken")]);
    assert_eq!(rules(&inside, "meridian-chat", Some("IIN")), ["category-local"]);

    let law = why(&app, &app.say("marketing", "Сәлем").await);
    agrees(&law);
    assert_eq!(
        (&law["rule"]["id"], &law["recorded"]["rule"]),
        (&json!("system-live"), &json!("system-live"))
    );
    let company = why(&app, &app.say("support-chat", "Мой телефон 8 701 555 00 17").await);
    agrees(&company);
    assert_eq!(company["recorded"]["rule"], "company/no-phones");
    assert_eq!(rules(&company, "meridian-chat", Some("PHONE")), ["company/no-phones"]);

    let purpose = app.chat("support-chat", &one_message("Сәлем")).header("darbaza-purpose", "leisure");
    let purpose = why(&app, &purpose.send().await);
    agrees(&purpose);
    assert_eq!(purpose["recorded"]["rule"], "purpose-declared");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_inside_and_a_request_that_waits_are_explained_on_their_routes() {
    let inside = "---
rules:
  - key: not-even-inside
    text: { kk: а, ru: а, en: None. }
    fix: { kk: а, ru: а, en: None. }
    cedar: forbid (principal, action, resource) when { context.category == \"IIN\" && resource.local };
";
    let app = TestApp::with().register(|r| format!("{}{inside}", waits(r))).start().await;
    let refused = why(&app, &app.say("hr-screening", "ИИН 920417499926").await);
    agrees(&refused);
    assert_eq!(routes(&refused), [("meridian-chat", "shut"), ("own-chat", "shut")]);
    assert_eq!(rules(&refused, "meridian-chat", Some("IIN")), ["category-local"]);
    assert_eq!(rules(&refused, "own-chat", Some("IIN")), ["company/not-even-inside"]);
    assert_eq!(refused["recorded"]["rule"], "company/not-even-inside");

    let held = why(&app, &app.say("support-chat", NAME).await);
    agrees(&held);
    assert_eq!(
        (&held["recorded"]["rule"], routes(&held)),
        (&json!("human-first"), vec![("meridian-chat", "held")])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fallback_by_rule_is_told_from_one_after_a_vendor_that_is_not_there() {
    let falls_back = |register: &str| {
        assert!(register.contains(ROUTE));
        register.replace(ROUTE, "{ key: meridian-chat, vendor: meridian, fallback: own-chat }")
    };
    let trains = |r: &str| falls_back(r).replacen("    training: excluded", "    training: not-excluded", 1);
    let app = TestApp::with().register(trains).start().await;
    let ruled = why(&app, &app.say("support-chat", "Сәлем").await);
    agrees(&ruled);
    assert_eq!(ruled["recorded"]["rule"], "training-excluded");
    assert_eq!(ruled["recorded"]["law"], json!(["PD 14"]));
    assert_eq!(routes(&ruled), [("meridian-chat", "shut"), ("own-chat", "taken")]);
    drop(app);

    let app = TestApp::with().register(|r| waits(&trains(r))).start().await;
    let held = why(&app, &app.say("support-chat", "Сәлем").await);
    agrees(&held);
    assert_eq!(held["recorded"]["asked"], "meridian-chat", "what was asked for, not where it would go");
    assert_eq!(routes(&held), [("meridian-chat", "shut"), ("own-chat", "held")]);
    drop(app);

    let app = TestApp::with().register(falls_back).without_vendor_abroad().start().await;
    let answer = app.say("support-chat", NAME).await;
    assert_eq!((answer.status.as_u16(), answer.header("darbaza-decision")), (200, "reroute"));
    let unreached = why(&app, &answer);
    outside(&unreached, "could not be reached");
    assert_eq!(unreached["recorded"]["rule"], Value::Null);
    assert_eq!(routes(&unreached), [("meridian-chat", "passed-over"), ("own-chat", "taken")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_rule_decided_is_not_told_as_a_rules_decision() {
    let vendor = "  - key: own-models\n";
    let bare = "  - { key: bare, name: Bare, country: KZ, local: true, training: excluded }\n";
    let app = TestApp::with()
        .register(|r| {
            let named = "named: { own-chat: own-chat }";
            assert!(r.contains(named) && r.contains(vendor) && r.contains(ROUTE));
            r.replace(vendor, &format!("{bare}{vendor}"))
                .replace(ROUTE, &format!("{ROUTE}\n  - {{ key: bare, vendor: bare }}"))
                .replace(named, "named: { own-chat: own-chat, bare: bare }")
        })
        .start()
        .await;
    let malformed = app.chat("support-chat", &json!({ "model": "m", "messages": 1 })).send().await;
    assert_eq!(malformed.status, 400);
    outside(&why(&app, &malformed), "not what the protocol asks for");
    let image = json!([{ "type": "image_url", "image_url": { "url": "https://example.kz/a.png" } }]);
    let image = json!({ "model": "m", "messages": [{ "role": "user", "content": image }] });
    let image = app.chat("support-chat", &image).send().await;
    assert_eq!(image.status, 422);
    outside(&why(&app, &image), "could not be read for personal data");
    let bare = json!({ "model": "bare", "messages": [{ "role": "user", "content": "Сәлем" }] });
    let bare = app.chat("staff-desk", &bare).send().await;
    assert_eq!((bare.status.as_u16(), bare.code().as_str()), (403, "vendor_not_allowed"));
    outside(&why(&app, &bare), "no address");

    let limits = KeyLimits { requests_per_minute: NonZeroU32::new(1), ..KeyLimits::default() };
    let key = app.issue(&KeyRequest { limits, ..KeyRequest::new("support-chat".parse().unwrap(), "tests") });
    let body = one_message("Сәлем");
    let limited = || app.call(Method::POST, "/v1/chat/completions").key(&key).json(&body).send();
    limited().await;
    outside(&why(&app, &limited().await), "limit of requests in a minute");

    let data = app.data();
    let run = |words: &[&str]| Ran::new(&data, &[words, &["--data", data.to_str().unwrap()]].concat());
    run(&["system", "suspend", "support-chat"]).expect(0);
    let suspended = app.say("support-chat", NAME).await;
    let told = why(&app, &suspended);
    outside(&told, "suspended the system");
    assert_eq!(routes(&told), [("meridian-chat", "open")], "nothing was sent there");
    let text = run(&["explain", suspended.header("darbaza-receipt")]).expect(0);
    assert!(text.starts_with("recorded: refuse: system_not_live\n"), "{text}");
    assert!(text.contains("AI 18(2)") && text.contains("Outside of the rules: a person"), "{text}");

    run(&["explain", "--system", "nope"]).fails(2, "credit-scoring, hr-screening");
    Ran::new(&data, &["explain", "--system", "nope", "--data", "elsewhere"]).fails(2, "elsewhere");
}
