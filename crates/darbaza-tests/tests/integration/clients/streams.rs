//! Streamed completions, chunk by chunk.

use std::time::{Duration, Instant};

use darbaza_store::Outcome;
use darbaza_tests::{OfficialClient, Piece, Script, TestApp};
use serde_json::{Value, json};

use super::model::{self, Said, chunk, pieces};
use super::{Caller, FORBIDDEN, IIN, PERSON, PHONE, asking};

with_both_clients! {
    chunks_keep_their_order_and_the_usage_comes_last,
    interleaved_answers_are_each_restored,
    the_helper_puts_the_answer_together,
    a_long_answer_flows_on,
    streams_of_every_manner_are_read,
}

fn prompt() -> String {
    format!("Я {PERSON}, ИИН {IIN}, телефон {PHONE}.")
}

/// The texts of one choice, in the order of the chunks.
fn texts(chunks: &Value, choice: u64) -> String {
    let of_chunk = |chunk: &Value| {
        let choices = chunk["choices"].as_array().unwrap().clone();
        let own = choices.into_iter().find(|c| c["index"] == choice);
        own.and_then(|c| c["delta"]["content"].as_str().map(str::to_owned)).unwrap_or_default()
    };
    chunks.as_array().unwrap().iter().map(of_chunk).collect()
}

async fn chunks_keep_their_order_and_the_usage_comes_last(client: OfficialClient) {
    let app = TestApp::start().await;
    app.abroad.respond(|request| {
        assert_eq!(request.json()["stream_options"]["include_usage"], true);
        let mut events = vec![chunk(0, json!({ "role": "assistant", "content": "" }), None)];
        let text = request.last_content();
        events.extend(pieces(&text, 4).into_iter().map(|piece| chunk(0, json!({ "content": piece }), None)));
        events.push(chunk(0, json!({}), Some("stop")));
        events.push(
            json!({
                "id": "chatcmpl-7", "object": "chat.completion.chunk", "created": 7, "model": "scripted",
                "choices": [], "usage": { "prompt_tokens": 11, "completion_tokens": 31, "total_tokens": 42 }
            })
            .to_string(),
        );
        events.push("[DONE]".to_owned());
        Script::events(events)
    });
    let mut body = asking(&prompt());
    body["stream_options"] = json!({ "include_usage": true });
    let value = Caller::new(&app, client).value(json!({ "operation": "chunks", "body": body })).await;

    let chunks = value["chunks"].as_array().unwrap();
    assert_eq!(texts(&value["chunks"], 0), prompt());
    assert_eq!(chunks[0]["choices"][0]["delta"]["role"], "assistant");
    assert!(chunks.iter().all(|chunk| chunk["id"] == "chatcmpl-7" && chunk["model"] == "scripted"));
    let (usage, rest) = chunks.split_last().unwrap();
    assert_eq!((&usage["choices"], &usage["usage"]["total_tokens"]), (&json!([]), &json!(42)));
    assert!(rest.iter().all(|chunk| chunk["usage"].is_null()));
    let (finish, rest) = rest.split_last().unwrap();
    assert_eq!(finish["choices"][0]["finish_reason"], "stop");
    assert!(rest.iter().all(|chunk| chunk["choices"][0]["finish_reason"].is_null()));
    let sent = pieces(&app.abroad.last().last_content(), 4).len() + 3;
    assert_eq!(chunks.len(), sent, "one chunk for each of the vendor's");
    app.abroad.assert_never_saw(FORBIDDEN);
    let outcome = app.outcome(value["headers"]["darbaza-receipt"].as_str().unwrap()).await;
    assert_eq!(outcome.usage.unwrap().completion, 31);
}

async fn interleaved_answers_are_each_restored(client: OfficialClient) {
    let app = TestApp::start().await;
    app.abroad.respond(|request| {
        let (person, iin) = (model::token(request, "PERSON"), model::token(request, "IIN"));
        let told = [format!("{person}, ждите звонка"), format!("ИИН {iin} и {person}")];
        let mut sides = told.map(|text| pieces(&text, 3).into_iter());
        let mut events = Vec::new();
        loop {
            let both: Vec<Option<String>> = sides.iter_mut().map(Iterator::next).collect();
            if both.iter().all(Option::is_none) {
                break;
            }
            for (choice, piece) in (0..).zip(both) {
                events.extend(piece.map(|piece| chunk(choice, json!({ "content": piece }), None)));
            }
        }
        events.push(chunk(1, json!({}), Some("stop")));
        events.push(chunk(0, json!({}), Some("length")));
        events.push("[DONE]".to_owned());
        Script::events(events)
    });
    let mut body = asking(&prompt());
    body["n"] = json!(2);
    let value = Caller::new(&app, client).value(json!({ "operation": "chunks", "body": body })).await;
    assert_eq!(texts(&value["chunks"], 0), format!("{PERSON}, ждите звонка"));
    assert_eq!(texts(&value["chunks"], 1), format!("ИИН {IIN} и {PERSON}"));
}

