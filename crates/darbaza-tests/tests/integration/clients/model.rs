//! A scripted model: it sees only what the vendor received, and writes with the tokens in it.

use darbaza_tests::{Received, Script};
use serde_json::{Value, json};

/// The cores of a category's tokens in a request, in the order in which they first stand.
pub(super) fn cores(request: &Received, category: &str) -> Vec<String> {
    let body = String::from_utf8(request.body.to_vec()).expect("the gate sends UTF-8");
    let mut cores: Vec<String> = Vec::new();
    for (at, _) in body.match_indices(&format!("{category}_")) {
        let before = body[..at].chars().next_back();
        if before.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_') {
            continue;
        }
        let core: String =
            body[at..].chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
        if core.len() > category.len() + 8 && !cores.contains(&core) {
            cores.push(core);
        }
    }
    cores
}

/// The one token of a category, as it stands in text.
pub(super) fn token(request: &Received, category: &str) -> String {
    let cores = cores(request, category);
    assert_eq!(cores.len(), 1, "tokens of {category} in {:?}", request.body);
    format!("[{}]", cores[0])
}

/// What the model says in one turn.
pub(super) enum Said {
    Text(String),
    /// Calls of tools: names and arguments, as the model writes them.
    Calls(Vec<(String, String)>),
}

impl Said {
    pub(super) fn calls<const N: usize>(calls: [(&str, String); N]) -> Said {
        Said::Calls(calls.into_iter().map(|(name, arguments)| (name.to_owned(), arguments)).collect())
    }

    /// As the request wants it: whole, or streamed in pieces of so many characters.
    pub(super) fn script(&self, request: &Received, piece: usize) -> Script {
        if request.json()["stream"] == true { self.streamed(piece) } else { self.whole() }
    }

    fn whole(&self) -> Script {
        Script::message(match self {
            Said::Text(text) => json!({ "role": "assistant", "content": text }),
            Said::Calls(calls) => {
                let calls =
                    calls.iter().enumerate().map(|(index, (name, arguments))| call(index, name, arguments));
                json!({ "role": "assistant", "content": null, "tool_calls": calls.collect::<Vec<_>>() })
            }
        })
    }

    fn streamed(&self, piece: usize) -> Script {
        let mut events = vec![chunk(0, json!({ "role": "assistant", "content": null }), None)];
        match self {
            Said::Text(text) => {
                events.extend(
                    pieces(text, piece).into_iter().map(|part| chunk(0, json!({ "content": part }), None)),
                );
                events.push(chunk(0, json!({}), Some("stop")));
            }
            Said::Calls(calls) => {
                for (index, (name, arguments)) in calls.iter().enumerate() {
                    let delta = |call: Value| chunk(0, json!({ "tool_calls": [call] }), None);
                    let mut first = call(index, name, "");
                    first["index"] = json!(index);
                    events.push(delta(first));
                    events.extend(
                        pieces(arguments, piece)
                            .into_iter()
                            .map(|part| delta(json!({ "index": index, "function": { "arguments": part } }))),
                    );
                }
                events.push(chunk(0, json!({}), Some("tool_calls")));
            }
        }
        events.push("[DONE]".to_owned());
        Script::events(events)
    }
}

fn call(index: usize, name: &str, arguments: &str) -> Value {
    json!({
        "id": format!("call_{index}"), "type": "function",
        "function": { "name": name, "arguments": arguments }
    })
}

/// The text in pieces of so many characters.
pub(super) fn pieces(text: &str, length: usize) -> Vec<String> {
    let letters: Vec<char> = text.chars().collect();
    letters.chunks(length).map(|piece| piece.iter().collect()).collect()
}

/// The data of a chunk of one choice, as a vendor writes it that was asked for the usage.
pub(super) fn chunk(choice: u64, delta: Value, finish: Option<&str>) -> String {
    json!({
        "id": "chatcmpl-7", "object": "chat.completion.chunk", "created": 7, "model": "scripted",
        "choices": [{ "index": choice, "delta": delta, "logprobs": null, "finish_reason": finish }],
        "usage": null
    })
    .to_string()
}
