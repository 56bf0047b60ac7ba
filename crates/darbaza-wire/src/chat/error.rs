//! Errors of the protocol: why a request is not read, and the body that says so to a client.

use crate::json::{self, Fault, JsonError, Member, Node};
use crate::sse;

/// Why a request is not read. Places and names of the protocol only, never content.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The body is not what the protocol asks for.
    #[error("{what} at {at}")]
    Malformed {
        /// What is wrong.
        what: Wrong,
        /// The place in the document (`messages[2].content`, `$` for all of it), or line and
        /// column (`1:17`) where it is no document. The same in every language.
        at: String,
    },
    /// The body is nested deeper than the gate reads, nested documents in strings included.
    #[error("nested deeper than {limit} levels at {at}")]
    TooDeep {
        /// The bound.
        limit: usize,
        /// Line and column.
        at: String,
    },
    /// The body has more values than the gate reads.
    #[error("more than {limit} values at {at}")]
    TooMany {
        /// The bound.
        limit: usize,
        /// Line and column.
        at: String,
    },
    /// A part of the request cannot be read for personal data.
    #[error("{what} cannot be inspected, at {at}")]
    NotInspectable {
        /// What it is.
        what: Uninspectable,
        /// The place in the document.
        at: String,
    },
}

/// What is wrong with a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    /// It is no JSON document that the gate reads.
    #[error("{0}")]
    Json(Fault),
    /// A field that has to be there is missing.
    #[error("missing field {0}")]
    Missing(&'static str),
    /// A field has another type than the protocol says.
    #[error("expected {0}")]
    Expected(&'static str),
}

/// What the gate cannot read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Uninspectable {
    /// A content part with an image.
    ImageUrl,
    /// A content part with sound.
    InputAudio,
    /// A content part with a file.
    File,
    /// A content part of a type that the gate does not know.
    UnknownPart,
    /// A reference to sound that the vendor keeps from an earlier answer.
    AudioReference,
    /// A request for sound as the answer.
    AudioOutput,
    /// A form of output other than text.
    Modality,
    /// Images beside the content, as some local servers take them.
    Images,
    /// A text that is a file in the form of a `data:` URL (RFC 2397).
    DataUrl,
}

impl Uninspectable {
    /// The name in the protocol.
    pub const fn as_str(self) -> &'static str {
        match self {
            Uninspectable::ImageUrl => "image_url",
            Uninspectable::InputAudio => "input_audio",
            Uninspectable::File => "file",
            Uninspectable::UnknownPart => "unknown part type",
            Uninspectable::AudioReference => "message audio",
            Uninspectable::AudioOutput => "audio",
            Uninspectable::Modality => "modalities",
            Uninspectable::Images => "images",
            Uninspectable::DataUrl => "data URL",
        }
    }
}

impl std::fmt::Display for Uninspectable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl From<JsonError> for ReadError {
    fn from(error: JsonError) -> Self {
        match error {
            JsonError::TooDeep { limit, line, column } => {
                ReadError::TooDeep { limit, at: line_and_column(line, column) }
            }
            JsonError::TooMany { limit, line, column } => {
                ReadError::TooMany { limit, at: line_and_column(line, column) }
            }
            JsonError::Malformed { fault, line, column } => {
                ReadError::Malformed { what: Wrong::Json(fault), at: line_and_column(line, column) }
            }
        }
    }
}

fn line_and_column(line: usize, column: usize) -> String {
    format!("{line}:{column}")
}

/// An error in the protocol's shape, with the gate's part under `error.darbaza`.
///
/// ```
/// use darbaza_wire::chat::ErrorBody;
///
/// let body = ErrorBody {
///     message: "No legal basis is registered for this purpose.",
///     kind: "permission_error",
///     code: "no_legal_basis",
///     missing: &["legal basis of the purpose"],
///     law: &["PD 7(1)", "PD 9"],
///     receipt: None,
///     extra: Vec::new(),
/// };
/// assert!(body.to_bytes().starts_with(br#"{"error":{"message":"No legal basis"#));
/// ```
#[derive(Clone, Debug)]
pub struct ErrorBody<'a> {
    /// For a person, in the caller's language.
    pub message: &'a str,
    /// The protocol's word for the kind (`error.type`), such as `invalid_request_error`.
    pub kind: &'a str,
    /// The gate's code (`error.code`).
    pub code: &'a str,
    /// What is missing for the request to pass.
    pub missing: &'a [&'a str],
    /// The articles of law.
    pub law: &'a [&'a str],
    /// The receipt, where the refusal was recorded.
    pub receipt: Option<&'a str>,
    /// Further members of `error.darbaza`, such as the case of a held request.
    pub extra: Vec<Member>,
}

impl ErrorBody<'_> {
    fn node(&self) -> Node {
        let list = |words: &[&str]| Node::Array(words.iter().map(|word| Node::from(*word)).collect());
        let mut darbaza = vec![
            Member::new("missing", list(self.missing)),
            Member::new("law", list(self.law)),
            Member::new("receipt", self.receipt.map_or(Node::Null, Node::from)),
        ];
        darbaza.extend(self.extra.iter().cloned());
        Node::from([Member::new(
            "error",
            Node::from([
                Member::new("message", self.message),
                Member::new("type", self.kind),
                Member::new("param", Node::Null),
                Member::new("code", self.code),
                Member::new("darbaza", Node::Object(darbaza)),
            ]),
        )])
    }

    /// The body of a response.
    pub fn to_bytes(&self) -> Vec<u8> {
        json::to_bytes(&self.node())
    }

    /// The event that ends a stream: in the protocol an error inside of a stream is a data line,
    /// and no `[DONE]` follows.
    pub fn to_event(&self) -> Vec<u8> {
        sse::data_event(&json::to_string(&self.node()))
    }
}
