//! Clients that hang up.

use std::time::Duration;

use darbaza_store::Outcome;
use darbaza_tests::{Piece, Script, TestApp};
use serde_json::json;

use super::{PERSON, content, event};

async fn wait_for(what: &str, mut done: impl FnMut() -> bool) {
    for _ in 0..100 {
        if done() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("{what} did not happen");
}

#[tokio::test(flavor = "multi_thread")]
async fn hanging_up_in_a_stream_cancels_the_vendor_and_the_record_says_so() {
    let app = TestApp::start().await;
    let pause = || Piece::Pause(Duration::from_millis(300));
    let mut pieces = vec![event(&content("Сәлем"))];
    (0..20).for_each(|_| pieces.extend([pause(), event(&content("!"))]));
    app.abroad.answer(Script::pieces(pieces));
    let body = json!({ "model": "m", "stream": true, "messages": [{ "role": "user", "content": PERSON }] });
    let (_, headers, mut answer) = app.chat("support-chat", &body).open().await;
    answer.next().await.unwrap().unwrap();
    drop(answer);
    wait_for("the vendor's call ends", || app.abroad.cancelled() == 1).await;
    let outcome = app.outcome(headers["darbaza-receipt"].to_str().unwrap()).await;
    assert_eq!((outcome.outcome, outcome.code), (Outcome::ClientGone, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn hanging_up_while_the_vendor_works_cancels_it_too() {
    let app = TestApp::start().await;
    for stream in [false, true] {
        let before = app.abroad.cancelled();
        app.abroad.answer(Script::text("Сәлем").after(Duration::from_millis(850)));
        let body =
            json!({ "model": "m", "stream": stream, "messages": [{ "role": "user", "content": PERSON }] });
        let call = app.chat("support-chat", &body).send();
        assert!(tokio::time::timeout(Duration::from_millis(200), call).await.is_err());
        wait_for("the vendor's call ends", || app.abroad.cancelled() > before).await;
        let decision = app.leaves().into_iter().rfind(|l| l["kind"] == "decision").unwrap();
        let outcome = app.outcome(decision["receipt"].as_str().unwrap()).await;
        assert_eq!(outcome.outcome, Outcome::ClientGone);
    }
}
