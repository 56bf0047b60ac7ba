//! Headers and addresses.

use darbaza_tests::{Call, TestApp};
use http::Method;

use super::{assert_error, post, with};

const INJECTION: &str = "x'); DROP TABLE leaves; --";

fn call(app: &TestApp) -> Call {
    post(app, with(r#""x":1"#))
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_of_the_gate_that_cannot_be_read_are_refused() {
    let app = TestApp::start().await;
    let long = "я".repeat(129);
    for (name, value) in [
        ("darbaza-lang", "de"),
        ("darbaza-lang", ""),
        ("darbaza-lang", "ru, kk"),
        ("darbaza-lang", INJECTION),
        ("darbaza-purpose", ""),
        ("darbaza-purpose", &long),
        ("darbaza-subject", " "),
        ("darbaza-subject", &long),
        ("darbaza-conversation", ""),
        ("darbaza-conversation", &long),
    ] {
        let answer = call(&app).header(name, value).send().await;
        assert_error(&app, &format!("{name}: {value}"), &answer, 400, "request_malformed");
    }
    for name in ["darbaza-lang", "darbaza-purpose", "darbaza-conversation"] {
        let value = if name == "darbaza-lang" { "ru" } else { "customer-support" };
        let answer = call(&app).header(name, value).header(name, value).send().await;
        assert_error(&app, &format!("{name} twice"), &answer, 400, "request_malformed");
        let answer = call(&app).header(name, b"\xff\xfe").send().await;
        assert_error(&app, &format!("{name} in no encoding"), &answer, 400, "request_malformed");
    }
    let nine = (0..9).fold(call(&app), |call, n| call.header("darbaza-subject", n.to_string()));
    assert_error(&app, "nine subjects", &nine.send().await, 400, "request_malformed");
    for purpose in [INJECTION, "office-work", "Customer-Support"] {
        let answer = call(&app).header("darbaza-purpose", purpose).send().await;
        assert_error(&app, purpose, &answer, 403, "purpose_not_declared");
        assert!(!answer.text().contains(purpose), "what the caller wrote is not told back");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_any_header_reaches_the_vendor_or_the_ledger() {
    let app = TestApp::start().await;
    let iin = "920417499926";
    let names = [
        "darbaza-subject",
        "darbaza-conversation",
        "user-agent",
        "cookie",
        "referer",
        "origin",
        "x-request-id",
        "traceparent",
        "x-forwarded-for",
        "forwarded",
        "openai-organization",
        "openai-project",
        "x-stainless-lang",
        "accept-language",
        "proxy-authorization",
        "http-referer",
        "x-title",
        "anthropic-version",
        "idempotency-key",
        "darbaza-unknown",
    ];
    for value in [INJECTION, iin] {
        let answer = names.iter().fold(call(&app), |call, name| call.header(name, value)).send().await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let decision = app.decision(&answer);
        assert_eq!((decision.subjects.len(), decision.subjects[0].0.len()), (1, 16));
        assert!(decision.conversation.is_some());
    }
    let eight = (0..8).fold(call(&app), |call, n| call.header("darbaza-subject", format!("клиент {n}")));
    assert_eq!(app.decision(&eight.send().await).subjects.len(), 8);
    app.abroad.assert_never_saw(&[INJECTION, "DROP", iin, "клиент"]);
    let ledger = app.leaves().iter().map(ToString::to_string).collect::<String>();
    assert!(!ledger.contains("DROP") && !ledger.contains(iin) && !ledger.contains("клиент"));
    let seen: Vec<String> = app.abroad.last().headers.keys().map(ToString::to_string).collect();
    let allowed = ["content-type", "accept", "user-agent", "authorization", "host", "content-length"];
    assert!(seen.iter().all(|name| allowed.contains(&name.as_str())), "{seen:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_and_methods_that_the_gate_does_not_have_are_unknown() {
    let app = TestApp::start().await;
    for (method, path) in [
        (Method::GET, "/v1/chat/completions"),
        (Method::PUT, "/v1/chat/completions"),
        (Method::POST, "/v1/models"),
        (Method::DELETE, "/v1/models"),
        (Method::POST, "/v1/embeddings"),
        (Method::POST, "/v1/responses"),
        (Method::GET, "/"),
        (Method::POST, "/v1/chat/completions/"),
        (Method::POST, "//v1/chat/completions"),
        (Method::GET, "/v1/models/gpt-x"),
        (Method::POST, "/V1/chat/completions"),
        (Method::POST, "/v1/../v1/chat/completions"),
        (Method::GET, "/metrics"),
        (Method::POST, "/v1/chat%2fcompletions"),
        (Method::OPTIONS, "/v1/chat/completions"),
        (Method::TRACE, "/v1/models"),
        (Method::GET, "/v1/models;920417499926"),
        (Method::GET, "/%00"),
        (Method::PATCH, "/darbaza/v1/detect"),
    ] {
        let answer = app.call(method.clone(), path).key(app.key("support-chat")).send().await;
        assert_error(&app, &format!("{method} {path}"), &answer, 404, "route_unknown");
    }
    let query = "/v1/chat/completions?name=920417499926&api-version=1";
    let answer =
        app.call(Method::POST, query).key(app.key("support-chat")).body(with(r#""x":1"#)).send().await;
    assert_eq!(answer.status, 200);
    app.abroad.assert_never_saw(&["920417499926", "api-version"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_language_is_the_caller_s_or_the_system_s() {
    let app = TestApp::start().await;
    for (key, lang, word) in [
        ("support-chat", None, "Запрос не читается"),
        ("staff-desk", None, "Сұрау салу оқылмайды"),
        ("support-chat", Some("kk"), "Сұрау салу оқылмайды"),
        ("staff-desk", Some("en"), "cannot be read"),
    ] {
        let mut call = app.call(Method::POST, "/v1/chat/completions").key(app.key(key)).body("{");
        if let Some(lang) = lang {
            call = call.header("darbaza-lang", lang);
        }
        let answer = call.send().await;
        assert!(answer.text().contains(word), "{}", answer.text());
    }
    let nobody = app.call(Method::GET, "/v1/models").header("darbaza-lang", "ru").send().await;
    assert!(nobody.text().contains("Ключ недействителен"), "{}", nobody.text());
}
