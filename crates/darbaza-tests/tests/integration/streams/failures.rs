//! Vendors that fail.

use std::time::Duration;

use darbaza_core::RefusalCode;
use darbaza_store::Outcome;
use darbaza_tests::{Answer, Piece, Script, TestApp};
use serde_json::{Value, json};

use super::{PERSON, content, event, raw, stream};

/// Words of a vendor that no client may see.
const CANARY: &str = "canary-of-the-vendor";

async fn assert_outcome(app: &TestApp, what: &str, answer: &Answer, code: RefusalCode) {
    assert!(!answer.text().contains(CANARY), "{what}: {}", answer.text());
    let outcome = app.outcome(answer.header("darbaza-receipt")).await;
    assert_eq!((outcome.outcome, outcome.code), (Outcome::VendorFailed, Some(code)), "{what}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_in_mid_stream_is_one_error_event_and_no_done() {
    let app = TestApp::start().await;
    let good = || event(&content("Сәлем"));
    let error = json!({ "error": { "message": CANARY, "type": "server_error", "code": null } }).to_string();
    let (failed, late) = (RefusalCode::VendorError, RefusalCode::VendorTimeout);
    // What a server writes and breaks off in one breath is never sent.
    let moment = || Piece::Pause(Duration::from_millis(50));
    let pause = || Piece::Pause(Duration::from_secs(3));
    let invalid = b"data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\xc3\x28\"}}]}\n\n".to_vec();
    let huge = content(&"a".repeat(1024 * 1024));
    for (what, pieces, code) in [
        ("a break", vec![good(), moment(), Piece::Break], failed),
        ("a break at once", vec![moment(), Piece::Break], failed),
        ("a page", vec![good(), raw(format!("<html>{CANARY}</html>\n\n"))], failed),
        ("a page as data", vec![good(), event(&format!("<html>{CANARY}</html>"))], failed),
        ("half an event", vec![good(), raw(format!("data: {{\"choices\":[{{\"x\":\"{CANARY}"))], failed),
        ("half a line ending", vec![good(), raw(format!("data: {}\n", content(CANARY)))], failed),
        ("no JSON", vec![good(), event("{\"choices\":["), event("[DONE]")], failed),
        ("an error in a chunk", vec![good(), event(&error), event("[DONE]")], failed),
        (
            "a named error",
            vec![good(), raw(format!("event: error\ndata: {{\"message\":\"{CANARY}\"}}\n\n"))],
            failed,
        ),
        ("a named error with choices", vec![good(), raw("event: Error\ndata: {\"choices\":[]}\n\n")], failed),
        ("an error under another name", vec![good(), raw(format!("event: ping\ndata: {error}\n\n"))], failed),
        (
            "an error beside choices",
            vec![good(), event(&error.replace("{\"error\"", "{\"choices\":[],\"error\""))],
            failed,
        ),
        ("no end", vec![good()], failed),
        ("nothing", vec![], failed),
        ("no UTF-8", vec![good(), raw(invalid), event("[DONE]")], failed),
        (
            "repeated keys",
            vec![good(), event(r#"{"choices":[],"choices":[{"delta":{"content":"x"}}]}"#), event("[DONE]")],
            failed,
        ),
        ("a number", vec![good(), event("12"), event("[DONE]")], failed),
        (
            "a huge event",
            vec![good(), event(&huge), event(&huge), raw(huge.repeat(5)), event("[DONE]")],
            failed,
        ),
        ("silence", vec![good(), pause(), event(&content(CANARY)), event("[DONE]")], late),
        ("silence after the head", vec![pause(), event("[DONE]")], late),
        ("half a token, then a break", vec![event(&content("Это [PERSON_")), moment(), Piece::Break], failed),
    ] {
        app.abroad.answer(Script::pieces(pieces));
        let answer = stream(&app, PERSON).await;
        assert_eq!(answer.status, 200, "{what}");
        let events = answer.events();
        let errors: Vec<Value> = events
            .iter()
            .filter_map(|e| serde_json::from_str::<Value>(e).ok())
            .filter(|e| !e["error"].is_null())
            .collect();
        assert_eq!(errors.len(), 1, "{what}: {}", answer.text());
        assert!(events.last().unwrap().starts_with("{\"error\""), "{what}: nothing follows the error");
        assert!(
            !answer.broken && !answer.text().contains("[DONE]") && !answer.text().contains("[PERSON_"),
            "{what}"
        );
        assert_eq!(errors[0]["error"]["code"], code.as_str(), "{what}");
        assert_eq!(errors[0]["error"]["darbaza"]["receipt"], answer.header("darbaza-receipt"), "{what}");
        assert_outcome(&app, what, &answer, code).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_before_the_answer_has_its_status_and_nothing_of_the_vendor_s_words() {
    let app = TestApp::start().await;
    let error = json!({ "error": { "message": format!("{CANARY} {PERSON}"), "code": "invalid_api_key" } })
        .to_string();
    let good = Script::text("Сәлем");
    let json = "application/json";
    for (what, script, status) in [
        ("400", Script::body(400, json, error.clone()), 502),
        ("401", Script::body(401, json, error.clone()), 502),
        ("404", Script::body(404, "text/html", format!("<html>{CANARY}")), 502),
        ("408", Script::body(408, json, error.clone()), 504),
        ("429", Script::body(429, json, error.clone()).header("retry-after", CANARY), 502),
        ("500", Script::body(500, json, error.clone()), 502),
        ("504", Script::body(504, json, error.clone()), 504),
        ("204", Script::body(204, json, ""), 502),
        ("206", Script::body(206, json, error.clone()), 502),
        ("301", Script::body(301, json, "").header("location", app.inside.base()), 502),
        ("302", Script::body(302, json, "").header("location", "/v1/elsewhere"), 502),
        ("307", Script::body(307, json, "").header("location", app.inside.base()), 502),
        ("308", Script::body(308, json, "").header("location", app.inside.base()), 502),
        ("an error with 200", Script::body(200, json, error.clone()), 502),
        (
            "an error beside choices",
            Script::body(200, json, error.replace("{\"error\"", "{\"choices\":[],\"error\"")),
            502,
        ),
        ("HTML", Script::body(200, "text/html", format!("<html>{CANARY}")), 502),
        ("HTML that says it is JSON", Script::body(200, json, format!("<html>{CANARY}")), 502),
        (
            "half",
            Script::body(200, json, format!("{{\"choices\":[{{\"message\":{{\"content\":\"{CANARY}")),
            502,
        ),
        ("nothing", Script::body(200, json, ""), 502),
        ("an array", Script::body(200, json, "[]"), 502),
        ("no UTF-8", Script::body(200, json, b"{\"choices\":[],\"a\":\"\xff\"}".to_vec()), 502),
        (
            "repeated keys",
            Script::body(200, json, r#"{"choices":[],"choices":[{"message":{"content":"x"}}]}"#),
            502,
        ),
        ("gzip", good.clone().header("content-encoding", "gzip"), 502),
        (
            "gzip behind identity",
            good.clone().header("content-encoding", "identity").header("content-encoding", "gzip"),
            502,
        ),
        ("a stream that nobody asked for", Script::streamed(CANARY, 5), 502),
        ("too much", Script::text(&"a".repeat(1024 * 1024 + 1)), 502),
        (
            "too deep",
            Script::body(
                200,
                json,
                format!("{{\"choices\":[],\"x\":{}{}}}", "[".repeat(10_000), "]".repeat(10_000)),
            ),
            502,
        ),
        ("late", good.clone().after(Duration::from_secs(3)), 504),
    ] {
        app.abroad.answer(script);
        let answer = app.say("support-chat", PERSON).await;
        assert_eq!(answer.status, status, "{what}: {}", answer.text());
        let code = if status == 504 { RefusalCode::VendorTimeout } else { RefusalCode::VendorError };
        assert_eq!(answer.code(), code.as_str(), "{what}");
        assert_eq!(answer.header("x-should-retry"), "false", "{what}");
        assert_eq!(answer.header("darbaza-decision"), "mask", "{what}");
        assert_eq!(answer.header("darbaza-findings"), "PERSON=1", "{what}");
        assert!(!answer.text().contains("Ахметова") && !answer.headers.contains_key("retry-after"), "{what}");
        assert_outcome(&app, what, &answer, code).await;
    }
    assert!(app.inside.received().is_empty(), "no redirect is followed");
    assert!(app.abroad.received().iter().all(|r| r.uri == "/v1/chat/completions"));
    assert_eq!(app.abroad.received().len(), 28, "nothing is sent twice");

    // A whole answer that breaks, or stops, after its head.
    for (what, piece, status) in
        [("breaks", Piece::Break, 502), ("stops", Piece::Pause(Duration::from_secs(3)), 504)]
    {
        let pieces = vec![raw("{\"choices\":["), piece];
        app.abroad.answer(Script::pieces(pieces).content_type("application/json"));
        let answer = app.say("support-chat", PERSON).await;
        assert_eq!(answer.status, status, "{what}");
    }
    // A stream that was asked for and is none.
    app.abroad.answer(Script::text(CANARY));
    let answer = stream(&app, PERSON).await;
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (502, "vendor_error"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vendor_that_is_not_there_is_an_error_of_the_vendor() {
    let app = TestApp::with().without_vendors().start().await;
    for text in ["Сәлем", PERSON] {
        let answer = app.say("support-chat", text).await;
        assert_eq!((answer.status.as_u16(), answer.code().as_str()), (502, "vendor_error"));
        assert_outcome(&app, text, &answer, RefusalCode::VendorError).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_argument_that_never_ends_is_not_held_for_ever() {
    let app = TestApp::start().await;
    let piece = |arguments: &str| {
        let call = json!({ "index": 0, "id": "c", "function": { "name": "f", "arguments": arguments } });
        event(&json!({ "choices": [{ "index": 0, "delta": { "tool_calls": [call] } }] }).to_string())
    };
    let mut pieces = vec![piece("{\"a\":\"")];
    pieces.extend((0..6).map(|_| piece(&"a".repeat(1024 * 1024))));
    app.abroad.answer(Script::pieces(pieces));
    let answer = stream(&app, PERSON).await;
    assert!(answer.text().len() < 1024 * 1024, "nothing of it was told");
    assert_outcome(&app, "an endless argument", &answer, RefusalCode::VendorError).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_vendor_says_beside_the_protocol_is_not_passed_on() {
    let app = TestApp::start().await;
    let notice = raw(format!("event: notice\ndata: {{\"message\":\"{CANARY}\"}}\n\n"));
    app.abroad.answer(Script::pieces(vec![event(&content("Сәлем")), notice, event("[DONE]")]));
    let answer = stream(&app, PERSON).await;
    assert!(
        !answer.text().contains(CANARY) && answer.text().ends_with("data: [DONE]\n\n"),
        "{}",
        answer.text()
    );
}
