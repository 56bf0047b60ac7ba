//! Messages, their parts, and the calls of tools in them.

use super::error::{ReadError, Uninspectable, Wrong};
use super::rules::Rule;
use super::walk::{Walk, expected, object};
use crate::json::{Member, Node};
use crate::slots::{Role, Slot};

/// Whose words a message is, by the protocol's roles.
pub(super) fn role_of(message: &Node) -> Option<Role> {
    match message.member("role")?.as_str()? {
        "system" | "developer" => Some(Role::System),
        "user" => Some(Role::User),
        "assistant" => Some(Role::Assistant),
        "tool" | "function" => Some(Role::Tool),
        _ => None,
    }
}

/// The text of a message's content, its parts joined.
pub(super) fn content_text(message: &Node) -> String {
    let Some(content) = message.member("content") else { return String::new() };
    match content.as_array() {
        Some(parts) => parts
            .iter()
            .filter_map(|part| part.member("text").or_else(|| part.member("refusal")))
            .filter_map(Node::as_str)
            .collect(),
        None => content.as_str().unwrap_or_default().to_owned(),
    }
}

fn message(key: &str) -> Option<Rule> {
    Some(match key {
        "role" => Rule::Checked,
        "content" => Rule::Content,
        "name" => Rule::Word,
        "tool_call_id" => Rule::Identifier,
        "tool_calls" => Rule::Each(tool_call),
        "function_call" => Rule::Object(called_function),
        "refusal" => Rule::Text,
        "reasoning" | "reasoning_content" => Rule::Data,
        "audio" => Rule::Refuse(Uninspectable::AudioReference),
        "images" => Rule::Refuse(Uninspectable::Images),
        _ => return None,
    })
}

fn part(key: &str) -> Option<Rule> {
    match key {
        "type" => Some(Rule::Checked),
        "text" | "refusal" => Some(Rule::Text),
        key => uninspectable(key).map(Rule::Refuse),
    }
}

/// The types of parts that hold no text; each has its content in a field of the same name.
fn uninspectable(kind: &str) -> Option<Uninspectable> {
    match kind {
        "image_url" => Some(Uninspectable::ImageUrl),
        "input_audio" => Some(Uninspectable::InputAudio),
        "file" => Some(Uninspectable::File),
        _ => None,
    }
}

fn tool_call(key: &str) -> Option<Rule> {
    Some(match key {
        "id" => Rule::Identifier,
        "index" => Rule::Whole,
        "type" => Rule::Choice(&["function", "custom"]),
        "function" => Rule::Object(called_function),
        "custom" => Rule::Object(called_custom),
        _ => return None,
    })
}

fn called_function(key: &str) -> Option<Rule> {
    match key {
        "name" => Some(Rule::Word),
        "arguments" => Some(Rule::Arguments),
        _ => None,
    }
}

fn called_custom(key: &str) -> Option<Rule> {
    match key {
        "name" => Some(Rule::Word),
        "input" => Some(Rule::Text),
        _ => None,
    }
}

impl Walk {
    pub(super) fn messages(&mut self, node: &Node) -> Result<(), ReadError> {
        let messages = node.as_array().filter(|messages| !messages.is_empty());
        let messages = messages.ok_or_else(|| expected("a non-empty array", self.place()))?;
        for (at, node) in messages.iter().enumerate() {
            self.at_index(at, |walk| {
                let members = object(node, walk.place())?;
                let role = role_of(node).ok_or_else(|| {
                    let at = format!("{}.role", walk.place());
                    expected("one of system, developer, user, assistant, tool, function", &at)
                })?;
                walk.members(members, message, Slot::free(role, Some(at)))
            })?;
        }
        Ok(())
    }

    pub(super) fn content(&mut self, node: &Node, slot: Slot<'_>) -> Result<(), ReadError> {
        match node {
            Node::String(_) | Node::Nested(_) => self.collector.data(node, slot),
            Node::Array(parts) => {
                for (at, part) in parts.iter().enumerate() {
                    self.at_index(at, |walk| walk.part(part, slot))?;
                }
                self.collector.close();
            }
            _ => return Err(expected("a string, null or an array of parts", self.place())),
        }
        Ok(())
    }

    fn part(&mut self, node: &Node, slot: Slot<'_>) -> Result<(), ReadError> {
        let members = object(node, self.place())?;
        let kind = match node.member("type") {
            Some(kind) => {
                kind.as_str().ok_or_else(|| expected("a string", &format!("{}.type", self.place())))?
            }
            None => {
                return Err(ReadError::Malformed {
                    what: Wrong::Missing("type"),
                    at: self.place().to_owned(),
                });
            }
        };
        match kind {
            "text" => self.text_part(members, "text", slot),
            "refusal" => self.text_part(members, "refusal", slot),
            kind => {
                let what = uninspectable(kind).unwrap_or(Uninspectable::UnknownPart);
                Err(ReadError::NotInspectable { what, at: self.place().to_owned() })
            }
        }
    }

    fn text_part(
        &mut self,
        members: &[Member],
        field: &'static str,
        slot: Slot<'_>,
    ) -> Result<(), ReadError> {
        // A reader that goes by the field and not by the type would take a picture here.
        let disguised =
            members.iter().find_map(|member| uninspectable(&member.key).filter(|_| !member.value.is_null()));
        if let Some(what) = disguised {
            return Err(ReadError::NotInspectable { what, at: self.place().to_owned() });
        }
        if !members.iter().any(|member| member.key == field) {
            return Err(ReadError::Malformed { what: Wrong::Missing(field), at: self.place().to_owned() });
        }
        for (at, member) in members.iter().enumerate() {
            let Member { key, value } = member;
            if key == "type" {
                self.collector.skip_key();
                self.collector.skip(value);
            } else if key == field {
                self.collector.skip_key();
                self.at_key(field, |walk| match value {
                    Node::String(text) => {
                        walk.collector.part(text, slot);
                        Ok(())
                    }
                    Node::Nested(_) => {
                        walk.collector.data(value, slot);
                        Ok(())
                    }
                    _ => Err(expected("a string", walk.place())),
                })?;
            } else {
                self.unknown(at, member, part, slot)?;
            }
        }
        Ok(())
    }
}
