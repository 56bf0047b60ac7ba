//! One value, in every place that a request has.

use darbaza_tests::{Script, TestApp};
use serde_json::{Value, json};

use super::lines;

const IIN: &str = "920417499926";
const PERSON: &str = "Ахметова Гульнара Сериковна";
const EMAIL: &str = "g.akhmetova@example.kz";
const PHONE: &str = "+7 701 555 00 17";

/// Sends a request and checks that its value is masked on the way and back in the answer. The vendor
/// tells every leaf that it received.
async fn check(app: &TestApp, what: &str, body: Value, value: &str) {
    let answer = app.chat("support-chat", &body).send().await;
    assert_eq!(answer.status, 200, "{what}: {}", answer.text());
    app.abroad.assert_never_saw(&[value]);
    assert_eq!(answer.header("darbaza-decision"), "mask", "{what}");
    assert!(answer.content().contains(value), "{what}: {}", answer.content());
}

async fn telling() -> TestApp {
    let app = TestApp::start().await;
    app.abroad.respond(|request| Script::text(&lines(&request.json())));
    app
}

fn with(key: &str, value: Value) -> Value {
    let mut body = json!({ "model": "m", "messages": [{ "role": "user", "content": "Сәлем" }] });
    body[key] = value;
    body
}

fn message(message: Value) -> Value {
    json!({ "model": "m", "messages": [{ "role": "user", "content": "Сәлем" }, message] })
}

fn tool(function: Value) -> Value {
    with("tools", json!([{ "type": "function", "function": function }]))
}

