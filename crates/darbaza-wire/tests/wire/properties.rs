//! Properties that hold for any document.

use std::cell::Cell;

use darbaza_core::Edit;
use darbaza_wire::chat::{Answer, Chunk, Limits, Request};
use darbaza_wire::json::{Rules, parse, to_bytes};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::support::{bytes_as_text, config, fixture, value_of};

/// Words of the protocol and of JSON Schema, so that random data meets every table.
const KEYS: &[&str] = &[
    "role",
    "content",
    "name",
    "type",
    "text",
    "refusal",
    "tool_calls",
    "id",
    "function",
    "arguments",
    "custom",
    "input",
    "tools",
    "parameters",
    "properties",
    "required",
    "enum",
    "items",
    "anyOf",
    "additionalProperties",
    "$defs",
    "$ref",
    "const",
    "default",
    "description",
    "minimum",
    "pattern",
    "format",
    "metadata",
    "stop",
    "user",
    "response_format",
    "json_schema",
    "schema",
    "prediction",
    "logit_bias",
    "tool_choice",
    "stream_options",
    "reasoning",
    "function_call",
    "seed",
    "x",
];

/// Where random data is put into the full request.
const PLACES: &[&str] = &[
    "",
    "/messages/0",
    "/messages/1/content/0",
    "/messages/2/content/1",
    "/messages/3",
    "/messages/3/tool_calls/0",
    "/messages/3/tool_calls/0/function",
    "/messages/3/tool_calls/1/custom",
    "/messages/4",
    "/messages/7/x_note",
    "/metadata",
    "/tools/0",
    "/tools/0/function",
    "/tools/0/function/parameters",
    "/tools/0/function/parameters/properties",
    "/tools/0/function/parameters/properties/iin",
    "/tools/1/custom",
    "/tools/2",
    "/response_format",
    "/response_format/json_schema/schema",
    "/prediction",
    "/logit_bias",
    "/stream_options",
    "/tool_choice",
    "/web_search_options",
    "/x_vendor",
];

/// Any JSON; leaves are marked afterwards.
fn shapes() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        3 => Just(json!("")),
        2 => Just(json!(0)),
        1 => any::<bool>().prop_map(Value::Bool),
        1 => Just(Value::Null),
    ];
    leaf.prop_recursive(5, 40, 5, |inner| {
        let key =
            prop_oneof![3 => prop::sample::select(KEYS).prop_map(str::to_owned), 2 => Just(String::new())];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            prop::collection::vec((key, inner.clone()), 0..5).prop_map(|members| {
                let name = |(at, (key, value)): (usize, (String, Value))| {
                    (if key.is_empty() { format!("#{at}") } else { key }, value)
                };
                Value::Object(members.into_iter().enumerate().map(name).collect())
            }),
            // Documents in strings, their letters escaped as Python does it.
            inner.prop_map(|value| json!({ "(string)": value })),
        ]
    })
}

/// Gives every leaf that is no word of the protocol a mark that occurs once, and puts documents
/// into strings.
fn mark(value: Value, next: &Cell<u32>) -> Value {
    let mark = || {
        next.set(next.get() + 1);
        format!("Қ{:05}ж", next.get())
    };
    match value {
        Value::String(_) => Value::String(mark()),
        Value::Number(_) => {
            next.set(next.get() + 1);
            json!(77_000_000 + next.get())
        }
        Value::Array(elements) => elements.into_iter().map(|element| self::mark(element, next)).collect(),
        Value::Object(mut members) if members.contains_key("(string)") => {
            let inner = members.remove("(string)").unwrap_or_default();
            Value::String(ascii(&self::mark(inner, next)))
        }
        Value::Object(members) => {
            let named = |(key, value): (String, Value)| {
                let key = if key.starts_with('#') { mark() } else { key };
                (key, self::mark(value, next))
            };
            Value::Object(members.into_iter().map(named).collect::<Map<_, _>>())
        }
        other => other,
    }
}

fn ascii(value: &Value) -> String {
    let mut out = String::new();
    for unit in value.to_string().chars() {
        if unit.is_ascii() {
            out.push(unit);
        } else {
            let mut units = [0; 2];
            unit.encode_utf16(&mut units).iter().for_each(|unit| out.push_str(&format!("\\u{unit:04x}")));
        }
    }
    out
}

fn put(request: &mut Value, place: &str, key: &str, value: Value) -> bool {
    match request.pointer_mut(place) {
        Some(Value::Object(members)) => {
            members.insert(key.to_owned(), value);
            true
        }
        _ => false,
    }
}

/// Marks in a document, however often it was escaped.
fn marks_in(bytes: &[u8]) -> usize {
    let text = String::from_utf8_lossy(bytes);
    text.matches("Қ0").count() + text.matches("u049a0").count() + text.matches("7700").count()
}

