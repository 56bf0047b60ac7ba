//! Answers that the gate writes itself: the built-in mirror's, and the list of models.

use super::answer::Usage;
use super::chunk::done_event;
use crate::json::{self, Member, Node};
use crate::sse;

/// An answer with one text, for every choice that was asked for.
///
/// `Debug` shows no content.
#[derive(Clone)]
pub struct Reply<'a> {
    /// The answer's id, such as `chatcmpl-...`.
    pub id: &'a str,
    /// Seconds since 1970.
    pub created: u64,
    /// The model that answers.
    pub model: &'a str,
    /// The text.
    pub text: &'a str,
    /// How many equal choices.
    pub n: u64,
    /// The count of tokens.
    pub usage: Usage,
}

impl Reply<'_> {
    /// The answer as one body.
    pub fn to_bytes(&self) -> Vec<u8> {
        let choice = |index| {
            Node::from([
                Member::new("index", index),
                Member::new(
                    "message",
                    Node::from([
                        Member::new("role", "assistant"),
                        Member::new("content", self.text),
                        Member::new("refusal", Node::Null),
                    ]),
                ),
                Member::new("logprobs", Node::Null),
                Member::new("finish_reason", "stop"),
            ])
        };
        let choices = (0..self.n).map(choice).collect();
        json::to_bytes(&self.envelope("chat.completion", choices, Some(self.usage_node())))
    }

    /// The answer as the events of a stream, `[DONE]` last. Texts are cut after every `piece`
    /// characters (at least one).
    pub fn to_events(&self, include_usage: bool, piece: usize) -> Vec<Vec<u8>> {
        let usage = || include_usage.then_some(Node::Null);
        let mut events = Vec::new();
        let mut send = |choices, usage| {
            let node = self.envelope("chat.completion.chunk", choices, usage);
            events.push(sse::data_event(&json::to_string(&node)));
        };
        for index in 0..self.n {
            let role = Node::from([Member::new("role", "assistant"), Member::new("content", "")]);
            send(vec![delta(index, role, Node::Null)], usage());
            for text in pieces(self.text, piece) {
                let content = Node::from([Member::new("content", text)]);
                send(vec![delta(index, content, Node::Null)], usage());
            }
            send(vec![delta(index, Node::Object(Vec::new()), Node::from("stop"))], usage());
        }
        if include_usage {
            send(Vec::new(), Some(self.usage_node()));
        }
        events.push(done_event());
        events
    }

    fn envelope(&self, object: &str, choices: Vec<Node>, usage: Option<Node>) -> Node {
        let mut members = vec![
            Member::new("id", self.id),
            Member::new("object", object),
            Member::new("created", self.created),
            Member::new("model", self.model),
            Member::new("choices", choices),
        ];
        members.extend(usage.map(|usage| Member::new("usage", usage)));
        Node::Object(members)
    }

    fn usage_node(&self) -> Node {
        Node::from([
            Member::new("prompt_tokens", self.usage.prompt),
            Member::new("completion_tokens", self.usage.completion),
            Member::new("total_tokens", self.usage.total),
        ])
    }
}

/// Shows nothing of the text.
impl std::fmt::Debug for Reply<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reply").field("id", &self.id).field("n", &self.n).finish_non_exhaustive()
    }
}

fn delta(index: u64, delta: Node, finish_reason: Node) -> Node {
    Node::from([
        Member::new("index", index),
        Member::new("delta", delta),
        Member::new("finish_reason", finish_reason),
    ])
}

fn pieces(text: &str, length: usize) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let end = rest.char_indices().nth(length.max(1)).map_or(rest.len(), |(at, _)| at);
        let (piece, after) = rest.split_at(end);
        rest = after;
        Some(piece)
    })
}

/// The body of `GET /v1/models`.
pub fn models_list<'a>(names: impl IntoIterator<Item = &'a str>, created: u64) -> Vec<u8> {
    let model = |name: &str| {
        Node::from([
            Member::new("id", name),
            Member::new("object", "model"),
            Member::new("created", created),
            Member::new("owned_by", "darbaza"),
        ])
    };
    let data: Vec<Node> = names.into_iter().map(model).collect();
    json::to_bytes(&Node::from([Member::new("object", "list"), Member::new("data", data)]))
}
