//! Tools that the register calls `masked`: their arguments keep the tokens.

use darbaza_tests::{Script, TestApp};
use serde_json::{Value, json};

const IIN: &str = "920417499926";

/// The sample, in which messages are sent by somebody else.
fn register(sample: &str) -> String {
    let models = "    models: { any: meridian-chat }\n";
    let edited = sample.replacen(
        models,
        &format!("{models}    tools: {{ send_sms: masked, look_up: restored }}\n"),
        1,
    );
    assert_ne!(edited, sample);
    edited
}

fn request(stream: bool) -> Value {
    let tool = |name: &str| json!({ "type": "function", "function": { "name": name, "parameters": { "type": "object" } } });
    json!({
        "model": "m", "stream": stream, "tools": [tool("look_up"), tool("send_sms"), tool("count")],
        "messages": [{ "role": "user", "content": format!("ИИН {IIN}") }]
    })
}

/// Name and arguments of every call: in the newer form, and in the older one in the second choice.
fn calls(token: &str) -> Vec<(u64, &'static str, String)> {
    let arguments = |n: u64| json!({ "n": n, "iin": token }).to_string();
    vec![
        (0, "look_up", arguments(0)),
        (0, "send_sms", arguments(1)),
        (0, "count", arguments(2)),
        (1, "send_sms", arguments(3)),
        (2, "look_up", arguments(4)),
    ]
}

fn whole(token: &str) -> Script {
    let mut choices: Vec<Value> = (0..3).map(|index| json!({ "index": index, "finish_reason": "tool_calls", "message": { "role": "assistant", "content": null } })).collect();
    let mut newer = Vec::new();
    for (choice, name, arguments) in calls(token) {
        let function = json!({ "name": name, "arguments": arguments });
        match choice {
            0 => {
                newer.push(json!({ "id": format!("call_{name}"), "type": "function", "function": function }))
            }
            other => choices[usize::try_from(other).unwrap()]["message"]["function_call"] = function,
        }
    }
    choices[0]["message"]["tool_calls"] = json!(newer);
    Script::body(200, "application/json", json!({ "id": "c", "choices": choices }).to_string())
}

/// The same as a stream in which the calls come piece by piece in turn; without names at first where
/// that is asked for.
fn streamed(token: &str, late_names: bool) -> Script {
    let delta = |choice: u64, at: usize, function: Value| {
        let delta = match choice {
            0 => json!({ "tool_calls": [{ "index": at, "function": function }] }),
            _ => json!({ "function_call": function }),
        };
        json!({ "id": "c", "object": "chat.completion.chunk", "choices": [{ "index": choice, "delta": delta, "finish_reason": null }] }).to_string()
    };
    let calls = calls(token);
    let names: Vec<String> = calls
        .iter()
        .enumerate()
        .map(|(at, (choice, name, _))| delta(*choice, at, json!({ "name": name, "arguments": "" })))
        .collect();
    let letters: Vec<Vec<char>> = calls.iter().map(|(.., arguments)| arguments.chars().collect()).collect();
    let pieces = (0..letters.iter().map(Vec::len).max().unwrap()).step_by(3).flat_map(|from| {
        let pieces = letters.iter().enumerate().filter(move |(_, letters)| from < letters.len());
        pieces.map(move |(at, letters)| {
            (at, letters[from..letters.len().min(from + 3)].iter().collect::<String>())
        })
    });
    let pieces: Vec<String> =
        pieces.map(|(at, piece)| delta(calls[at].0, at, json!({ "arguments": piece }))).collect();
    let ends = (0..3).map(|choice| {
        json!({ "id": "c", "choices": [{ "index": choice, "delta": {}, "finish_reason": "tool_calls" }] })
            .to_string()
    });
    let parts = if late_names { [pieces, names] } else { [names, pieces] };
    Script::events(parts.concat().into_iter().chain(ends).chain(["[DONE]".to_owned()]))
}

/// Names and arguments as a client joins them, by choice and call.
fn read(messages: impl Iterator<Item = Value>) -> Vec<(String, String)> {
    let mut calls = vec![(String::new(), String::new()); 5];
    for body in messages {
        for choice in body["choices"].as_array().unwrap() {
            let number = choice["index"].as_u64().unwrap();
            let message = choice.get("message").unwrap_or(&choice["delta"]);
            let newer = message["tool_calls"].as_array().into_iter().flatten().enumerate();
            let newer = newer.map(|(at, call)| {
                (
                    call["index"].as_u64().map_or(at, |index| usize::try_from(index).unwrap()),
                    &call["function"],
                )
            });
            let older = message.get("function_call").map(|call| (usize::try_from(number).unwrap() + 2, call));
            for (at, function) in newer.chain(older) {
                calls[at].0.push_str(function["name"].as_str().unwrap_or_default());
                calls[at].1.push_str(function["arguments"].as_str().unwrap_or_default());
            }
        }
    }
    calls
}

#[tokio::test(flavor = "multi_thread")]
async fn arguments_of_a_masked_tool_keep_their_tokens_and_are_not_counted() {
    let app = TestApp::with().register(register).start().await;
    for (stream, late_names) in [(false, false), (true, false), (true, true)] {
        app.abroad.respond(move |received| {
            let content = received.last_content();
            let token = content.strip_prefix("ИИН ").unwrap();
            if stream { streamed(token, late_names) } else { whole(token) }
        });
        let answer = app.chat("support-chat", &request(stream)).send().await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let content = app.abroad.last().last_content();
        let token = content.strip_prefix("ИИН ").unwrap();
        let told = if stream {
            let events = answer.events();
            assert_eq!(events.last().unwrap(), "[DONE]", "{}", answer.text());
            read(
                events
                    .iter()
                    .filter(|event| *event != "[DONE]")
                    .map(|event| serde_json::from_str(event).unwrap()),
            )
        } else {
            read(std::iter::once(answer.json()))
        };
        for ((name, arguments), (_, called, sent)) in told.into_iter().zip(calls(token)) {
            let expected = if called == "send_sms" { sent } else { sent.replace(token, IIN) };
            assert_eq!((name.as_str(), arguments), (called, expected), "stream {stream}, late {late_names}");
        }
        let outcome = app.outcome(answer.header("darbaza-receipt")).await;
        assert_eq!(outcome.restored.to_string(), "IIN=3", "what stayed masked is not counted");
    }
    app.abroad.assert_never_saw(&[IIN]);

    // Another system has no such tool.
    app.abroad.respond(|received| whole(received.last_content().strip_prefix("ИИН ").unwrap()));
    let answer = app.chat("staff-desk", &request(false)).send().await;
    let told = read(std::iter::once(answer.json()));
    assert!(told.iter().all(|(_, arguments)| arguments.contains(IIN)), "{}", answer.text());
}
