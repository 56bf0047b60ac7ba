//! Which leaf of a request is what, as tables: the protocol's fields, object by object.
//!
//! A key that a table knows is a word of the protocol and no slot. A key that no table knows is
//! free data: the key itself and everything under it are slots.

use super::error::Uninspectable;
use super::parameters::SensitiveParameter;

/// What stands under a key. `null` is accepted everywhere.
#[derive(Clone, Copy)]
pub(super) enum Rule {
    /// Checked elsewhere and known to hold words of the protocol only.
    Checked,
    /// `true` or `false`.
    Flag,
    /// A number; a slot only where it is long enough to carry something.
    Number,
    /// A whole number, likewise.
    Whole,
    /// How many answers.
    Count,
    /// A number that may well be an identifier of somebody.
    WideNumber,
    /// A word of a closed list; any other string is a slot.
    Choice(&'static [&'static str]),
    /// A word of a closed list, or an object.
    ChoiceOr(&'static [&'static str], Table),
    /// A string.
    Text,
    /// A string or an array of strings.
    Texts,
    /// A string of `[A-Za-z0-9_-]`.
    Word,
    /// A string that other strings refer to.
    Identifier,
    /// Anything.
    Data,
    /// The arguments of a call: JSON in a string, or the object itself.
    Arguments,
    /// An object.
    Object(Table),
    /// An array of objects.
    Each(Table),
    /// The content of a message: a string or parts.
    Content,
    /// The messages.
    Messages,
    /// A JSON Schema.
    Schema,
    /// Token numbers with their bias.
    LogitBias,
    /// The list of forms of output: text only.
    Modalities,
    /// Something that cannot be read.
    Refuse(Uninspectable),
}

/// The rule of a key, where the table knows it.
pub(super) type Table = fn(&str) -> Option<Rule>;

pub(super) fn request(key: &str) -> Option<Rule> {
    Some(match key {
        "model" => Rule::Checked,
        "messages" => Rule::Messages,
        "stream" | "store" | "logprobs" | "parallel_tool_calls" | "background" => Rule::Flag,
        "stream_options" => Rule::Object(stream_options),
        "n" => Rule::Count,
        "max_tokens" | "max_completion_tokens" | "top_logprobs" => Rule::Whole,
        "temperature" | "top_p" | "presence_penalty" | "frequency_penalty" => Rule::Number,
        "seed" => Rule::WideNumber,
        "logit_bias" => Rule::LogitBias,
        "stop" => Rule::Texts,
        "user" | "safety_identifier" | "prompt_cache_key" => Rule::Text,
        "previous_response_id" => Rule::Identifier,
        "metadata" => Rule::Data,
        "tools" => Rule::Each(super::definitions::tool),
        "functions" => Rule::Each(super::definitions::function),
        "tool_choice" => Rule::ChoiceOr(&["none", "auto", "required"], super::definitions::tool_choice),
        "function_call" => Rule::ChoiceOr(&["none", "auto"], super::definitions::named),
        "response_format" => Rule::Object(super::definitions::response_format),
        "prediction" => Rule::Object(prediction),
        "reasoning_effort" => Rule::Choice(&["none", "minimal", "low", "medium", "high", "xhigh"]),
        "verbosity" => Rule::Choice(&["low", "medium", "high"]),
        "service_tier" => Rule::Choice(&["auto", "default", "flex", "scale", "priority"]),
        "prompt_cache_retention" => Rule::Choice(&["in_memory", "in-memory", "24h"]),
        "modalities" => Rule::Modalities,
        "audio" => Rule::Refuse(Uninspectable::AudioOutput),
        // The others that change retention, recipients or place are known by name, and read as data.
        key => return SensitiveParameter::named(key).map(|_| Rule::Data),
    })
}

fn stream_options(key: &str) -> Option<Rule> {
    matches!(key, "include_usage" | "include_obfuscation").then_some(Rule::Flag)
}

fn prediction(key: &str) -> Option<Rule> {
    match key {
        "type" => Some(Rule::Choice(&["content"])),
        "content" => Some(Rule::Content),
        _ => None,
    }
}
