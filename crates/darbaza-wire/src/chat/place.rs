//! The places of an answer that hold text of the model.

use crate::json::Node;

/// A place of text in an answer. Pieces of a stream with the same place belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AnswerPlace {
    /// The choice, by its `index`.
    pub choice: u64,
    /// The field in it.
    pub field: Field,
}

/// A field of a message or delta that holds text of the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Field {
    /// `content`, a string, or the text parts of an array.
    Content,
    /// `refusal`.
    Refusal,
    /// `reasoning_content`, as DeepSeek and others write it.
    ReasoningContent,
    /// `reasoning`, as OpenRouter and others write it.
    Reasoning,
    /// `tool_calls[index].function.arguments`: JSON, or a piece of it.
    ToolArguments {
        /// The call, by its `index`, or its position where it has none.
        index: u64,
    },
    /// `tool_calls[index].custom.input`: free text.
    ToolInput {
        /// The call, by its `index`, or its position where it has none.
        index: u64,
    },
    /// `tool_calls[index].function.name`: a name that the request gave to a tool.
    ToolName {
        /// The call, by its `index`, or its position where it has none.
        index: u64,
    },
    /// `tool_calls[index].custom.name`, likewise.
    CustomToolName {
        /// The call, by its `index`, or its position where it has none.
        index: u64,
    },
    /// `function_call.arguments`, the older form.
    FunctionArguments,
    /// `function_call.name`, the older form.
    FunctionName,
    /// `audio.transcript`.
    AudioTranscript,
}

impl Field {
    /// Whether the text is JSON, so that a value has to be escaped before it is put in.
    pub const fn is_json(self) -> bool {
        matches!(self, Field::ToolArguments { .. } | Field::FunctionArguments)
    }

    /// The name of the call that this text belongs to, where it is the arguments or the input of
    /// one: a stream tells the name first, so once these begin the name is whole.
    pub const fn name_of_call(self) -> Option<Field> {
        match self {
            Field::ToolArguments { index } => Some(Field::ToolName { index }),
            Field::ToolInput { index } => Some(Field::CustomToolName { index }),
            Field::FunctionArguments => Some(Field::FunctionName),
            _ => None,
        }
    }

    /// The arguments or the input of the call whose name this text is: the way back of
    /// [`Field::name_of_call`].
    pub const fn arguments_of_call(self) -> Option<Field> {
        match self {
            Field::ToolName { index } => Some(Field::ToolArguments { index }),
            Field::CustomToolName { index } => Some(Field::ToolInput { index }),
            Field::FunctionName => Some(Field::FunctionArguments),
            _ => None,
        }
    }
}

/// Shows every text of a message or delta to `visit`, in the order of the fields; the name of a call
/// right before its arguments, in whatever order they stand.
pub(super) fn visit(choice: u64, message: &mut Node, visit: &mut impl FnMut(AnswerPlace, &mut String)) {
    let Node::Object(members) = message else { return };
    for member in members {
        let at = |field| AnswerPlace { choice, field };
        match (member.key.as_str(), &mut member.value) {
            ("content", Node::String(text)) => visit(at(Field::Content), text),
            ("content", Node::Array(parts)) => {
                for part in parts {
                    let kind = part.member("type").and_then(Node::as_str);
                    let (key, field) = match kind {
                        Some("refusal") => ("refusal", Field::Refusal),
                        _ => ("text", Field::Content),
                    };
                    if let Some(Node::String(text)) = part.member_mut(key) {
                        visit(at(field), text);
                    }
                }
            }
            ("refusal", Node::String(text)) => visit(at(Field::Refusal), text),
            ("reasoning_content", Node::String(text)) => visit(at(Field::ReasoningContent), text),
            ("reasoning", Node::String(text)) => visit(at(Field::Reasoning), text),
            ("tool_calls", Node::Array(calls)) => {
                for (position, call) in calls.iter_mut().enumerate() {
                    let index = call.member("index").and_then(Node::as_u64).unwrap_or(position as u64);
                    for (outer, inner, field) in [
                        ("function", "name", Field::ToolName { index }),
                        ("function", "arguments", Field::ToolArguments { index }),
                        ("custom", "name", Field::CustomToolName { index }),
                        ("custom", "input", Field::ToolInput { index }),
                    ] {
                        if let Some(text) = string_at(call, outer, inner) {
                            visit(at(field), text);
                        }
                    }
                }
            }
            ("function_call", call) => {
                for (key, field) in [("name", Field::FunctionName), ("arguments", Field::FunctionArguments)] {
                    if let Some(Node::String(text)) = call.member_mut(key) {
                        visit(at(field), text);
                    }
                }
            }
            ("audio", audio) => {
                if let Some(Node::String(text)) = audio.member_mut("transcript") {
                    visit(at(Field::AudioTranscript), text);
                }
            }
            _ => {}
        }
    }
}

fn string_at<'n>(node: &'n mut Node, outer: &str, inner: &str) -> Option<&'n mut String> {
    match node.member_mut(outer)?.member_mut(inner)? {
        Node::String(text) => Some(text),
        _ => None,
    }
}

/// A delta that holds one text at this place.
pub(super) fn delta(field: Field, text: &str) -> Node {
    use crate::json::Member;
    let one = |key: &str, value: Node| Node::from([Member::new(key, value)]);
    let call = |index: u64, key: &str, value: Node| {
        let call = Node::from([Member::new("index", index), Member::new(key, value)]);
        one("tool_calls", Node::Array(vec![call]))
    };
    match field {
        Field::Content => one("content", text.into()),
        Field::Refusal => one("refusal", text.into()),
        Field::ReasoningContent => one("reasoning_content", text.into()),
        Field::Reasoning => one("reasoning", text.into()),
        Field::ToolArguments { index } => call(index, "function", one("arguments", text.into())),
        Field::ToolInput { index } => call(index, "custom", one("input", text.into())),
        Field::ToolName { index } => call(index, "function", one("name", text.into())),
        Field::CustomToolName { index } => call(index, "custom", one("name", text.into())),
        Field::FunctionName => one("function_call", one("name", text.into())),
        Field::FunctionArguments => one("function_call", one("arguments", text.into())),
        Field::AudioTranscript => one("audio", one("transcript", text.into())),
    }
}
