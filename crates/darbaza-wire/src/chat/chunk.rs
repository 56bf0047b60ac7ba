//! One chunk of a streamed answer.

use std::fmt;

use bytes::Bytes;

use super::answer::{self, AnswerError, Usage, read_object};
use super::place::{self, AnswerPlace};
use crate::json::{self, Member, Node};
use crate::sse::{self, Event};

/// The data of the event that ends a stream.
pub const DONE: &str = "[DONE]";

/// Whether the data of an event is the end of the stream.
pub fn is_done(data: &str) -> bool {
    data.trim_ascii() == DONE
}

/// The event that ends a stream.
pub fn done_event() -> Vec<u8> {
    sse::data_event(DONE)
}

/// A `chat.completion.chunk`, or the error that a vendor sends in the place of one.
///
/// `Debug` shows no content.
///
/// ```
/// use darbaza_wire::chat::{Chunk, is_done};
/// use darbaza_wire::sse::Decoder;
///
/// let mut decoder = Decoder::new(1 << 20);
/// let mut events = Vec::new();
/// decoder.feed(b"data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Yes, [T]\"}}]}\n\n", &mut events)?;
/// decoder.feed(b"data: [DONE]\n\n", &mut events)?;
/// let mut sent = Vec::new();
/// for event in &events {
///     match event.data.as_deref() {
///         Some(data) if !is_done(data) => {
///             let mut chunk = Chunk::read(data)?;
///             chunk.for_each_text(|_place, text| *text = text.replace("[T]", "Ерлан"));
///             sent.extend(chunk.to_event(event));
///         }
///         _ => sent.extend_from_slice(&event.raw),
///     }
/// }
/// assert!(String::from_utf8(sent)?.contains("Yes, Ерлан"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Chunk {
    document: Node,
    changed: bool,
}

impl Chunk {
    /// Reads the data of an event that is not the end of the stream.
    ///
    /// # Errors
    /// [`AnswerError`] where it is no JSON object.
    pub fn read(data: &str) -> Result<Self, AnswerError> {
        read_object(data.as_bytes()).map(|document| Chunk { document, changed: false })
    }

    /// A chunk of the same answer that carries one text: what is still held back when a choice or
    /// the stream ends without a chunk that could take it.
    pub fn carrying(template: &Chunk, place: AnswerPlace, text: &str) -> Chunk {
        let mut members = Vec::with_capacity(8);
        for member in template.document.as_object().unwrap_or_default() {
            match member.key.as_str() {
                "id" | "object" | "created" | "model" | "system_fingerprint" | "service_tier"
                | "provider" => {
                    members.push(member.clone());
                }
                // A stream with usage has the field in every chunk, empty but in the last one.
                "usage" => members.push(Member::new("usage", Node::Null)),
                _ => {}
            }
        }
        let choice = Node::from([
            Member::new("index", place.choice),
            Member::new("delta", place::delta(place.field, text)),
            Member::new("finish_reason", Node::Null),
        ]);
        members.push(Member::new("choices", Node::Array(vec![choice])));
        Chunk { document: Node::Object(members), changed: true }
    }

    /// Whether this is an error, or anything else than a chunk.
    pub fn is_error(&self) -> bool {
        answer::is_error(&self.document)
    }

    /// Whether this is an object of another protocol, neither a chunk nor an error.
    pub fn is_foreign(&self) -> bool {
        self.document.member("choices").is_none()
            && self.document.member("error").is_none()
            && !matches!(self.document.member("type").and_then(Node::as_str), Some("error"))
    }

    /// The vendor's word for an error, where it is a plain word.
    pub fn error_code(&self) -> Option<&str> {
        answer::error_code(&self.document)
    }

    /// Shows every text of the chunk to `visit`, which may change it.
    ///
    /// Padding that hides the length of a chunk (`obfuscation`) goes when a text changed: it was
    /// made for another length.
    pub fn for_each_text(&mut self, mut visit: impl FnMut(AnswerPlace, &mut String)) {
        let mut changed = false;
        let mut before = String::new();
        let mut watched = |place: AnswerPlace, text: &mut String| {
            before.clear();
            before.push_str(text);
            visit(place, text);
            changed |= before != *text;
        };
        answer::for_each_choice(&mut self.document, |index, choice| {
            if let Some(delta) = choice.member_mut("delta") {
                place::visit(index, delta, &mut watched);
            }
        });
        if changed {
            self.text_changed();
        }
    }

