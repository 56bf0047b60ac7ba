//! Applies the tables to a document.

use super::error::{ReadError, Uninspectable, Wrong};
use super::rules::{self, Rule, Table};
use crate::json::{Member, Node};
use crate::slots::{Collector, Role, Shape, Slot};

/// A number of so few characters identifies nobody. Longer ones are slots wherever they stand.
const SHORT_NUMBER: usize = 6;

/// Token numbers of the vocabularies in use have at most seven digits.
const TOKEN_DIGITS: usize = 7;

/// The protocol's bound on `n`.
const MAX_ANSWERS: u64 = 128;

#[derive(Default)]
pub(super) struct Walk {
    pub(super) collector: Collector,
}

pub(super) fn expected(what: &'static str, at: &str) -> ReadError {
    let at = if at.is_empty() { "$" } else { at };
    ReadError::Malformed { what: Wrong::Expected(what), at: at.to_owned() }
}

pub(super) fn object<'n>(node: &'n Node, at: &str) -> Result<&'n [Member], ReadError> {
    node.as_object().ok_or_else(|| expected("an object", at))
}

impl Walk {
    /// The members of the request itself.
    pub(super) fn request(&mut self, members: &[Member]) -> Result<(), ReadError> {
        self.members(members, rules::request, Slot::free(Role::Other, None))
    }

    pub(super) fn place(&self) -> &str {
        self.collector.place()
    }

    pub(super) fn at_key<R>(&mut self, key: &str, inside: impl FnOnce(&mut Self) -> R) -> R {
        let place = self.collector.enter_key(key);
        let result = inside(self);
        self.collector.leave(place);
        result
    }

    pub(super) fn at_index<R>(&mut self, index: usize, inside: impl FnOnce(&mut Self) -> R) -> R {
        let place = self.collector.enter_index(index);
        let result = inside(self);
        self.collector.leave(place);
        result
    }

    pub(super) fn at_member<R>(&mut self, at: usize, inside: impl FnOnce(&mut Self) -> R) -> R {
        let place = self.collector.enter_member(at);
        let result = inside(self);
        self.collector.leave(place);
        result
    }

    pub(super) fn members(
        &mut self,
        members: &[Member],
        table: Table,
        slot: Slot<'_>,
    ) -> Result<(), ReadError> {
        for (at, member) in members.iter().enumerate() {
            match table(&member.key) {
                Some(rule) => {
                    self.collector.skip_key();
                    self.at_key(&member.key, |walk| walk.value(&member.value, rule, slot))?;
                }
                None => self.unknown(at, member, table, slot)?,
            }
        }
        Ok(())
    }

    /// A member that the protocol does not know: data, unless its key is a known one in other
    /// letters. Readers written in Go take `Store` for `store`, so such a key would be read by the
    /// vendor and not by the gate.
    pub(super) fn unknown(
        &mut self,
        at: usize,
        member: &Member,
        table: Table,
        slot: Slot<'_>,
    ) -> Result<(), ReadError> {
        if folded(&member.key).is_some_and(|key| table(&key).is_some()) {
            return Err(expected(
                "the protocol's field in its own letters",
                &format!("{}{{{at}}}", self.place()),
            ));
        }
        self.collector.member(at, member, slot);
        Ok(())
    }