proptest! {
    #![proptest_config(config(400))]

    /// The heart of the gate: when every text is replaced, nothing of any leaf is left, wherever
    /// it stood; and when none is, the request is what it was.
    #[test]
    fn every_leaf_is_a_text(shape in shapes(), place in prop::sample::select(PLACES), key in prop::sample::select(KEYS)) {
        let next = Cell::new(0);
        let value = mark(shape, &next);
        let mut body = value_of(&fixture("requests/full.json"));
        prop_assert!(put(&mut body, place, key, value), "no object at {}", place);
        let body = body.to_string();
        let before = marks_in(body.as_bytes());
        prop_assert_eq!(before, next.get() as usize);
        if let Ok(mut request) = Request::read(body.as_bytes(), &Limits::default()) {
            prop_assert_eq!(bytes_as_text(request.to_bytes()), body);
            let whole: Vec<_> = request.texts().iter().map(|text| (text.id, text.value.len())).collect();
            for (number, (id, length)) in whole.into_iter().enumerate() {
                request.apply(id, &[Edit { range: 0..length, with: format!("t{number}") }]).expect("it fits");
            }
            let masked = request.to_bytes();
            prop_assert_eq!(marks_in(&masked), 0, "{}", String::from_utf8_lossy(&masked));
            prop_assert!(serde_json::from_slice::<Value>(&masked).is_ok());
        }
    }

    /// Edits of joined parts come out as the same edits of the joined text.
    #[test]
    fn edits_of_parts_are_edits_of_the_whole(
        parts in prop::collection::vec(prop_oneof!["[аб1 ]{0,5}", Just(r"\u0416\ud83d\ude00".to_owned())], 1..6),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..8),
    ) {
        let content: Vec<Value> = parts.iter().map(|part| json!({"type": "text", "text": part})).collect();
        let body = json!({"model": "m", "messages": [{"role": "user", "content": content}]});
        let mut request = Request::read(body.to_string().as_bytes(), &Limits::default()).expect("a request");
        let text = request.texts()[0].clone();
        prop_assert_eq!(request.texts().len(), 1);
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(text.value.len() + 1)).collect();
        cuts.retain(|cut| text.value.is_char_boundary(*cut));
        cuts.sort_unstable();
        let edits: Vec<Edit> = cuts.chunks_exact(2).map(|pair| Edit { range: pair[0]..pair[1], with: "[T]".to_owned() }).collect();
        request.apply(text.id, &edits).expect("they fit");
        let written = Request::read(&request.to_bytes(), &Limits::default()).expect("a request");
        let joined: String = written.texts().iter().map(|text| text.value.as_str()).collect();
        prop_assert_eq!(joined, darbaza_core::apply_edits(&text.value, &edits));
    }

    /// What `serde_json` reads and this crate reads is the same, and so is what they write.
    #[test]
    fn the_tree_agrees_with_the_library(text in r#"[\[\]{}:,"\\u0-9a-f.eE+\-tru ]{0,24}"#) {
        let rules = Rules { depth: 64, values: 300_000, nested: false };
        match (parse(text.as_bytes(), rules), serde_json::from_str::<Value>(&text)) {
            (Ok(node), Ok(value)) => prop_assert_eq!(bytes_as_text(to_bytes(&node)), value.to_string()),
            (Err(_), Err(_)) => {}
            // Repeated keys are the only thing that the library lets through here.
            (Err(error), Ok(_)) => prop_assert!(error.to_string().contains("repeats a key"), "{}", error),
            (Ok(_), Err(error)) => prop_assert!(false, "{}", error),
        }
    }

    #[test]
    fn any_string_is_written_as_the_library_writes_it(text in any::<String>()) {
        let node = darbaza_wire::json::Node::from(text.as_str());
        prop_assert_eq!(to_bytes(&node), serde_json::to_vec(&text).expect("JSON"));
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Request::read(&bytes, &Limits::default());
        let _ = Answer::read(&bytes);
        let _ = Chunk::read(&String::from_utf8_lossy(&bytes));
    }

    /// Damage to good documents gets further into the code than noise does.
    #[test]
    fn damaged_documents_never_panic(damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4)) {
        for path in ["requests/full.json", "answers/full.json"] {
            let mut bytes = fixture(path);
            for (at, byte) in &damage {
                let at = at.index(bytes.len());
                bytes[at] = *byte;
            }
            if let Ok(request) = Request::read(&bytes, &Limits::default()) {
                prop_assert_eq!(value_of(&request.to_bytes()), value_of(&bytes));
            }
            if let Ok(mut answer) = Answer::read(&bytes) {
                answer.for_each_text(|_, text| text.push('x'));
                answer.drop_logprobs();
                let _ = answer.to_bytes();
            }
        }
    }
}
