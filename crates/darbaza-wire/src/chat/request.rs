//! A request, read and written back.

use std::fmt;

use darbaza_core::Edit;

use super::error::{ReadError, Uninspectable, Wrong};
use super::messages::{content_text, role_of};
use super::parameters::SensitiveParameter;
use super::walk::{Walk, expected, object};
use super::widen;
use crate::json::{self, Node, Rewritten, Rules};
use crate::slots::{EditError, Role, Slots, Text, TextId};

/// Bounds of reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How deep arrays, objects and documents in strings may stand in one another.
    pub depth: usize,
    /// How many values the request may have, those of documents in strings among them.
    pub values: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { depth: 64, values: 200_000 }
    }
}

/// A chat completions request.
///
/// What is sent on is always written from what was read, never the client's own bytes, so that the
/// vendor's parser cannot see something that the gate's did not. `Debug` shows no content.
#[derive(Clone)]
pub struct Request {
    document: Node,
    texts: Vec<Text>,
    slots: Slots,
    /// Keywords of schemas that are written another way; see [`Request::widen_schemas`].
    widened: Rewritten,
    sensitive: Vec<SensitiveParameter>,
}

impl Request {
    /// Reads the body of a request.
    ///
    /// # Errors
    /// [`ReadError`] where the body is no request, goes beyond the limits, or holds a part that
    /// cannot be inspected.
    pub fn read(body: &[u8], limits: &Limits) -> Result<Self, ReadError> {
        let document = json::parse(body, Rules { depth: limits.depth, values: limits.values, nested: true })?;
        let members = object(&document, "")?;
        let missing = |field| ReadError::Malformed { what: Wrong::Missing(field), at: "$".to_owned() };
        match document.member("model") {
            None => return Err(missing("model")),
            Some(Node::String(_)) => {}
            Some(_) => return Err(expected("a string", "model")),
        }
        if document.member("messages").is_none() {
            return Err(missing("messages"));
        }
        let mut walk = Walk::default();
        walk.request(members)?;
        let sensitive = members
            .iter()
            .filter_map(|member| SensitiveParameter::in_effect(&member.key, &member.value))
            .collect();
        let (texts, slots) = walk.collector.finish();
        let is_file = |text: &&Text| text.pieces().any(|piece| is_data_url(&text.value[piece]));
        match texts.iter().find(is_file) {
            Some(text) => {
                Err(ReadError::NotInspectable { what: Uninspectable::DataUrl, at: text.place.clone() })
            }
            None => Ok(Request { document, texts, slots, widened: Rewritten::new(), sensitive }),
        }
    }

    /// Every text of the request, in the order of the document.
    pub fn texts(&self) -> &[Text] {
        &self.texts
    }

    /// Writes edits into a text. They are sorted, do not overlap, and replace edits that were
    /// applied to the same text before; ranges always count in [`Text::value`] as it was read.
    ///
    /// # Errors
    /// [`EditError`] where the edits do not fit the text; nothing is changed then.
    pub fn apply(&mut self, id: TextId, edits: &[Edit]) -> Result<(), EditError> {
        let text = self.texts.get(id.index()).ok_or(EditError::UnknownText(id.index()))?;
        self.slots.apply(text, edits)
    }

    /// Makes room for tokens in the schemas of tools and of the wanted answer: a vendor that decodes
    /// by a schema cannot write a token where the schema asks for a pattern, a format, a length or a
    /// number. Says whether anything had to be changed.
    ///
    /// Values of `enum` and `const` stay: they are texts of the request and edited as such. Bounds
    /// of numbers stay too; they do not speak of strings.
    pub fn widen_schemas(&mut self) -> bool {
        self.widened = widen::widened(&self.document);
        !self.widened.is_empty()
    }

    /// The request as compact JSON, with the edits.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = String::with_capacity(1024);
        json::write_replaced(&mut out, &self.document, self.slots.replacements(), &self.widened);
        out.into_bytes()
    }

    /// The model that the client asks for.
    pub fn model(&self) -> &str {
        self.document.member("model").and_then(Node::as_str).unwrap_or_default()
    }

    /// Asks the vendor for another model.
    pub fn set_model(&mut self, model: &str) {
        if let Some(node) = self.document.member_mut("model") {
            *node = Node::from(model);
        }
    }

    /// Whether the answer is to be streamed.
    pub fn stream(&self) -> bool {
        self.flag("stream")
    }

    /// Whether the stream is to end with a chunk that carries the usage.
    pub fn include_usage(&self) -> bool {
        let options = self.document.member("stream_options");
        options.and_then(|options| options.member("include_usage")).and_then(Node::as_bool) == Some(true)
    }

    /// How many answers are asked for; 1 where the request does not say.
    pub fn n(&self) -> u64 {
        self.document.member("n").and_then(Node::as_u64).unwrap_or(1)
    }

    /// Whether the answer is to carry the probabilities of its tokens, which spell its text once
    /// more, cut where no token can be restored.
    pub fn asks_logprobs(&self) -> bool {
        let top = self.document.member("top_logprobs").and_then(Node::as_u64);
        self.flag("logprobs") || top.is_some_and(|top| top > 0)
    }

    /// Whether the answer's content is to be JSON, so that restored values need escaping.
    pub fn json_output(&self) -> bool {
        let format = self.document.member("response_format").and_then(|format| format.member("type"));
        matches!(format.and_then(Node::as_str), Some("json_object" | "json_schema"))
    }

    /// The parameters in effect that change retention, recipients or place.
    pub fn present_parameters(&self) -> &[SensitiveParameter] {
        &self.sensitive
    }

    /// The opening of the conversation as bytes that stay equal through its turns: the system and
    /// developer messages in front of the first user message, and that message, as they were read.
    ///
    /// Later instructions are left out: an application that adds one in the tenth turn would
    /// otherwise change every token of the conversation.
    pub fn opening(&self) -> Vec<u8> {
        let mut opening = Vec::new();
        for message in self.messages() {
            let (tag, is_last) = match role_of(message) {
                Some(Role::System) => (b's', false),
                Some(Role::User) => (b'u', true),
                _ => continue,
            };
            let text = content_text(message);
            // Lengths in front keep two different openings from reading the same.
            opening.push(tag);
            opening.extend((text.len() as u64).to_be_bytes());
            opening.extend(text.as_bytes());
            if is_last {
                break;
            }
        }
        opening
    }

    /// The text of the last user message as it was read, before any edit.
    pub fn last_user_message(&self) -> Option<String> {
        self.messages().iter().rev().find(|message| role_of(message) == Some(Role::User)).map(content_text)
    }

    fn messages(&self) -> &[Node] {
        self.document.member("messages").and_then(Node::as_array).unwrap_or_default()
    }

    fn flag(&self, key: &str) -> bool {
        self.document.member(key).and_then(Node::as_bool) == Some(true)
    }
}

/// Whether a text is a file in disguise (RFC 2397).
fn is_data_url(text: &str) -> bool {
    let scheme = text.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("data:"));
    scheme && text.split_once(',').is_some_and(|(head, _)| head.to_ascii_lowercase().ends_with(";base64"))
}

/// Shows sizes only.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("messages", &self.messages().len())
            .field("texts", &self.texts.len())
            .finish_non_exhaustive()
    }
}