    /// Adds text at the end of a place of this chunk. Says `false`, and does nothing, where the
    /// chunk has no such choice: then it takes a chunk of its own ([`Chunk::carrying`]).
    #[must_use]
    pub fn append_text(&mut self, place: AnswerPlace, text: &str) -> bool {
        let mut appended = false;
        answer::for_each_choice(&mut self.document, |index, choice| {
            if index != place.choice || appended {
                return;
            }
            let mut last = None;
            if let Some(delta) = choice.member_mut("delta") {
                let mut count = 0;
                place::visit(index, delta, &mut |at, _| {
                    count += 1;
                    if at == place {
                        last = Some(count);
                    }
                });
                let mut count = 0;
                place::visit(index, delta, &mut |_, existing| {
                    count += 1;
                    if last == Some(count) {
                        existing.push_str(text);
                    }
                });
            }
            if last.is_none() {
                merge(choice, place::delta(place.field, text));
            }
            appended = true;
        });
        if appended {
            self.text_changed();
        }
        appended
    }

    /// Takes the probabilities of tokens out; see [`Answer::drop_logprobs`](super::Answer::drop_logprobs).
    pub fn drop_logprobs(&mut self) {
        self.changed |= answer::drop_logprobs(&mut self.document);
    }

    /// Names another model as the one that answers.
    pub fn set_model(&mut self, model: &str) {
        self.changed |= answer::set_model(&mut self.document, model);
    }

    /// Why choices end in this chunk, with their index.
    pub fn finish_reasons(&self) -> Vec<(u64, &str)> {
        answer::finish_reasons(&self.document)
    }

    /// The vendor's count of tokens, in the chunk that carries it (usually without any choice).
    pub fn usage(&self) -> Option<Usage> {
        answer::usage(&self.document)
    }

    /// Whether the chunk has no choice, as the one with the usage and some vendors' first one.
    pub fn has_no_choice(&self) -> bool {
        self.document.member("choices").and_then(Node::as_array).is_some_and(<[Node]>::is_empty)
    }

    /// Whether anything differs from what was read.
    pub fn is_changed(&self) -> bool {
        self.changed
    }

    /// The chunk as compact JSON.
    pub fn to_data(&self) -> String {
        json::to_string(&self.document)
    }

    /// The chunk as the event it came in: its very bytes where nothing was changed, else with
    /// every line but the data kept.
    pub fn to_event(&self, event: &Event) -> Bytes {
        if self.changed { event.with_data(&self.to_data()).into() } else { event.raw.clone() }
    }

    /// The chunk as an event of its own.
    pub fn to_new_event(&self) -> Vec<u8> {
        sse::data_event(&self.to_data())
    }

    fn text_changed(&mut self) {
        self.changed = true;
        if let Node::Object(members) = &mut self.document {
            members.retain(|member| member.key != "obfuscation");
        }
    }
}

/// Puts the one member of `addition` into the delta of a choice that holds no such text yet.
fn merge(choice: &mut Node, addition: Node) {
    if !matches!(choice.member("delta"), Some(Node::Object(_))) {
        set(choice, "delta", Node::Object(Vec::new()));
    }
    let (Some(delta), Node::Object(additions)) = (choice.member_mut("delta"), addition) else { return };
    for Member { key, value } in additions {
        match (delta.member_mut(&key), value) {
            (Some(Node::Array(calls)), Node::Array(added)) => {
                added.into_iter().for_each(|call| merge_call(calls, call));
            }
            (Some(present @ Node::Object(_)), Node::Object(added)) => fill(present, added),
            (_, value) => set(delta, &key, value),
        }
    }
}

/// Puts a piece of a call where the chunk has that call, or beside the others.
fn merge_call(calls: &mut Vec<Node>, addition: Node) {
    let same = |(position, call): &(usize, &mut Node)| {
        let index = call.member("index").and_then(Node::as_u64).unwrap_or(*position as u64);
        addition.member("index").and_then(Node::as_u64) == Some(index)
    };
    match calls.iter_mut().enumerate().find(same) {
        None => calls.push(addition),
        Some((_, call)) => {
            let Node::Object(additions) = addition else { return };
            for Member { key, value } in additions {
                match (call.member_mut(&key), value) {
                    (Some(present @ Node::Object(_)), Node::Object(added)) => fill(present, added),
                    (_, value) => set(call, &key, value),
                }
            }
        }
    }
}

fn fill(object: &mut Node, members: Vec<Member>) {
    for Member { key, value } in members {
        set(object, &key, value);
    }
}

fn set(object: &mut Node, key: &str, value: Node) {
    match object.member_mut(key) {
        Some(present) => *present = value,
        None => {
            if let Node::Object(members) = object {
                members.push(Member::new(key, value));
            }
        }
    }
}

/// Shows nothing of the content.
impl fmt::Debug for Chunk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Chunk").field("changed", &self.changed).finish_non_exhaustive()
    }
}
