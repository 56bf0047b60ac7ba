//! Requests of any structure, with values in any of their leaves.

use darbaza_tests::{Script, TestApp};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngSeed, TestRunner};
use serde_json::{Map, Value, json};

use super::lines;

/// What must not leave. Each is found without the help of words around it.
const VALUES: [&str; 8] = [
    "920417499926",
    "Ахметова Гульнара Сериковна",
    "+7 701 555 00 17",
    "g.akhmetova@example.kz",
    "KZ86125KZT5004100100",
    "4111 1111 1111 1111",
    "Тестов Ерлан Бекұлы",
    "erlan.testov@example.com",
];

fn leaf() -> impl Strategy<Value = Value> {
    let word = select(vec!["Сәлем", "итого", "order", "", "{", "[x]", "a \"b\"", "\u{1F600}", "10", "null"]);
    let around = (
        select(vec!["", "Клиент: ", "(", "> ", "\n"]),
        select(&VALUES[..]),
        select(vec!["", ".", ")", "\n", " — жаз"]),
    );
    prop_oneof![
        3 => around.prop_map(|(before, value, after)| json!(format!("{before}{value}{after}"))),
        2 => word.prop_map(Value::from),
        1 => Just(json!(920_417_499_926_u64)),
        1 => select(vec![json!(null), json!(true), json!(1.5)]),
    ]
}

fn key() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => select(vec!["a", "b", "note", "total", "деректер"]).prop_map(str::to_owned),
        1 => select(vec!["920417499926", "g.akhmetova@example.kz"]).prop_map(str::to_owned),
    ]
}

/// Free data; some of it as a document in a string.
fn data() -> impl Strategy<Value = Value> {
    leaf().prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..3).prop_map(Value::from),
            vec((key(), inner.clone()), 0..3)
                .prop_map(|members| Value::Object(members.into_iter().collect::<Map<_, _>>())),
            inner.prop_map(|value| Value::String(json!({ "nested": value }).to_string())),
        ]
    })
}

fn text() -> impl Strategy<Value = String> {
    vec(leaf(), 1..4).prop_map(|leaves| {
        leaves.iter().map(|leaf| leaf.as_str().unwrap_or("-").to_owned()).collect::<Vec<_>>().join(" / ")
    })
}

fn message() -> impl Strategy<Value = Value> {
    let parts = vec(text(), 1..3)
        .prop_map(|texts| texts.iter().map(|t| json!({ "type": "text", "text": t })).collect::<Value>());
    let arguments = data().prop_map(|data| json!({ "data": data }).to_string());
    prop_oneof![
        (select(vec!["system", "user", "assistant"]), text()).prop_map(|(role, text)| json!({ "role": role, "content": text })),
        parts.prop_map(|parts| json!({ "role": "user", "content": parts })),
        (arguments, text()).prop_map(|(arguments, text)| json!({ "role": "assistant", "content": text, "tool_calls": [
            { "id": "call_1", "type": "function", "function": { "name": "f", "arguments": arguments } }] })),
        data().prop_map(|data| json!({ "role": "tool", "tool_call_id": "call_1", "content": json!({ "r": data }).to_string() })),
        (text(), data()).prop_map(|(text, data)| json!({ "role": "user", "content": text, "x_more": data })),
    ]
}

fn request() -> impl Strategy<Value = Value> {
    let schema = data().prop_map(
        |data| json!({ "type": "object", "properties": { "p": { "default": data, "pattern": "x" } } }),
    );
    (vec(message(), 1..4), data(), data(), schema, any::<bool>()).prop_map(
        |(messages, metadata, extra, schema, stream)| {
            json!({
                "model": "m", "messages": messages, "metadata": metadata, "x_extra": extra, "stream": stream,
                "tools": [{ "type": "function", "function": { "name": "f", "parameters": schema } }]
            })
        },
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn no_vendor_sees_a_value_and_every_value_comes_back() {
    let app = TestApp::start().await;
    app.abroad.respond(|received| {
        let text = lines(&received.json());
        if received.json()["stream"] == true { Script::streamed(&text, 11) } else { Script::text(&text) }
    });
    let config = Config { rng_seed: RngSeed::Fixed(2025), failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new(config);
    let mut masked = 0;
    for _ in 0..300 {
        let body = request().new_tree(&mut runner).unwrap().current();
        let told = lines(&body);
        let answer = app.chat("support-chat", &body).send().await;
        assert_eq!(answer.status, 200, "{}: {body}", answer.text());
        let received = app.abroad.last();
        let seen = lines(&received.json()) + &String::from_utf8_lossy(&received.body);
        let content = if body["stream"] == true { answer.streamed_content() } else { answer.content() };
        for value in VALUES {
            assert!(!seen.contains(value), "{value} was sent\n{body}\n{seen}");
            let (sent, back) = (told.matches(value).count(), content.matches(value).count());
            assert!(back >= sent, "{value} came back {back} times of {sent}\n{body}\n{content}");
            masked += sent;
        }
    }
    assert!(masked > 1000, "{masked} values in all");
}
