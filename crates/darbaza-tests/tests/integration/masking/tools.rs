//! Tools, schemas and log-probabilities.

use darbaza_tests::{Script, TestApp};
use serde_json::{Value, json};

const IIN: &str = "920417499926";
const PERSON: &str = "Ахметова Гульнара Сериковна";

fn request() -> Value {
    json!({
        "model": "m",
        "messages": [{ "role": "user", "content": format!("Найди {PERSON}, ИИН {IIN}") }],
        "tools": [{ "type": "function", "function": { "name": format!("find_{IIN}"), "strict": true, "parameters": {
            "type": "object", "additionalProperties": false, "required": ["iin", "born"],
            "properties": {
                "iin": { "type": "string", "pattern": "^[0-9]{12}$", "minLength": 12, "maxLength": 12 },
                "born": { "type": "integer", "minimum": 1900 },
                "who": { "enum": [PERSON, "никто"] }
            }
        } } }]
    })
}

/// A vendor that calls the tool that it was offered with the tokens that it saw.
fn call(request: &Value) -> (String, String) {
    let function = &request["tools"][0]["function"];
    let text = request["messages"][0]["content"].as_str().unwrap();
    let token = text.split("ИИН ").nth(1).unwrap();
    let who = function["parameters"]["properties"]["who"]["enum"][0].clone();
    let arguments =
        json!({ "iin": token, "born": 1992, "who": who, "url": format!("https://x.example/{token}") });
    (function["name"].as_str().unwrap().to_owned(), arguments.to_string())
}

