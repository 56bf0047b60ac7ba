//! A whole answer.

use std::fmt;

use super::place::{self, AnswerPlace};
use crate::json::{self, JsonError, MAX_DEPTH, Node, Rules};

/// What an answer or a chunk is read with: vendors' fields are not the client's doing, so only the
/// stack and the memory are protected, and strings stay strings.
pub(super) const VENDOR_RULES: Rules = Rules { depth: MAX_DEPTH, values: 1_000_000, nested: false };

/// Why a vendor's body is no answer: a page of HTML, half a document, something else than an
/// object.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AnswerError {
    /// It is no JSON document.
    #[error("the vendor's answer is no JSON document")]
    NotJson(#[source] JsonError),
    /// It is a JSON document, but no object.
    #[error("the vendor's answer is no JSON object")]
    NotAnObject,
}

/// How many tokens a request took, as the vendor counts them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Tokens of the request.
    pub prompt: u64,
    /// Tokens of the answer.
    pub completion: u64,
    /// Both, and what the vendor adds.
    pub total: u64,
}

/// A chat completion.
///
/// Unknown fields stay as they are; key order and digits too. `Debug` shows no content.
pub struct Answer {
    document: Node,
}

impl Answer {
    /// Reads a vendor's body.
    ///
    /// # Errors
    /// [`AnswerError`] where it is no JSON object. An error body of a vendor is one: ask
    /// [`Answer::is_error`].
    pub fn read(body: &[u8]) -> Result<Self, AnswerError> {
        read_object(body).map(|document| Answer { document })
    }

    /// Whether this is anything but a completion: an error body in any vendor's shape, or an
    /// object without choices.
    pub fn is_error(&self) -> bool {
        is_error(&self.document)
    }

    /// The vendor's word for an error, where it is a plain word. Its message is not given: vendors
    /// quote the request in it.
    pub fn error_code(&self) -> Option<&str> {
        error_code(&self.document)
    }

    /// Shows every text of the model to `visit`, which may change it.
    pub fn for_each_text(&mut self, mut visit: impl FnMut(AnswerPlace, &mut String)) {
        for_each_choice(&mut self.document, |index, choice| {
            if let Some(message) = choice.member_mut("message") {
                place::visit(index, message, &mut visit);
            }
        });
    }

    /// Takes the probabilities of tokens out: they spell the text once more, cut where no token of
    /// the gate can be restored.
    pub fn drop_logprobs(&mut self) {
        drop_logprobs(&mut self.document);
    }

    /// Names another model as the one that answered.
    pub fn set_model(&mut self, model: &str) {
        set_model(&mut self.document, model);
    }

    /// Why each choice ended, with its index.
    pub fn finish_reasons(&self) -> Vec<(u64, &str)> {
        finish_reasons(&self.document)
    }

    /// The vendor's count of tokens.
    pub fn usage(&self) -> Option<Usage> {
        usage(&self.document)
    }

    /// The answer as compact JSON.
    pub fn to_bytes(&self) -> Vec<u8> {
        json::to_bytes(&self.document)
    }
}

/// Shows nothing of the content.
impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer").field("is_error", &self.is_error()).finish_non_exhaustive()
    }
}

pub(super) fn read_object(body: &[u8]) -> Result<Node, AnswerError> {
    match json::parse(body, VENDOR_RULES).map_err(AnswerError::NotJson)? {
        document @ Node::Object(_) => Ok(document),
        _ => Err(AnswerError::NotAnObject),
    }
}

pub(super) fn is_error(document: &Node) -> bool {
    let has_error = document.member("error").is_some_and(|error| !error.is_null());
    let says_error = document.member("type").and_then(Node::as_str) == Some("error");
    has_error || says_error || document.member("choices").and_then(Node::as_array).is_none()
}

pub(super) fn error_code(document: &Node) -> Option<&str> {
    let error = document.member("error")?;
    let is_word = |word: &&str| {
        matches!(word.len(), 1..=64)
            && word.bytes().all(|b| b.is_ascii_alphabetic() || b == b'_' || b == b'-')
    };
    ["code", "type", "status"].iter().find_map(|key| error.member(key)?.as_str().filter(is_word))
}

pub(super) fn for_each_choice(document: &mut Node, mut visit: impl FnMut(u64, &mut Node)) {
    let Some(choices) = document.member_mut("choices").and_then(Node::elements_mut) else { return };
    for (position, choice) in choices.iter_mut().enumerate() {
        let index = choice.member("index").and_then(Node::as_u64).unwrap_or(position as u64);
        visit(index, choice);
    }
}

pub(super) fn drop_logprobs(document: &mut Node) -> bool {
    let mut dropped = false;
    for_each_choice(document, |_, choice| {
        if let Some(logprobs) = choice.member_mut("logprobs").filter(|logprobs| !logprobs.is_null()) {
            *logprobs = Node::Null;
            dropped = true;
        }
    });
    dropped
}

pub(super) fn set_model(document: &mut Node, model: &str) -> bool {
    match document.member_mut("model") {
        Some(node) if node.as_str() != Some(model) => {
            *node = Node::from(model);
            true
        }
        _ => false,
    }
}

pub(super) fn finish_reasons(document: &Node) -> Vec<(u64, &str)> {
    let choices = document.member("choices").and_then(Node::as_array).unwrap_or_default();
    choices
        .iter()
        .enumerate()
        .filter_map(|(position, choice)| {
            let index = choice.member("index").and_then(Node::as_u64).unwrap_or(position as u64);
            Some((index, choice.member("finish_reason")?.as_str()?))
        })
        .collect()
}

pub(super) fn usage(document: &Node) -> Option<Usage> {
    let usage = document.member("usage").filter(|usage| usage.as_object().is_some())?;
    let count = |key| usage.member(key).and_then(Node::as_u64);
    let prompt = count("prompt_tokens").unwrap_or_default();
    let completion = count("completion_tokens").unwrap_or_default();
    Some(Usage {
        prompt,
        completion,
        total: count("total_tokens").unwrap_or(prompt.saturating_add(completion)),
    })
}
