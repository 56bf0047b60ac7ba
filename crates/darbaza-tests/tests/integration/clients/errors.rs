//! Errors: each is the exception that the client has for it, and says what the gate says.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use darbaza_store::Outcome;
use darbaza_tests::{OfficialClient, Piece, Script, TestApp};
use serde_json::{Value, json};

use super::model::{Said, chunk};
use super::{Caller, FORBIDDEN, IIN, PERSON, asking};

with_both_clients! {
    refusals_are_the_client_s_exceptions,
    a_failing_vendor_is_asked_once,
    a_vendor_that_fails_in_mid_stream_raises,
    a_busy_gate_is_asked_again,
}

/// What an application reads from an error.
fn check(error: &Value, class: &str, status: u16, code: &str) {
    assert_eq!((&error["class"], &error["status"]), (&json!(class), &json!(status)), "{error}");
    assert_eq!((&error["code"], &error["body"]["code"]), (&json!(code), &json!(code)), "{error}");
    let said = error["body"]["message"].as_str().unwrap();
    assert!(!said.is_empty() && error["message"].as_str().unwrap().contains(said), "{error}");
    assert!(!error["body"]["darbaza"]["missing"][0].as_str().unwrap().is_empty(), "{error}");
    assert!(
        error["body"]["type"].is_string()
            && error["classes"].as_array().unwrap().contains(&json!("APIError"))
    );
    let receipt = if status == 401 { &Value::Null } else { &error["headers"]["darbaza-receipt"] };
    assert_eq!(error["body"]["darbaza"]["receipt"], *receipt, "{error}");
}

/// Answers each request with the next script.
fn in_turn(app: &TestApp, scripts: Vec<Script>) {
    let next = AtomicUsize::new(0);
    app.abroad.respond(move |_| {
        let at = next.fetch_add(1, Ordering::SeqCst);
        scripts.get(at).cloned().unwrap_or_else(|| Script::body(500, "text/plain", "asked too often"))
    });
}

fn create(body: Value) -> Value {
    json!({ "operation": "create", "body": body })
}

fn with(body: Value, more: Value) -> Value {
    json!({ "operation": "create", "body": body, "extra": { "body": more } })
}

async fn refusals_are_the_client_s_exceptions(client: OfficialClient) {
    let only_named = |register: &str| {
        register.replacen(
            "models: { any: meridian-chat }",
            "models: { named: { gpt-test: meridian-chat } }",
            1,
        )
    };
    let app = TestApp::with().register(only_named).start().await;
    let hello = || {
        let mut body = asking("Сәлем");
        body["model"] = json!("gpt-test");
        body
    };
    let image = json!([{ "type": "image_url", "image_url": { "url": "https://example.kz/a.png" } }]);
    let mut with_image = hello();
    with_image["messages"][0]["content"] = image;
    let mut without_messages = hello();
    without_messages["messages"] = json!([]);
    let deep = (0..200).fold(json!(1), |inside, _| json!([inside]));
    let other = if client == OfficialClient::Python { "APIStatusError" } else { "APIError" };
    let cases = [
        (create(without_messages), "BadRequestError", 400, "request_malformed"),
        (with(hello(), json!({ "deep": deep })), "BadRequestError", 400, "request_too_deep"),
        (with(hello(), json!({ "store": true })), "PermissionDeniedError", 403, "parameter_not_allowed"),
        (create(asking("Сәлем")), "NotFoundError", 404, "model_not_found"),
        (json!({ "operation": "absent", "resource": "embeddings" }), "NotFoundError", 404, "route_unknown"),
        (json!({ "operation": "absent", "resource": "responses" }), "NotFoundError", 404, "route_unknown"),
        (json!({ "operation": "absent", "resource": "model" }), "NotFoundError", 404, "route_unknown"),
        (create(with_image), "UnprocessableEntityError", 422, "content_not_inspectable"),
        (with(hello(), json!({ "x": "я".repeat(600_000) })), other, 413, "too_large"),
        // Told while the client is still sending.
        (with(hello(), json!({ "x": "я".repeat(6_000_000) })), other, 413, "too_large"),
        (json!({ "operation": "helper", "body": asking("Сәлем") }), "NotFoundError", 404, "model_not_found"),
    ];
    let operations = cases.iter().map(|case| case.0.clone()).collect();
    let errors = Caller::new(&app, client).errors(operations).await;
    for (error, (_, class, status, code)) in errors.iter().zip(&cases) {
        check(error, class, *status, code);
    }

    let said = vec![create(hello())];
    let stranger = Caller::new(&app, client).key("no-such-key").errors(said.clone()).await;
    check(&stranger[0], "AuthenticationError", 401, "key_invalid");
    let kazakh = json!({ "default_headers": { "Darbaza-Lang": "kk" } });
    let not_live = Caller::new(&app, client).key(app.key("marketing")).settings(kazakh).errors(said).await;
    check(&not_live[0], "PermissionDeniedError", 403, "system_not_live");
    assert!(not_live[0]["message"].as_str().unwrap().contains("құқықтық негізі"), "{}", not_live[0]);
    assert_eq!(not_live[0]["body"]["darbaza"]["law"], json!(["AI 10(1)", "PD 7(1)", "PD 9", "PD 16"]));
    assert!(app.abroad.received().is_empty() && app.inside.received().is_empty());
}