    fn value(&mut self, node: &Node, rule: Rule, slot: Slot<'_>) -> Result<(), ReadError> {
        if node.is_null() {
            return match rule {
                Rule::Messages => Err(expected("a non-empty array", self.place())),
                _ => Ok(()),
            };
        }
        // Everything that is defined for the model, rather than said to it.
        let defined =
            Slot { role: if slot.message.is_none() { Role::Definition } else { slot.role }, ..slot };
        match (rule, node) {
            (Rule::Checked, node) => self.collector.skip(node),
            (Rule::Flag, Node::Bool(_)) => {}
            (Rule::Number, Node::Number(_)) => self.number(node, slot),
            (Rule::Whole, Node::Number(digits)) if is_whole(digits) => self.number(node, slot),
            (Rule::Count, Node::Number(_))
                if node.as_u64().is_some_and(|n| (1..=MAX_ANSWERS).contains(&n)) =>
            {
                self.collector.skip(node);
            }
            (Rule::WideNumber, Node::Number(_)) => self.collector.data(node, slot.shape(Shape::Parameter)),
            (Rule::Choice(words) | Rule::ChoiceOr(words, _), Node::String(text)) => {
                if words.contains(&text.as_str()) {
                    self.collector.skip(node);
                } else {
                    self.collector.data(node, slot);
                }
            }
            (Rule::ChoiceOr(_, table), Node::Object(members)) => self.members(members, table, defined)?,
            (Rule::Text, Node::String(_) | Node::Nested(_)) => self.collector.data(node, slot),
            (Rule::Texts, Node::String(_) | Node::Nested(_)) => self.collector.data(node, slot),
            (Rule::Texts, Node::Array(texts)) => {
                for (at, text) in texts.iter().enumerate() {
                    self.at_index(at, |walk| walk.value(text, Rule::Text, slot))?;
                }
            }
            (Rule::Word, Node::String(_) | Node::Nested(_)) => {
                self.collector.data(node, slot.shape(Shape::Word).word_keys());
            }
            (Rule::Identifier, Node::String(_) | Node::Nested(_)) => {
                self.collector.data(node, slot.shape(Shape::Identifier));
            }
            (Rule::Data, node) => self.collector.data(node, slot),
            (Rule::Arguments, Node::String(_) | Node::Nested(_) | Node::Object(_)) => {
                self.collector.data(node, slot.word_keys());
            }
            (Rule::Object(table), Node::Object(members)) => self.members(members, table, defined)?,
            (Rule::Each(table), Node::Array(elements)) => {
                for (at, element) in elements.iter().enumerate() {
                    self.at_index(at, |walk| {
                        let members = object(element, walk.place())?;
                        walk.members(members, table, defined)
                    })?;
                }
            }
            (Rule::Content, node) if slot.message.is_none() => {
                self.content(node, Slot { role: Role::Other, ..slot })?;
            }
            (Rule::Content, node) => self.content(node, slot)?,
            (Rule::Messages, node) => self.messages(node)?,
            (Rule::Schema, node) => self.schema(node, defined)?,
            (Rule::LogitBias, Node::Object(members)) => self.logit_bias(members, slot),
            (Rule::Modalities, Node::Array(words)) => {
                if words.iter().any(|word| word.as_str() != Some("text")) {
                    return Err(self.not_inspectable(Uninspectable::Modality));
                }
                self.collector.skip(node);
            }
            (Rule::Refuse(what), _) => return Err(self.not_inspectable(what)),
            (rule, _) => return Err(expected(rule.expectation(), self.place())),
        }
        Ok(())
    }

    /// A number of the protocol: a slot only where it is long.
    pub(super) fn number(&mut self, node: &Node, slot: Slot<'_>) {
        match node {
            Node::Number(digits) if digits.len() > SHORT_NUMBER => {
                self.collector.data(node, slot.shape(Shape::Parameter));
            }
            node => self.collector.skip(node),
        }
    }

    fn logit_bias(&mut self, members: &[Member], slot: Slot<'_>) {
        for (at, member) in members.iter().enumerate() {
            let Member { key, value } = member;
            let is_token = key.len() <= TOKEN_DIGITS && key.bytes().all(|byte| byte.is_ascii_digit());
            if is_token && matches!(value, Node::Number(_)) {
                self.collector.skip_key();
                self.at_member(at, |walk| walk.number(value, slot));
            } else {
                self.collector.member(at, member, slot);
            }
        }
    }

    fn not_inspectable(&self, what: Uninspectable) -> ReadError {
        ReadError::NotInspectable { what, at: self.place().to_owned() }
    }
}

/// The key in small letters as Go folds it, where that differs: besides ASCII, the Kelvin sign and
/// the long s fold to letters that the protocol uses.
fn folded(key: &str) -> Option<String> {
    let fold = |letter: char| match letter {
        '\u{212A}' => 'k',
        '\u{17F}' => 's',
        other => other.to_ascii_lowercase(),
    };
    key.chars().any(|letter| fold(letter) != letter).then(|| key.chars().map(fold).collect())
}

fn is_whole(digits: &str) -> bool {
    digits.strip_prefix('-').unwrap_or(digits).bytes().all(|byte| byte.is_ascii_digit())
}

impl Rule {
    fn expectation(self) -> &'static str {
        match self {
            Rule::Flag => "true or false",
            Rule::Number | Rule::WideNumber => "a number",
            Rule::Whole => "a whole number",
            Rule::Count => "a whole number from 1 to 128",
            Rule::Choice(_) | Rule::Text | Rule::Word | Rule::Identifier => "a string",
            Rule::ChoiceOr(..) => "a string or an object",
            Rule::Texts => "a string or an array of strings",
            Rule::Arguments => "a string that holds a JSON object",
            Rule::Object(_) | Rule::LogitBias => "an object",
            Rule::Each(_) => "an array of objects",
            Rule::Modalities => "an array of words",
            Rule::Content | Rule::Messages | Rule::Schema | Rule::Checked | Rule::Data | Rule::Refuse(_) => {
                "another type"
            }
        }
    }
}
