//! Keys that open nothing.

use darbaza::KeyRequest;
use darbaza_gateway::Clock;
use darbaza_store::LedgerReader;
use darbaza_store_sqlite::SqliteLedgerReader;
use darbaza_tests::{Call, TestApp};
use http::Method;
use serde_json::{Value, json};

use super::assert_error;

fn body() -> Value {
    json!({ "model": "m", "messages": [{ "role": "user", "content": "Сәлем" }] })
}

fn call(app: &TestApp) -> Call {
    app.call(Method::POST, "/v1/chat/completions").json(&body())
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_no_key_learns_nothing_and_is_counted_only() {
    let app = TestApp::start().await;
    let (key, other) = (app.key("support-chat").to_owned(), app.key("staff-desk").to_owned());
    let bearer = |key: &str| format!("Bearer {key}");
    let injection = "' OR 1=1; DROP TABLE keys; --";
    let nobody: Vec<Vec<(&str, String)>> = vec![
        vec![],
        vec![("authorization", String::new())],
        vec![("authorization", "Bearer".into())],
        vec![("authorization", "Bearer ".into())],
        vec![("authorization", key.clone())],
        vec![("authorization", format!("Basic {key}"))],
        vec![("authorization", bearer(&key.to_uppercase()))],
        vec![("authorization", bearer(&key[..key.len() - 1]))],
        vec![("authorization", format!("Bearer {key} {key}"))],
        vec![("authorization", bearer(injection))],
        vec![("authorization", bearer("Қазақша"))],
        vec![("x-api-key", injection.into())],
        vec![("x-api-key", String::new())],
        vec![("x-api-key", "x".repeat(8000))],
        vec![("authorization", bearer(&key)), ("x-api-key", other.clone())],
        vec![("authorization", bearer(&key)), ("x-api-key", "x".into())],
        vec![("authorization", bearer(&key)), ("authorization", bearer(&other))],
        vec![("authorization", "Basic azE=".into()), ("x-api-key", key.clone())],
        vec![("x-api-key", key.clone()), ("x-api-key", other)],
    ];
    let (count, before) = (nobody.len(), app.leaves().len());
    for headers in nobody {
        let call = headers.iter().fold(call(&app), |call, (name, value)| call.header(name, value));
        assert_error(&app, &format!("{headers:?}"), &call.send().await, 401, "key_invalid");
    }
    for path in ["/", "/v1/models", "/v1/embeddings", "/darbaza/v1/detect"] {
        let answer = app.call(Method::GET, path).send().await;
        assert_error(&app, path, &answer, 401, "key_invalid");
    }
    assert_eq!(app.leaves().len(), before, "nobody without a key fills the ledger");
    let same = call(&app).key(&key).header("x-api-key", &key).send().await;
    assert_eq!(same.status, 200);
    let lower = call(&app).header("authorization", format!("bearer {key}")).send().await;
    assert_eq!(lower.status, 200);

    let folder = app.stop().await;
    let reader = SqliteLedgerReader::open(&folder.path().join("data")).unwrap();
    let leaves = reader.leaves(0, 1000).unwrap();
    let leaves: Vec<Value> = leaves.iter().map(|leaf| serde_json::from_slice(&leaf.bytes).unwrap()).collect();
    let refused: u64 =
        leaves.iter().filter(|l| l["kind"] == "refused_keys").map(|l| l["count"].as_u64().unwrap()).sum();
    assert_eq!(refused, count as u64 + 4);
}

fn in_2030() -> jiff::Timestamp {
    "2030-01-01T00:00:00Z".parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_expired_or_was_revoked_opens_nothing() {
    let app = TestApp::with().clock(Clock::new(in_2030)).register(|r| r.replace("2027-12-31", "2031-12-31"));
    let app = app.start().await;
    let until = |day: &str| KeyRequest {
        expires: Some(day.parse().unwrap()),
        ..KeyRequest::new("support-chat".parse().unwrap(), "tests")
    };
    let (past, future) = (app.issue(&until("2029-12-30")), app.issue(&until("2030-06-30")));
    assert_error(&app, "expired", &call(&app).key(&past).send().await, 401, "key_invalid");
    assert_eq!(call(&app).key(&future).send().await.status, 200);

    let app = TestApp::start().await;
    assert!(app.server().revoke_keys(&"support-chat".parse().unwrap()).unwrap() >= 1);
    let answer = call(&app).key(app.key("support-chat")).send().await;
    assert_error(&app, "revoked", &answer, 401, "key_invalid");
}
