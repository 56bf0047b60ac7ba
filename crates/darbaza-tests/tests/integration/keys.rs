//! Keys and the kill switch: what ends what is under way, what is refused, what is kept.

#[path = "keys/commands.rs"]
mod commands;
#[path = "keys/cut_off.rs"]
mod cut_off;
#[path = "keys/limits.rs"]
mod limits;
#[path = "keys/suspension.rs"]
mod suspension;

use std::path::Path;
use std::time::{Duration, Instant};

use bytes::Bytes;
use darbaza_tests::{Call, Piece, Pieces, Ran, Script, TestApp};
use http::Method;
use serde_json::{Value, json};

const PROMPT: &str = "Я Ахметова Гульнара Сериковна";

fn body(stream: bool) -> Value {
    json!({ "model": "m", "stream": stream, "messages": [{ "role": "user", "content": PROMPT }] })
}

/// A chat completion with that key.
fn chat(app: &TestApp, key: &str, stream: bool) -> Call {
    app.call(Method::POST, "/v1/chat/completions").key(key).json(&body(stream))
}

/// The program with these words and that data folder.
fn run(data: &Path, words: &str) -> Ran {
    let data = data.to_str().expect("UTF-8");
    let words: Vec<&str> = words.split_whitespace().chain(["--data", data]).collect();
    Ran::new(Path::new("."), &words)
}

/// The key that a command told, with its id.
fn told_key(said: &str) -> (String, String) {
    let id = said.lines().find_map(|line| line.strip_prefix("key id ")).expect("an id");
    (id.to_owned(), said.lines().last().expect("a key").to_owned())
}

/// A stream that goes on for six seconds.
fn slow_stream() -> Script {
    let event = |text: &str| {
        let chunk = json!({ "id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m",
            "choices": [{ "index": 0, "delta": { "content": text }, "finish_reason": null }] });
        Piece::Bytes(Bytes::from(format!("data: {chunk}\n\n")))
    };
    let pause = || Piece::Pause(Duration::from_millis(300));
    let end = Piece::Bytes("data: [DONE]\n\n".into());
    let slowly = (0..20).flat_map(|_| [event("сәлем "), pause()]);
    Script::pieces(slowly.chain([end]).collect())
}

/// Reads a stream to its end: its text, and when it ended.
async fn rest(mut stream: Pieces) -> (String, Instant) {
    let mut text = Vec::new();
    while let Some(piece) = stream.next().await {
        text.extend_from_slice(&piece.expect("the stream ends in order"));
    }
    (String::from_utf8(text).expect("UTF-8"), Instant::now())
}

/// Fails where a stream did not end with that error and without `[DONE]`.
fn ends_with(text: &str, code: &str) {
    let last = text.trim_end().rsplit("data: ").next().expect("an event");
    let error: Value = serde_json::from_str(last).unwrap_or_else(|_| panic!("an error, not {last}"));
    assert_eq!(error["error"]["code"], code, "{text}");
    assert!(!text.contains("[DONE]"), "{text}");
}
