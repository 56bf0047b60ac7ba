//! Definitions: tools, functions, the wanted form of the answer, and the schemas in them.

use super::error::ReadError;
use super::rules::Rule;
use super::walk::Walk;
use crate::json::{Member, Node};
use crate::slots::{Shape, Slot};

pub(super) fn tool(key: &str) -> Option<Rule> {
    match key {
        "type" => Some(Rule::Choice(&["function", "custom"])),
        "function" => Some(Rule::Object(function)),
        "custom" => Some(Rule::Object(custom)),
        _ => None,
    }
}

pub(super) fn function(key: &str) -> Option<Rule> {
    match key {
        "name" => Some(Rule::Word),
        "description" => Some(Rule::Text),
        "parameters" => Some(Rule::Schema),
        "strict" => Some(Rule::Flag),
        _ => None,
    }
}

fn custom(key: &str) -> Option<Rule> {
    match key {
        "name" => Some(Rule::Word),
        "description" => Some(Rule::Text),
        "format" => Some(Rule::Object(custom_format)),
        _ => None,
    }
}

fn custom_format(key: &str) -> Option<Rule> {
    match key {
        "type" => Some(Rule::Choice(&["text", "grammar"])),
        "grammar" => Some(Rule::Object(grammar)),
        _ => None,
    }
}

fn grammar(key: &str) -> Option<Rule> {
    match key {
        "definition" => Some(Rule::Text),
        "syntax" => Some(Rule::Choice(&["lark", "regex"])),
        _ => None,
    }
}

pub(super) fn tool_choice(key: &str) -> Option<Rule> {
    match key {
        "type" => Some(Rule::Choice(&["function", "custom", "allowed_tools"])),
        "function" | "custom" => Some(Rule::Object(named)),
        "allowed_tools" => Some(Rule::Object(allowed_tools)),
        _ => None,
    }
}

pub(super) fn named(key: &str) -> Option<Rule> {
    (key == "name").then_some(Rule::Word)
}

fn allowed_tools(key: &str) -> Option<Rule> {
    match key {
        "mode" => Some(Rule::Choice(&["auto", "required"])),
        "tools" => Some(Rule::Each(tool_choice)),
        _ => None,
    }
}

pub(super) fn response_format(key: &str) -> Option<Rule> {
    match key {
        "type" => Some(Rule::Choice(&["text", "json_object", "json_schema"])),
        "json_schema" => Some(Rule::Object(json_schema)),
        "schema" => Some(Rule::Schema),
        _ => None,
    }
}

fn json_schema(key: &str) -> Option<Rule> {
    match key {
        "name" => Some(Rule::Word),
        "description" => Some(Rule::Text),
        "schema" => Some(Rule::Schema),
        "strict" => Some(Rule::Flag),
        _ => None,
    }
}

const TYPES: &[&str] = &["object", "array", "string", "number", "integer", "boolean", "null"];
const FORMATS: &[&str] =
    &["date-time", "date", "time", "duration", "email", "hostname", "ipv4", "ipv6", "uri", "uuid", "regex"];
const DIALECTS: &[&str] = &[
    "http://json-schema.org/draft-07/schema#",
    "https://json-schema.org/draft/2019-09/schema",
    "https://json-schema.org/draft/2020-12/schema",
];

/// What stands under a keyword of JSON Schema (draft 2020-12, with `definitions` of draft 7 and
/// `nullable`, `example` of OpenAPI). The names of properties are slots of their own, and name
/// the values that the schema gives for them.
pub(super) enum Keyword {
    /// Words of a closed list, alone or in an array.
    Words(&'static [&'static str]),
    Schema,
    Schemas,
    /// Schemas under names.
    NamedSchemas,
    /// Names of properties, or references to a named schema.
    Names,
    /// Values of the property itself.
    Values,
    /// Free text about the property.
    Prose,
    /// A bound.
    Bound,
    Flag,
}

pub(super) fn keyword(key: &str) -> Option<Keyword> {
    Some(match key {
        "type" => Keyword::Words(TYPES),
        "format" => Keyword::Words(FORMATS),
        "$schema" => Keyword::Words(DIALECTS),
        "properties" | "patternProperties" | "$defs" | "definitions" | "dependentSchemas" => {
            Keyword::NamedSchemas
        }
        "items" | "anyOf" | "oneOf" | "allOf" | "prefixItems" => Keyword::Schemas,
        "additionalProperties"
        | "additionalItems"
        | "unevaluatedProperties"
        | "unevaluatedItems"
        | "propertyNames"
        | "contains"
        | "not"
        | "if"
        | "then"
        | "else" => Keyword::Schema,
        "required" | "dependentRequired" | "$ref" | "$id" | "$anchor" => Keyword::Names,
        "enum" | "const" | "default" | "examples" | "example" => Keyword::Values,
        "description" | "title" | "pattern" | "$comment" => Keyword::Prose,
        "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" | "multipleOf" | "minLength"
        | "maxLength" | "minItems" | "maxItems" | "minProperties" | "maxProperties" | "minContains"
        | "maxContains" => Keyword::Bound,
        "uniqueItems" | "nullable" | "deprecated" | "readOnly" | "writeOnly" => Keyword::Flag,
        _ => return None,
    })
}

impl Walk {
    /// A schema never fails: what is no schema is data.
    pub(super) fn schema(&mut self, node: &Node, slot: Slot<'_>) -> Result<(), ReadError> {
        let Node::Object(members) = node else {
            self.collector.data(node, slot);
            return Ok(());
        };
        for (at, member) in members.iter().enumerate() {
            let Member { key, value } = member;
            match keyword(key) {
                Some(rule) => {
                    self.collector.skip_key();
                    self.at_key(key, |walk| walk.keyword(value, rule, slot))?;
                }
                None => self.collector.member(at, member, slot),
            }
        }
        Ok(())
    }

    fn keyword(&mut self, node: &Node, rule: Keyword, slot: Slot<'_>) -> Result<(), ReadError> {
        let is_word = |words: &[&str], node: &Node| node.as_str().is_some_and(|text| words.contains(&text));
        match (rule, node) {
            (Keyword::Words(words), node) if is_word(words, node) => self.collector.skip(node),
            (Keyword::Words(words), Node::Array(elements)) if elements.iter().all(|e| is_word(words, e)) => {
                self.collector.skip(node);
            }
            (Keyword::Schemas, Node::Array(schemas)) => {
                for (at, schema) in schemas.iter().enumerate() {
                    self.at_index(at, |walk| walk.schema(schema, slot))?;
                }
            }
            (Keyword::Schema | Keyword::Schemas, Node::Object(_)) => self.schema(node, slot)?,
            (Keyword::NamedSchemas, Node::Object(members)) => {
                for (at, Member { key, value }) in members.iter().enumerate() {
                    self.collector.key(at, key, slot.word_keys());
                    self.at_member(at, |walk| walk.schema(value, slot.label(key)))?;
                }
            }
            (Keyword::Names, node) => {
                self.collector.data(node, Slot { label: None, ..slot.shape(Shape::Word).word_keys() });
            }
            (Keyword::Bound, Node::Number(_)) => self.number(node, slot),
            (Keyword::Prose, node) => self.collector.data(node, Slot { label: None, ..slot }),
            (_, node) => self.collector.data(node, slot),
        }
        Ok(())
    }
}