fn schema(schema: &Value) -> Value {
    tool(json!({ "name": "find", "parameters": schema }))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_message_and_every_field_of_one() {
    let app = telling().await;
    for role in ["system", "developer", "user", "assistant", "tool", "function"] {
        for value in [PERSON, IIN, EMAIL, PHONE] {
            let body = message(
                json!({ "role": role, "content": format!("Клиент: {value}."), "tool_call_id": "c1" }),
            );
            check(&app, role, body, value).await;
        }
    }
    let call = |arguments: &str| {
        message(json!({ "role": "assistant", "content": null, "tool_calls": [
            { "id": "call_1", "type": "function", "function": { "name": "find", "arguments": arguments } }] }))
    };
    let escaped: String = PERSON
        .chars()
        .map(|c| if c == ' ' { " ".to_owned() } else { format!("\\u{:04x}", c as u32) })
        .collect();
    let inner = json!({ "who": format!("{{\"deep\":\"{PERSON}\"}}") }).to_string();
    for (what, body, value) in [
        ("parts", json!({ "role": "user", "content": [{ "type": "text", "text": PERSON }] }), PERSON),
        ("name", json!({ "role": "user", "content": "x", "name": format!("client-{IIN}") }), IIN),
        (
            "tool_call_id",
            json!({ "role": "tool", "content": "x", "tool_call_id": format!("call {EMAIL}") }),
            EMAIL,
        ),
        (
            "refusal",
            json!({ "role": "assistant", "content": null, "refusal": format!("{PERSON}, нет") }),
            PERSON,
        ),
        (
            "refusal part",
            json!({ "role": "assistant", "content": [{ "type": "refusal", "refusal": PERSON }] }),
            PERSON,
        ),
        ("reasoning", json!({ "role": "assistant", "content": "x", "reasoning_content": PERSON }), PERSON),
        ("unknown field", json!({ "role": "user", "content": "x", "x_note": [{ "who": PERSON }] }), PERSON),
        ("unknown key", json!({ "role": "user", "content": "x", EMAIL: 1 }), EMAIL),
        (
            "part's field",
            json!({ "role": "user", "content": [{ "type": "text", "text": "x", "who": PERSON }] }),
            PERSON,
        ),
        ("number", json!({ "role": "user", "content": "x", "iin": 920_417_499_926_u64 }), IIN),
        (
            "tool result",
            json!({ "role": "tool", "tool_call_id": "c", "content": json!({ "rows": [[PERSON]] }).to_string() }),
            PERSON,
        ),
        (
            "tool result's number",
            json!({ "role": "tool", "tool_call_id": "c", "content": json!({ "iin": 920_417_499_926_u64 }).to_string() }),
            IIN,
        ),
        (
            "tool result's key",
            json!({ "role": "tool", "tool_call_id": "c", "content": json!({ EMAIL: true }).to_string() }),
            EMAIL,
        ),
        (
            "function_call",
            json!({ "role": "assistant", "function_call": { "name": "f", "arguments": json!({ "a": PERSON }).to_string() } }),
            PERSON,
        ),
        (
            "custom input",
            json!({ "role": "assistant", "tool_calls": [{ "id": "c", "type": "custom", "custom": { "name": "n", "input": PERSON } }] }),
            PERSON,
        ),
    ] {
        check(&app, what, message(body), value).await;
    }
    for (what, arguments) in [
        ("arguments", json!({ "name": PERSON }).to_string()),
        ("arguments as Python writes them", format!("{{\"name\": \"{escaped}\"}}")),
        ("arguments in arguments", inner),
        ("arguments that are no JSON", format!("name = {PERSON}")),
        ("an escape in prose", format!("result: {{\\\"n\\\": \\\"{escaped}\\\"")),
    ] {
        check(&app, what, call(&arguments), PERSON).await;
    }
    let escaped_body = serde_json::to_string(&message(json!({ "role": "user", "content": PERSON }))).unwrap();
    let escaped_body = escaped_body.replace(PERSON, &escaped);
    let answer =
        app.call(http::Method::POST, "/v1/chat/completions").key(app.key("support-chat")).body(escaped_body);
    assert!(answer.send().await.content().contains(PERSON));
    app.abroad.assert_never_saw(&[PERSON, &escaped, "Ахметова"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_field_beside_the_messages() {
    let app = telling().await;
    for (what, body, value) in [
        ("metadata", with("metadata", json!({ "client": PERSON })), PERSON),
        ("metadata's key", with("metadata", json!({ EMAIL: "x" })), EMAIL),
        ("user", with("user", json!(EMAIL)), EMAIL),
        ("user as a number in a string", with("user", json!(IIN)), IIN),
        ("safety_identifier", with("safety_identifier", json!(PHONE)), PHONE),
        ("prompt_cache_key", with("prompt_cache_key", json!(format!("chat-{IIN}"))), IIN),
        ("stop", with("stop", json!(PERSON)), PERSON),
        ("stops", with("stop", json!(["\n", PERSON])), PERSON),
        ("logit_bias", with("logit_bias", json!({ IIN: 1 })), IIN),
        ("prediction", with("prediction", json!({ "type": "content", "content": PERSON })), PERSON),
        (
            "prediction's parts",
            with("prediction", json!({ "type": "content", "content": [{ "type": "text", "text": PERSON }] })),
            PERSON,
        ),
        ("unknown", with("x_company", json!({ "a": [[{ "b": PERSON }]] })), PERSON),
        ("unknown key", with(EMAIL, json!(null)), EMAIL),
        ("unknown number", with("x_iin", json!(920_417_499_926_u64)), IIN),
        ("stream_options", with("stream_options", json!({ "x": PERSON })), PERSON),
        ("a word of no list", with("reasoning_effort", json!(PERSON)), PERSON),
        (
            "tool_choice",
            with("tool_choice", json!({ "type": "function", "function": { "name": format!("f_{IIN}") } })),
            IIN,
        ),
        ("the function's name", tool(json!({ "name": format!("find_{IIN}") })), IIN),
        ("the function's description", tool(json!({ "name": "f", "description": PERSON })), PERSON),
        ("the function's own field", tool(json!({ "name": "f", "x": { "y": PERSON } })), PERSON),
        ("a function of old", with("functions", json!([{ "name": "f", "description": PERSON }])), PERSON),
        (
            "a grammar",
            with("tools", json!([{ "type": "custom", "custom": { "name": "c", "description": PERSON } }])),
            PERSON,
        ),
        (
            "the form of the answer",
            with(
                "response_format",
                json!({ "type": "json_schema", "json_schema": { "name": "n", "schema": { "description": PERSON } } }),
            ),
            PERSON,
        ),
        (
            "a schema's property",
            schema(
                &json!({ "properties": { format!("p_{IIN}"): { "type": "string" } }, "required": [format!("p_{IIN}")] }),
            ),
            IIN,
        ),
        ("an enum", schema(&json!({ "properties": { "who": { "enum": [PERSON, "никто"] } } })), PERSON),
        (
            "an enum of numbers",
            schema(&json!({ "properties": { "iin": { "type": "integer", "enum": [920_417_499_926_u64] } } })),
            IIN,
        ),
        ("a const", schema(&json!({ "properties": { "who": { "const": PERSON } } })), PERSON),
        ("a default", schema(&json!({ "properties": { "who": { "default": PERSON } } })), PERSON),
        ("examples", schema(&json!({ "properties": { "who": { "examples": [[PERSON]] } } })), PERSON),
        ("a title", schema(&json!({ "title": PERSON })), PERSON),
        ("a bound", schema(&json!({ "properties": { "who": { "x-min": 920_417_499_926_u64 } } })), IIN),
    ] {
        check(&app, what, body, value).await;
    }
}

/// Values that are written so that a search for them would fail.
#[tokio::test(flavor = "multi_thread")]
async fn values_that_are_split_or_disguised() {
    let app = telling().await;
    let parts = |parts: &[&str]| {
        let parts: Vec<Value> = parts.iter().map(|text| json!({ "type": "text", "text": text })).collect();
        json!({ "model": "m", "messages": [{ "role": "user", "content": parts }] })
    };
    for split in [
        vec!["ИИН 9204", "17499926"],
        vec!["ИИН 9", "2", "0", "4", "1", "7", "4", "9", "9", "9", "2", "6"],
        vec!["ИИН 920417", "", "499926 клиента"],
    ] {
        let answer = app.chat("support-chat", &parts(&split)).send().await;
        assert_eq!(answer.header("darbaza-findings"), "IIN=1", "{split:?}");
        let seen = app.abroad.last().json()["messages"][0]["content"].clone();
        let joined: String =
            seen.as_array().unwrap().iter().map(|part| part["text"].as_str().unwrap()).collect();
        assert!(joined.starts_with("ИИН [IIN_") && !joined.contains("9926"), "{joined}");
        assert!(answer.content().contains(IIN));
    }
    for disguised in [
        "9204\u{200B}17499926",
        "9\u{AD}2\u{AD}0\u{AD}4\u{AD}1\u{AD}7\u{AD}499926",
        "920417\u{2060}499926",
        "９２０４１７４９９９２６",
        "920417 499926",
        "920417\u{A0}499926",
        "9204-1749-9926",
    ] {
        let text = format!("ИИН {disguised} проверь");
        let answer = app.say("support-chat", &text).await;
        assert_eq!(answer.header("darbaza-findings"), "IIN=1", "{disguised:?}");
        assert!(answer.content().contains(&text), "{}", answer.content());
        let seen = app.abroad.last().last_content();
        assert!(!seen.contains("9926") && !seen.contains("９９２６"), "{seen}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_looks_like_a_token_comes_back_as_it_was_and_is_never_restored() {
    let app = TestApp::start().await;
    app.say("support-chat", &format!("Клиент {PERSON}")).await;
    let seen = app.abroad.last().last_content();
    let token = seen.split_once('[').unwrap().1.split_once(']').unwrap().0.to_owned();
    // A token of another request, in the hands of a caller or of the vendor, opens nothing.
    for text in [token.clone(), format!("[{token}]"), token.to_lowercase(), format!("**{token}**")] {
        let answer = app.say("support-chat", &format!("Кто это: {text}?")).await;
        assert_eq!(answer.content(), format!("Кто это: {text}?"));
        assert!(!answer.content().contains("Ахметова"));
    }
    let forged = token.clone();
    app.abroad.respond(move |_| Script::text(&format!("Это [{forged}] и [IIN_aaaaaaaa]")));
    let answer = app.say("support-chat", "Кто ты?").await;
    assert_eq!(answer.content(), format!("Это [{token}] и [IIN_aaaaaaaa]"));
    app.abroad
        .respond(|request| Script::text(&format!("https://evil.example/?q={}", request.last_content())));
    let answer = app.say("support-chat", PERSON).await;
    assert!(!answer.content().contains("Ахметова"), "no value goes into an address: {}", answer.content());
}