async fn a_failing_vendor_is_asked_once(client: OfficialClient) {
    let app = TestApp::start().await;
    let quoting = |status| {
        let body =
            json!({ "error": { "message": format!("bad: {PERSON} {IIN}"), "code": "x", "type": "y" } });
        Script::body(status, "application/json", body.to_string()).header("retry-after", "0")
    };
    let html = Script::body(200, "text/html", format!("<html>{PERSON}</html>"));
    let not_whole = Script::body(200, "application/json", r#"{"choices": [{"index""#);
    let cases = [
        (quoting(400), 502, "vendor_error"),
        (quoting(401), 502, "vendor_error"),
        (quoting(429), 502, "vendor_error"),
        (quoting(500).header("x-should-retry", "true"), 502, "vendor_error"),
        (quoting(503), 502, "vendor_error"),
        (html, 502, "vendor_error"),
        (not_whole, 502, "vendor_error"),
        (Script::pieces(vec![Piece::Break]), 502, "vendor_error"),
        (Script::text("поздно").after(Duration::from_secs(2)), 504, "vendor_timeout"),
    ];
    let scripts = cases.clone().map(|case| case.0);
    in_turn(&app, scripts.to_vec());
    let operations = vec![create(asking(&format!("Я {PERSON}"))); cases.len()];
    let errors = Caller::new(&app, client).errors(operations).await;
    for (error, (_, status, code)) in errors.iter().zip(cases) {
        check(error, "InternalServerError", status, code);
        assert!(!error.to_string().contains("Ахметова"), "the vendor's words stay outside: {error}");
        let outcome = app.outcome(error["headers"]["darbaza-receipt"].as_str().unwrap()).await;
        assert_eq!(outcome.outcome, Outcome::VendorFailed);
    }
    // One more than was asked would have had no script.
    assert_eq!(app.abroad.received().len(), errors.len());
    app.abroad.assert_never_saw(FORBIDDEN);
}

async fn a_vendor_that_fails_in_mid_stream_raises(client: OfficialClient) {
    let app = TestApp::start().await;
    let event = |data: &str| Piece::Bytes(format!("data: {data}\n\n").into());
    let said = |text: &str| event(&chunk(0, json!({ "content": text }), None));
    let vendor_s_error =
        json!({ "error": { "message": format!("no: {PERSON}"), "code": "overloaded" } }).to_string();
    let cases = [
        (vec![said("Зд"), Piece::Pause(Duration::from_millis(50)), Piece::Break], "vendor_error"),
        (vec![said("Зд"), event(&vendor_s_error), said("!"), event("[DONE]")], "vendor_error"),
        (vec![said("Зд")], "vendor_error"),
        (vec![said("Зд"), event("{\"choices\": [{"), event("[DONE]")], "vendor_error"),
        (vec![said("Зд"), Piece::Bytes("data: {\"choi".into())], "vendor_error"),
        (vec![said("Зд"), Piece::Pause(Duration::from_secs(3)), event("[DONE]")], "vendor_timeout"),
    ];
    let scripts =
        cases.iter().flat_map(|(pieces, _)| [Script::pieces(pieces.clone()), Script::pieces(pieces.clone())]);
    in_turn(&app, scripts.collect());
    let body = asking(&format!("Я {PERSON}"));
    let twice = || ["chunks", "helper"].map(|operation| json!({ "operation": operation, "body": body }));
    let operations = cases.iter().flat_map(|_| twice()).collect();
    let errors = Caller::new(&app, client).errors(operations).await;
    for (error, code) in errors.iter().zip(cases.iter().flat_map(|(_, code)| [code, code])) {
        assert_eq!((&error["class"], &error["code"]), (&json!("APIError"), &json!(code)), "{error}");
        assert_eq!(error["body"]["code"], *code);
        assert!(!error.to_string().contains("Ахметова"), "{error}");
        let outcome = app.outcome(error["body"]["darbaza"]["receipt"].as_str().unwrap()).await;
        assert_eq!((outcome.outcome, outcome.code.unwrap().as_str()), (Outcome::VendorFailed, *code));
    }
    assert_eq!(app.abroad.received().len(), errors.len(), "nothing is asked again after a byte was given");
}

async fn a_busy_gate_is_asked_again(client: OfficialClient) {
    let app = TestApp::with().limits(|limits| limits.concurrent_requests = 1).start().await;
    app.abroad.respond(|request| {
        Said::Text(request.last_content()).script(request, 5).after(Duration::from_millis(300))
    });
    let bodies = [asking("Первый"), asking("Второй")];
    let answers = Caller::new(&app, client).value(json!({ "operation": "together", "bodies": bodies })).await;
    assert_eq!(answers, json!(["Первый", "Второй"]));
}
