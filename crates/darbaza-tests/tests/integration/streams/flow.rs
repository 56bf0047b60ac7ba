//! What flows through, and what changes on its way.

use darbaza_store::Outcome;
use darbaza_tests::{Piece, Script, TestApp};
use serde_json::{Value, json};

use super::{PERSON, chunk, content, event, of_choice, raw, stream};

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_without_personal_data_goes_on_byte_for_byte() {
    let app = TestApp::start().await;
    let usage =
        r#"{"id":"c","choices":[],"usage":{"prompt_tokens":5,"completion_tokens":7,"total_tokens":12}}"#;
    let whole = [
        ": OPENROUTER PROCESSING\n\n",
        "data: {\"id\" : \"c\", \"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"logprobs\":{\"a\":1}}], \"x\":1.50}\n\n",
        "event: ping\ndata: {\"type\": \"ping\"}\n\n",
        "event: message\nid: 7\nretry: 100\n: note\ndata: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Сәлем, [PERSON_k7f3q9x2]\"}}]}\n\n",
        "data: {\"choices\":[{\"index\":0,\ndata: \"delta\":{}}]}\n\n",
        "\r\n",
        "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}],\"obfuscation\":\"abc\"}\r\n\r\n",
        &format!("data: {usage}\n\n"),
        "data: [DONE]\n\n",
    ]
    .concat();
    for length in [1, 2, 7, 64, 100_000] {
        let pieces = whole.as_bytes().chunks(length).map(|bytes| raw(bytes.to_vec())).collect();
        app.abroad.answer(Script::pieces(pieces));
        let answer = stream(&app, "Сәлем").await;
        assert_eq!(answer.text(), whole, "in pieces of {length}");
        assert_eq!(answer.header("content-type"), "text/event-stream");
        assert_eq!(answer.header("ai-disclosure"), "mode=machine-generated");
        let outcome = app.outcome(answer.header("darbaza-receipt")).await;
        assert_eq!((outcome.outcome, outcome.usage.unwrap().completion), (Outcome::Answered, 7));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_are_restored_at_every_cut_of_bytes_and_code_points() {
    let app = TestApp::start().await;
    let text = format!("{PERSON} — 🙂 {PERSON}!");
    for (ending, first) in [("\n\n", 1), ("\r\n\r\n", 1), ("\n\n", 3), ("\r\n\r\n", 5), ("\r\r", 2)] {
        app.abroad.respond(move |received| {
            let told: Vec<char> = received.last_content().chars().collect();
            let mut bytes = String::new();
            for piece in told.chunks(4) {
                let data = json!({ "choices": [{ "index": 0, "delta": { "content": piece.iter().collect::<String>() } }] });
                bytes.push_str(&format!(": k{ending}data: {data}{ending}"));
            }
            bytes.push_str(&format!("data: {}{ending}data: [DONE]{ending}", chunk(json!({}), Some("stop"))));
            Script::pieces(bytes.as_bytes().chunks(first).map(|bytes| raw(bytes.to_vec())).collect())
        });
        let answer = stream(&app, &text).await;
        let content: String = events(&answer.text()).iter().filter_map(|e| delta(e, 0)).collect();
        assert_eq!(content, text, "{ending:?} {first}");
        assert!(answer.text().ends_with(&format!("data: [DONE]{ending}")), "{:?}", answer.text());
        assert_eq!(answer.text().matches(": k").count(), answer.text().matches("\"content\"").count());
    }
    app.abroad.assert_never_saw(&[PERSON]);
}

/// The data of each event, whatever ends its lines.
fn events(text: &str) -> Vec<String> {
    let lines = text.replace("\r\n", "\n").replace('\r', "\n");
    lines.lines().filter_map(|line| line.strip_prefix("data: ").map(str::to_owned)).collect()
}

fn delta(event: &str, choice: u64) -> Option<String> {
    let chunk: Value = serde_json::from_str(event).ok()?;
    let choices = chunk["choices"].as_array()?.iter().filter(|c| c["index"] == choice);
    Some(choices.filter_map(|c| c["delta"]["content"].as_str()).collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn choices_that_interleave_are_restored_apart() {
    let app = TestApp::start().await;
    app.abroad.respond(|received| {
        let token: Vec<char> = received.last_content().chars().collect();
        let letter = |n: u64, at: usize| of_choice(n, json!({ "content": token[at].to_string() }), None);
        let mut events = Vec::new();
        for at in 0..token.len() {
            events.extend([letter(0, at), letter(1, at)]);
            if at % 2 == 0 {
                events.push(of_choice(2, json!({ "content": "-" }), None));
            }
        }
        // Both ends of one chunk, and one that never ends.
        events.push(
            json!({ "id": "c", "choices": [
                { "index": 1, "delta": { "content": " b" }, "finish_reason": "stop" },
                { "index": 0, "delta": {}, "finish_reason": "length" }] })
            .to_string(),
        );
        events.push("[DONE]".to_owned());
        Script::events(events)
    });
    let body =
        json!({ "model": "m", "stream": true, "n": 3, "messages": [{ "role": "user", "content": PERSON }] });
    let answer = app.chat("support-chat", &body).send().await;
    let of = |n| answer.events().iter().filter_map(|e| delta(e, n)).collect::<String>();
    assert_eq!((of(0).as_str(), of(1).as_str()), (PERSON, format!("{PERSON} b").as_str()));
    assert!(of(2).chars().all(|c| c == '-'));
    assert_eq!(app.outcome(answer.header("darbaza-receipt")).await.restored.to_string(), "PERSON=2");
}

#[tokio::test(flavor = "multi_thread")]
async fn held_back_text_comes_before_the_end_of_its_choice() {
    let app = TestApp::start().await;
    let half = "[PERSON_";
    for (what, pieces) in [
        (
            "with the finish",
            vec![event(&content(half)), event(&chunk(json!({}), Some("stop"))), event("[DONE]")],
        ),
        ("in the finish", vec![event(&chunk(json!({ "content": half }), Some("stop"))), event("[DONE]")]),
        ("without a finish", vec![event(&content(half)), event("[DONE]")]),
        (
            "after the usage",
            vec![event(&content(half)), event(r#"{"choices":[],"usage":{}}"#), event("[DONE]")],
        ),
        ("with an ending of one line feed", vec![event(&content(half)), raw("data: [DONE]\n")]),
        ("with an ending of none", vec![event(&content(half)), raw("data: [DONE]")]),
    ] {
        app.abroad.answer(Script::pieces(pieces));
        let answer = stream(&app, PERSON).await;
        assert_eq!(answer.streamed_content(), half, "{what}: {}", answer.text());
        assert_eq!(answer.events().last().unwrap(), "[DONE]", "{what}");
        let finish = answer.events().iter().position(|e| e.contains("\"stop\""));
        let told = answer.events().iter().rposition(|e| e.contains(half)).unwrap();
        assert!(finish.is_none_or(|finish| told <= finish), "{what}: {}", answer.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_held_back_is_told_at_once() {
    let app = TestApp::start().await;
    app.abroad.answer(Script::pieces(vec![
        event(&content("Сәлем")),
        Piece::Pause(std::time::Duration::from_millis(500)),
        event("[DONE]"),
    ]));
    let body = json!({ "model": "m", "stream": true, "messages": [{ "role": "user", "content": PERSON }] });
    let started = std::time::Instant::now();
    let (status, _, mut pieces) = app.chat("support-chat", &body).open().await;
    let first = pieces.next().await.unwrap().unwrap();
    assert_eq!(status, 200);
    assert!(String::from_utf8_lossy(&first).contains("Сәлем"));
    assert!(started.elapsed().as_millis() < 400, "the first piece waited for the second");
}