async fn the_helper_puts_the_answer_together(client: OfficialClient) {
    let app = TestApp::start().await;
    for piece in [1, 7] {
        app.abroad.respond(move |request| Said::Text(request.last_content()).script(request, piece));
        let operation = json!({ "operation": "helper", "body": asking(&prompt()) });
        let value = Caller::new(&app, client).value(operation).await;
        let choice = &value["completion"]["choices"][0];
        assert_eq!(
            (&choice["message"]["content"], &choice["finish_reason"]),
            (&json!(prompt()), &json!("stop"))
        );
        let deltas = value["deltas"].as_array().unwrap().iter().map(|delta| delta.as_str().unwrap());
        assert_eq!(deltas.collect::<String>(), prompt());
    }
    app.abroad.assert_never_saw(FORBIDDEN);
}

async fn a_long_answer_flows_on(client: OfficialClient) {
    const TIMES: usize = 250;
    let app = TestApp::start().await;
    app.abroad.respond(|request| {
        let text = format!("Пункт: {} — всё верно.\n", request.last_content());
        Said::Text(text.repeat(TIMES)).script(request, 6)
    });
    let started = Instant::now();
    let value =
        Caller::new(&app, client).value(json!({ "operation": "chunks", "body": asking(&prompt()) })).await;
    assert!(value["chunks"].as_array().unwrap().len() > 3_000);
    assert_eq!(texts(&value["chunks"], 0), format!("Пункт: {} — всё верно.\n", prompt()).repeat(TIMES));
    assert!(started.elapsed() < Duration::from_secs(30), "{:?}", started.elapsed());
    let outcome = app.outcome(value["headers"]["darbaza-receipt"].as_str().unwrap()).await;
    assert_eq!(outcome.restored.to_string(), format!("PERSON={TIMES}, IIN={TIMES}, PHONE={TIMES}"));
}

/// Vendors differ: line ends, comments, names of events, escapes of every letter, lines of data cut
/// in two, and pieces that end in the middle of a letter. No `id` or `retry`: the Python client
/// cannot read an event without data behind one, whoever sends it.
async fn streams_of_every_manner_are_read(client: OfficialClient) {
    let app = TestApp::start().await;
    app.abroad.respond(|request| {
        let [person, iin, phone] = ["PERSON", "IIN", "PHONE"].map(|category| model::token(request, category));
        let event = |text: &str| chunk(0, json!({ "content": text }), None);
        let escape =
            |text: &str| text.encode_utf16().map(|unit| format!("\\u{unit:04X}")).collect::<String>();
        let escaped = event("@").replace('@', &escape(&format!("🙂 {person}!")));
        let two_lines = event(&format!(" ИИН {iin}")).replacen("\"choices\"", "\ndata:\"choices\"", 1);
        let stream = [
            format!(": ping\r\n\r\nevent: message\r\ndata: {}\r\n\r\n", event("Сәлем, ")),
            format!("data:{escaped}\n\n:\n\ndata: {two_lines}\n\n"),
            format!("data: {}\r\rdata: {}\n\n", event(&phone[..7]), event(&phone[7..])),
            format!("data: {}\n\ndata: [DONE]\r\n\r\n", chunk(0, json!({}), Some("stop"))),
        ];
        let bytes = stream.concat().into_bytes();
        Script::pieces(bytes.chunks(3).map(|piece| Piece::Bytes(piece.to_vec().into())).collect())
    });
    let operation = json!({ "operation": "chunks", "body": asking(&prompt()) });
    let value = Caller::new(&app, client).value(operation).await;
    assert_eq!(texts(&value["chunks"], 0), format!("Сәлем, 🙂 {PERSON}! ИИН {IIN}{PHONE}"));
    let outcome = app.outcome(value["headers"]["darbaza-receipt"].as_str().unwrap()).await;
    assert_eq!(outcome.outcome, Outcome::Answered);
}
