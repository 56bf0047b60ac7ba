//! Streams and vendors' failures: what the client is told, and what the record says of it.

#[path = "streams/failures.rs"]
mod failures;
#[path = "streams/flow.rs"]
mod flow;
#[path = "streams/hang_up.rs"]
mod hang_up;

use bytes::Bytes;
use darbaza_tests::{Answer, Piece, TestApp};
use serde_json::{Value, json};

const PERSON: &str = "Ахметова Гульнара Сериковна";

/// A chunk with one choice.
fn chunk(delta: Value, finish: Option<&str>) -> String {
    of_choice(0, delta, finish)
}

fn of_choice(index: u64, delta: Value, finish: Option<&str>) -> String {
    json!({ "id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "scripted",
        "choices": [{ "index": index, "delta": delta, "finish_reason": finish }] })
    .to_string()
}

fn content(text: &str) -> String {
    chunk(json!({ "content": text }), None)
}

fn event(data: &str) -> Piece {
    raw(format!("data: {data}\n\n"))
}

fn raw(bytes: impl Into<Bytes>) -> Piece {
    Piece::Bytes(bytes.into())
}

async fn stream(app: &TestApp, text: &str) -> Answer {
    let body = json!({ "model": "m", "stream": true, "messages": [{ "role": "user", "content": text }] });
    app.chat("support-chat", &body).send().await
}
