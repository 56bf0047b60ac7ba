//! Bad input: each kind has its own clear error, and nothing of it reaches a vendor.

#[path = "bad_input/bodies.rs"]
mod bodies;
#[path = "bad_input/floods.rs"]
mod floods;
#[path = "bad_input/headers.rs"]
mod headers;
#[path = "bad_input/keys.rs"]
mod keys;
#[path = "bad_input/leaves.rs"]
mod leaves;
#[path = "bad_input/models.rs"]
mod models;
#[path = "bad_input/raw.rs"]
mod raw;

use darbaza_tests::{Answer, Call, TestApp};
use http::Method;
use serde_json::Value;

/// A chat completion of the support chat with this body, as it stands.
fn post(app: &TestApp, body: impl Into<Vec<u8>>) -> Call {
    let call = app.call(Method::POST, "/v1/chat/completions").key(app.key("support-chat"));
    call.header("content-type", "application/json").body(body.into())
}

/// A request with one user message and these further members.
fn with(members: &str) -> String {
    format!(r#"{{"model":"m","messages":[{{"role":"user","content":"Сәлем"}}],{members}}}"#)
}

/// Fails unless the answer is this error, in the protocol's shape, recorded as the contract says.
#[track_caller]
fn assert_error(app: &TestApp, what: &str, answer: &Answer, status: u16, code: &str) {
    let shown = String::from_utf8_lossy(&answer.body);
    assert_eq!(answer.status.as_u16(), status, "{what}: {shown}");
    assert_eq!(answer.code(), code, "{what}: {shown}");
    let error: &Value = &answer.json()["error"];
    assert!(error["message"].as_str().is_some_and(|m| m.len() > 10 && !m.contains("{ ")), "{what}: {shown}");
    assert!(error["type"].is_string() && error["darbaza"]["law"].is_array(), "{what}: {shown}");
    assert!(error["darbaza"]["missing"][0].as_str().is_some_and(|m| !m.is_empty()), "{what}: {shown}");
    if code == "key_invalid" || code == "ledger_unavailable" {
        assert!(!answer.headers.contains_key("darbaza-receipt"), "{what}");
        assert!(error["darbaza"]["receipt"].is_null(), "{what}: {shown}");
    } else {
        assert_eq!(error["darbaza"]["receipt"], answer.header("darbaza-receipt"), "{what}");
        let decision = app.decision(answer);
        assert_eq!(decision.code.map(|c| c.as_str()), Some(code), "{what}");
        assert_eq!(answer.header("darbaza-decision"), decision.action.as_str(), "{what}");
    }
    assert_eq!(answer.header("x-should-retry"), "false", "{what}");
    assert!(app.abroad.received().is_empty() && app.inside.received().is_empty(), "{what}: it was sent");
}