#[track_caller]
fn assert_called(call: &Value) {
    assert_eq!(call["function"]["name"], format!("find_{IIN}"));
    let arguments: Value = serde_json::from_str(call["function"]["arguments"].as_str().unwrap()).unwrap();
    assert_eq!(arguments["iin"], IIN);
    assert_eq!((&arguments["born"], &arguments["who"]), (&json!(1992), &json!(PERSON)));
    assert!(!arguments["url"].as_str().unwrap().contains(IIN), "a program would send it on");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tool_is_called_by_its_own_name_with_values_that_its_schema_knows() {
    let app = TestApp::start().await;
    app.abroad.respond(|received| {
        let (name, arguments) = call(&received.json());
        Script::message(json!({ "role": "assistant", "content": null, "tool_calls": [
            { "id": "call_1", "type": "function", "function": { "name": name, "arguments": arguments } }] }))
    });
    let answer = app.chat("support-chat", &request()).send().await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_called(&answer.json()["choices"][0]["message"]["tool_calls"][0]);
    app.abroad.assert_never_saw(&[IIN, PERSON]);

    let properties = app.abroad.last().json()["tools"][0]["function"]["parameters"]["properties"].clone();
    assert_eq!(properties["iin"], json!({ "type": "string" }), "a token would not match");
    assert_eq!(properties["born"], json!({ "type": ["integer", "string"], "minimum": 1900 }));
    assert_eq!(properties["who"]["enum"][1], "никто");
    assert_eq!(app.decision(&answer).adjusted, ["schema_widened"]);

    // Where nothing is masked, the schema is the client's.
    let mut plain = request();
    plain["messages"][0]["content"] = json!("Сәлем, ИИН ?");
    plain["tools"][0]["function"]["name"] = json!("find");
    plain["tools"][0]["function"]["parameters"]["properties"]["who"] = json!({ "enum": ["кто-то", "никто"] });
    let answer = app.chat("support-chat", &plain).send().await;
    assert_eq!(app.abroad.last().json()["tools"], plain["tools"]);
    assert!(app.decision(&answer).adjusted.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_streams_is_restored_and_its_name_comes_before_its_arguments() {
    let app = TestApp::start().await;
    for (pieces, with_arguments) in [(1, true), (1, false), (3, false), (7, false)] {
        app.abroad.respond(move |received| {
            let (name, arguments) = call(&received.json());
            let delta = |call: Value| {
                json!({ "id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [
                    { "index": 0, "delta": { "tool_calls": [call] }, "finish_reason": null }] })
                .to_string()
            };
            let cut = |text: &str, pieces: usize| -> Vec<String> {
                let letters: Vec<char> = text.chars().collect();
                letters.chunks(letters.len().div_ceil(pieces)).map(|piece| piece.iter().collect()).collect()
            };
            let mut events: Vec<String> = Vec::new();
            for (at, piece) in cut(&name, pieces).iter().enumerate() {
                let mut function = json!({ "name": piece });
                if with_arguments {
                    function["arguments"] = json!("");
                }
                events.push(delta(if at == 0 {
                    json!({ "index": 0, "id": "call_1", "type": "function", "function": function })
                } else {
                    json!({ "index": 0, "function": function })
                }));
            }
            events.extend(
                cut(&arguments, 40)
                    .iter()
                    .map(|piece| delta(json!({ "index": 0, "function": { "arguments": piece } }))),
            );
            let finish =
                json!({ "id": "c", "choices": [{ "index": 0, "delta": {}, "finish_reason": "tool_calls" }] });
            events.extend([finish.to_string(), "[DONE]".to_owned()]);
            Script::events(events)
        });
        let mut body = request();
        body["stream"] = json!(true);
        let answer = app.chat("support-chat", &body).send().await;
        let mut call = json!({ "function": { "name": "", "arguments": "" } });
        for event in answer.events().iter().filter(|event| *event != "[DONE]") {
            let chunk: Value = serde_json::from_str(event).unwrap();
            for delta in chunk["choices"][0]["delta"]["tool_calls"].as_array().into_iter().flatten() {
                if let Some(name) = delta["function"]["name"].as_str() {
                    assert!(
                        call["function"]["arguments"] == "",
                        "the name is whole before the arguments begin"
                    );
                    call["function"]["name"] =
                        json!(call["function"]["name"].as_str().unwrap().to_owned() + name);
                }
                if let Some(piece) = delta["function"]["arguments"].as_str() {
                    call["function"]["arguments"] =
                        json!(call["function"]["arguments"].as_str().unwrap().to_owned() + piece);
                }
            }
        }
        assert_called(&call);
        assert_eq!(answer.events().last().unwrap(), "[DONE]");
    }
    app.abroad.assert_never_saw(&[IIN, PERSON]);
}

#[tokio::test(flavor = "multi_thread")]
async fn log_probabilities_go_only_where_something_was_masked() {
    let app = TestApp::start().await;
    let logprobs =
        json!({ "content": [{ "token": "[PER", "logprob": -0.1, "bytes": null, "top_logprobs": [] }] });
    for stream in [false, true] {
        for (text, kept) in [("Сәлем", true), (PERSON, false)] {
            let logprobs = logprobs.clone();
            app.abroad.respond(move |received| {
                let content = received.last_content();
                if stream {
                    let chunk = json!({ "id": "c", "choices": [
                        { "index": 0, "delta": { "content": content }, "logprobs": logprobs, "finish_reason": "stop" }] });
                    Script::events([chunk.to_string(), "[DONE]".to_owned()])
                } else {
                    let body = json!({ "id": "c", "choices": [{ "index": 0, "logprobs": logprobs, "finish_reason": "stop",
                        "message": { "role": "assistant", "content": content } }] });
                    Script::body(200, "application/json", body.to_string())
                }
            });
            let body = json!({ "model": "m", "stream": stream, "logprobs": true, "top_logprobs": 2,
                "messages": [{ "role": "user", "content": text }] });
            let answer = app.chat("support-chat", &body).send().await;
            assert_eq!(answer.status, 200);
            assert_eq!(answer.text().contains("logprob\":-0.1"), kept, "{}", answer.text());
            assert!(answer.text().contains(text));
            let adjusted = app.decision(&answer).adjusted;
            assert_eq!(adjusted.is_empty(), kept);
            assert!(kept || adjusted == ["logprobs_dropped"]);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn json_that_the_model_writes_stays_json() {
    let app = TestApp::start().await;
    let quoted = "ТОО \"Тест\"; Ахметова Гульнара Сериковна";
    for format in [
        json!({ "type": "json_object" }),
        json!({ "type": "json_schema", "json_schema": { "name": "n", "schema": {} } }),
    ] {
        for stream in [false, true] {
            app.abroad.respond(move |received| {
                let text = json!({ "answer": received.last_content(), "n": [1, 2.50] }).to_string();
                if stream { Script::streamed(&text, 3) } else { Script::text(&text) }
            });
            let body = json!({ "model": "m", "stream": stream, "response_format": format,
                "messages": [{ "role": "user", "content": quoted }] });
            let answer = app.chat("support-chat", &body).send().await;
            let content = if stream { answer.streamed_content() } else { answer.content() };
            assert_eq!(
                serde_json::from_str::<Value>(&content).unwrap(),
                json!({ "answer": quoted, "n": [1, 2.50] })
            );
        }
    }
}
