//! More than the gate can take at once.

use std::time::Duration;

use darbaza_tests::{Answer, Piece, Script, TestApp};
use http::Method;
use serde_json::json;

use super::with;

async fn until_free(app: &TestApp) -> Answer {
    for _ in 0..100 {
        let answer = app.say("support-chat", "Сәлем").await;
        if answer.status != 429 {
            return answer;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the place is never given back");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_keeps_its_place_until_its_end_and_others_are_told_to_come_again() {
    let app = TestApp::with().limits(|limits| limits.concurrent_requests = 1).start().await;
    let chunk = json!({ "choices": [{ "index": 0, "delta": { "content": "Ия" } }] });
    let event = |data: &str| Piece::Bytes(format!("data: {data}\n\n").into());
    let pause = Piece::Pause(Duration::from_millis(300));
    app.abroad.answer(Script::pieces(vec![event(&chunk.to_string()), pause, event("[DONE]")]));
    let body = json!({ "model": "m", "stream": true, "messages": [{ "role": "user", "content": "x" }] });
    for end in ["read", "dropped"] {
        let (status, _, mut pieces) = app.chat("support-chat", &body).open().await;
        assert_eq!(status, 200);
        pieces.next().await.unwrap().unwrap();
        let busy = app.say("support-chat", "Сәлем").await;
        assert_eq!((busy.status.as_u16(), busy.code().as_str()), (429, "limit_reached"));
        assert!(!busy.headers.contains_key("x-should-retry"), "a client may come again");
        assert_eq!(app.call(Method::GET, "/livez").send().await.status, 200, "health is always told");
        if end == "read" {
            while pieces.next().await.is_some() {}
        }
        drop(pieces);
        app.abroad.answer(Script::text("Сәлем"));
        assert_eq!(until_free(&app).await.status, 200, "{end}");
        let pause = Piece::Pause(Duration::from_millis(300));
        app.abroad.answer(Script::pieces(vec![event(&chunk.to_string()), pause, event("[DONE]")]));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn large_bodies_together_have_a_bound() {
    let app = TestApp::with().limits(|limits| limits.body_bytes = 100_000).start().await;
    app.abroad.answer(Script::text("Сәлем").after(Duration::from_millis(700)));
    let large = with(&format!(r#""x":"{}""#, "a ".repeat(49_000)));
    let calls: Vec<_> = (0..40)
        .map(|_| {
            let call = app.call(Method::POST, "/v1/chat/completions").key(app.key("support-chat"));
            tokio::spawn(call.body(large.clone()).send())
        })
        .collect();
    let mut codes = Vec::new();
    for call in calls {
        codes.push(call.await.unwrap().status.as_u16());
    }
    let refused = codes.iter().filter(|code| **code == 429).count();
    assert!(refused >= 1 && codes.iter().all(|code| [200, 429, 504].contains(code)), "{codes:?}");
    app.abroad.answer(Script::text("Сәлем"));
    assert_eq!(until_free(&app).await.status, 200);
}
