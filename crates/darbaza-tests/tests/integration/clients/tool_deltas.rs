//! The arguments of a streamed call, cut at every place.

use std::sync::atomic::{AtomicUsize, Ordering};

use darbaza_tests::{OfficialClient, Received, Script, TestApp};
use serde_json::{Value, json};

use super::model::{self, chunk};
use super::{Caller, FORBIDDEN, IIN, PERSON, PHONE};

with_both_clients! {
    arguments_are_restored_wherever_they_are_cut,
}

/// Arguments with a token alone, in text, and with escapes inside and beside it.
fn arguments(request: &Received) -> String {
    let (person, iin) = (model::token(request, "PERSON"), model::token(request, "IIN"));
    let phone = model::token(request, "PHONE").replace('[', "\\u005B");
    format!(r#"{{"who":"{person}","text":"\"{iin}\"\n{phone}\\","n":[1.5,"{iin}"]}}"#)
}

fn call(delta: Value) -> Value {
    json!({ "tool_calls": [delta] })
}

async fn arguments_are_restored_wherever_they_are_cut(client: OfficialClient) {
    let app = TestApp::start().await;
    let requests = AtomicUsize::new(0);
    app.abroad.respond(move |request| {
        let cut = requests.fetch_add(1, Ordering::SeqCst);
        let letters: Vec<char> = arguments(request).chars().collect();
        let (left, right) = letters.split_at(cut.min(letters.len()));
        let part = |letters: &[char]| {
            let text: String = letters.iter().collect();
            chunk(0, call(json!({ "index": 0, "function": { "arguments": text } })), None)
        };
        let mut first = call(json!({
            "index": 0, "id": "call_1", "type": "function", "function": { "name": "write", "arguments": "" }
        }));
        first["role"] = json!("assistant");
        Script::events([
            chunk(0, first, None),
            part(left),
            part(right),
            chunk(0, json!({}), Some("tool_calls")),
            "[DONE]".to_owned(),
        ])
    });
    let body = json!({
        "model": "m",
        "messages": [{ "role": "user", "content": format!("Я {PERSON}, ИИН {IIN}, телефон {PHONE}") }],
        "tools": [{ "type": "function", "function": { "name": "write", "parameters": { "type": "object" } } }],
    });
    let helper = json!({ "operation": "helper", "body": body });
    // The first one tells how long the arguments are: cut at zero, then once at each place.
    let caller = Caller::new(&app, client);
    let first = caller.value(helper.clone()).await;
    let places = arguments(&app.abroad.last()).chars().count();
    let values = caller.values(vec![helper; places]).await;

    let expected = json!({ "who": PERSON, "text": format!("\"{IIN}\"\n{PHONE}\\"), "n": [1.5, IIN] });
    for (cut, value) in std::iter::once(&first).chain(&values).enumerate() {
        let called = &value["called"][0];
        let read: Value = serde_json::from_str(called["arguments"].as_str().unwrap()).unwrap();
        assert_eq!((read, &called["name"]), (expected.clone(), &json!("write")), "cut at {cut}");
    }
    app.abroad.assert_never_saw(FORBIDDEN);
}
