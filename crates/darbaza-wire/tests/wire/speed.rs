//! Speed, with bounds so wide that only a change of the order of growth breaks them.
//!
//! The figures themselves: `cargo test --release -p darbaza-wire speed -- --nocapture`.

use std::hint::black_box;
use std::time::{Duration, Instant};

use darbaza_core::Edit;
use darbaza_wire::chat::{Chunk, Limits, Request};

use crate::support::{decode, read};

fn per_run(name: &str, runs: u32, mut run: impl FnMut()) -> Duration {
    run();
    let start = Instant::now();
    (0..runs).for_each(|_| run());
    let time = start.elapsed() / runs;
    println!("{name}: {time:?}");
    time
}

#[test]
fn requests_and_chunks_take_microseconds() {
    let text = "Клиент Ерлан Мыңжасаров, ЖСН 900101300017, сұрайды: қарызы қанша? ".repeat(12);
    let message = |role: &str, content: &str| serde_json::json!({"role": role, "content": content});
    let body = serde_json::json!({
        "model": "m", "temperature": 0.7, "stream": true, "metadata": {"branch": "12", "desk": "4"},
        "messages": [message("system", "Answer briefly, in Kazakh."), message("user", &text), message("user", "Рақмет")],
    });
    let body = body.to_string();
    assert!((1_500..2_500).contains(&body.len()), "{}", body.len());
    let time = per_run("request of 2 KB, read and written", 2_000, || {
        let request = Request::read(black_box(body.as_bytes()), &Limits::default()).expect("a request");
        black_box(request.texts().len());
        black_box(request.to_bytes());
    });
    assert!(time < Duration::from_millis(10), "{time:?}");

    let data = r#"{"id":"chatcmpl-1","object":"chat.completion.chunk","created":1763000000,"model":"m","service_tier":"default","system_fingerprint":"fp_1","choices":[{"index":0,"delta":{"content":" қарыз"},"logprobs":null,"finish_reason":null}],"usage":null,"obfuscation":"aXkdj2"}"#;
    let stream = format!("data: {data}\n\n");
    let event = decode([stream.as_bytes()]).0.remove(0);
    let time = per_run("chunk, read, changed and written", 5_000, || {
        let mut chunk = Chunk::read(black_box(data)).expect("a chunk");
        chunk.for_each_text(|_, text| text.push('!'));
        black_box(chunk.to_event(&event));
    });
    assert!(time < Duration::from_millis(2), "{time:?}");
    let time = per_run("event, decoded", 5_000, || {
        black_box(decode([black_box(stream.as_bytes())]));
    });
    assert!(time < Duration::from_millis(2), "{time:?}");
}

/// A hostile request costs what its size costs, and no power of it.
#[test]
fn many_parts_with_many_edits_take_linear_time() {
    let part = r#"{"type":"text","text":"a "}"#;
    let parts = vec![part; 60_000].join(",");
    let mut request = read(&format!(r#"{{"model":"m","messages":[{{"role":"user","content":[{parts}]}}]}}"#));
    let id = request.texts()[0].id;
    let edits: Vec<Edit> =
        (0..60_000).map(|at| Edit { range: at * 2..at * 2 + 1, with: "T".to_owned() }).collect();
    let time = per_run("60,000 edits in as many parts", 1, || {
        request.apply(id, &edits).expect("they fit");
        assert!(request.to_bytes().len() > 60_000);
    });
    assert!(time < Duration::from_secs(5), "{time:?}");
}

#[test]
fn hostile_texts_take_linear_time() {
    let mut pyramid = "x".to_owned();
    while pyramid.len() < 400_000 {
        pyramid = serde_json::to_string(&[&pyramid]).expect("JSON");
    }
    let brackets = |inside: &str| "[".repeat(200_000) + inside + &"]".repeat(200_000);
    let texts = [
        pyramid,
        brackets(""),
        brackets("x"),
        "\\".repeat(400_000),
        "\\u".repeat(200_000),
        "\\ud83d".repeat(70_000),
        "\\u0416".repeat(70_000),
    ];
    let start = Instant::now();
    for text in texts {
        let message = serde_json::json!({"role": "user", "content": text});
        let body = serde_json::json!({"model": "m", "messages": [message]}).to_string();
        if let Ok(request) = Request::read(body.as_bytes(), &Limits::default()) {
            assert!(request.to_bytes() == body.as_bytes());
        }
    }
    assert!(start.elapsed() < Duration::from_secs(15), "{:?}", start.elapsed());
}
