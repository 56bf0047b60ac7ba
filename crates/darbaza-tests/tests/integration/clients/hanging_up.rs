//! Clients that go away: the vendor's call ends, and the record says so.

use std::time::Duration;

use darbaza_store::Outcome;
use darbaza_tests::{OfficialClient, Piece, Script, TestApp};
use serde_json::json;

use super::model::{self, chunk};
use super::{Caller, FORBIDDEN, PERSON, asking};

with_both_clients! {
    hanging_up_in_mid_stream_ends_the_vendor_s_call,
    a_client_that_waits_no_longer_ends_the_vendor_s_call,
}

/// Waits for the gate to hang up on the vendor.
async fn cancelled(app: &TestApp) {
    for _ in 0..150 {
        if app.abroad.cancelled() == 1 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the vendor's call was not ended");
}

async fn hanging_up_in_mid_stream_ends_the_vendor_s_call(client: OfficialClient) {
    let app = TestApp::start().await;
    app.abroad.respond(|request| {
        let person = model::token(request, "PERSON");
        let mut pieces = Vec::new();
        for _ in 0..100 {
            let data = chunk(0, json!({ "content": format!("{person}, ") }), None);
            pieces.push(Piece::Bytes(format!("data: {data}\n\n").into()));
            pieces.push(Piece::Pause(Duration::from_millis(100)));
        }
        Script::pieces(pieces)
    });
    let operation =
        json!({ "operation": "chunks", "body": asking(&format!("Я {PERSON}")), "hang_up_after": 3 });
    let value = Caller::new(&app, client).value(operation).await;
    let chunks = value["chunks"].as_array().unwrap();
    assert_eq!(chunks.len(), 3);
    assert_eq!(chunks[1]["choices"][0]["delta"]["content"], format!("{PERSON}, "));
    cancelled(&app).await;
    let outcome = app.outcome(value["headers"]["darbaza-receipt"].as_str().unwrap()).await;
    assert_eq!(outcome.outcome, Outcome::ClientGone);
    app.abroad.assert_never_saw(FORBIDDEN);
}

async fn a_client_that_waits_no_longer_ends_the_vendor_s_call(client: OfficialClient) {
    let app = TestApp::start().await;
    app.abroad.answer(Script::text("поздно").after(Duration::from_millis(850)));
    let settings = json!({ "timeout": 0.3, "max_retries": 0 });
    let caller = Caller::new(&app, client).settings(settings);
    let operation = json!({ "operation": "create", "body": asking(&format!("Я {PERSON}")) });
    let error = &caller.errors(vec![operation]).await[0];
    let class =
        if client == OfficialClient::Python { "APITimeoutError" } else { "APIConnectionTimeoutError" };
    assert_eq!(error["class"], class);
    cancelled(&app).await;
    let decision = app.leaves().into_iter().find(|leaf| leaf["kind"] == "decision").unwrap();
    let outcome = app.outcome(decision["receipt"].as_str().unwrap()).await;
    assert_eq!(outcome.outcome, Outcome::ClientGone);
    assert_eq!(app.abroad.received().len(), 1);
}
