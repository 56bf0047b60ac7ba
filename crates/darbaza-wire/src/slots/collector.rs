//! Walks a request in the order of its document and keeps count of its leaves.

use std::fmt::Write as _;

use super::edits::{Piece, Slots};
use super::escapes;
use super::{Role, Shape, Text, TextId};
use crate::json::{Member, Node};

/// What the leaves under a place are.
#[derive(Clone, Copy)]
pub(crate) struct Slot<'a> {
    pub(crate) role: Role,
    pub(crate) message: Option<usize>,
    /// The shape of strings.
    pub(crate) shape: Shape,
    /// The shape of keys.
    pub(crate) keys: Shape,
    /// The key that names values.
    pub(crate) label: Option<&'a str>,
}

impl<'a> Slot<'a> {
    pub(crate) fn free(role: Role, message: Option<usize>) -> Self {
        Slot { role, message, shape: Shape::Free, keys: Shape::Key, label: None }
    }

    pub(crate) fn shape(self, shape: Shape) -> Self {
        Slot { shape, ..self }
    }

    /// Keys of the data are words that the client's program knows, such as names of arguments.
    pub(crate) fn word_keys(self) -> Self {
        Slot { keys: Shape::Word, ..self }
    }

    pub(crate) fn label<'b>(self, label: &'b str) -> Slot<'b> {
        Slot {
            role: self.role,
            message: self.message,
            shape: self.shape,
            keys: self.keys,
            label: Some(label),
        }
    }
}

/// A place to go back to.
pub(crate) struct PlaceMark(usize);

/// Collects texts. Every leaf must be passed to exactly one of its methods, in the order of the
/// document: the number of a leaf is how the writer finds it again.
#[derive(Default)]
pub(crate) struct Collector {
    leaf: usize,
    place: String,
    texts: Vec<Text>,
    pieces: Vec<Vec<Piece>>,
    /// The last text is an unfinished run of text parts.
    open: bool,
}

impl Collector {
    pub(crate) fn place(&self) -> &str {
        &self.place
    }

    pub(crate) fn finish(self) -> (Vec<Text>, Slots) {
        (self.texts, Slots::new(self.pieces))
    }

    /// Goes to the value of a key of the protocol; what is returned leads back.
    #[must_use]
    pub(crate) fn enter_key(&mut self, key: &str) -> PlaceMark {
        let mark = PlaceMark(self.place.len());
        if !self.place.is_empty() {
            self.place.push('.');
        }
        self.place.push_str(key);
        mark
    }

    /// Goes to an element of an array.
    #[must_use]
    pub(crate) fn enter_index(&mut self, index: usize) -> PlaceMark {
        self.enter('[', index, ']')
    }

    /// Goes to the value of a member whose key is data, so that only its position may be named.
    #[must_use]
    pub(crate) fn enter_member(&mut self, at: usize) -> PlaceMark {
        self.enter('{', at, '}')
    }

    /// Goes back to where the mark was made.
    pub(crate) fn leave(&mut self, mark: PlaceMark) {
        self.place.truncate(mark.0);
    }

    fn enter(&mut self, open: char, index: usize, close: char) -> PlaceMark {
        let mark = PlaceMark(self.place.len());
        // Writing to a string cannot fail.
        let _ = write!(self.place, "{open}{index}{close}");
        mark
    }

    /// Counts the leaves of a subtree that holds words of the protocol only.
    pub(crate) fn skip(&mut self, node: &Node) {
        self.leaf += node.leaf_count();
    }

    /// Counts a key that is a word of the protocol.
    pub(crate) fn skip_key(&mut self) {
        self.leaf += 1;
    }

    /// Ends a run of joined text parts.
    pub(crate) fn close(&mut self) {
        self.open = false;
    }

    /// A whole subtree of data: every key, string and number of it.
    pub(crate) fn data(&mut self, node: &Node, slot: Slot<'_>) {
        match node {
            Node::Null | Node::Bool(_) => {}
            Node::Number(digits) => {
                let shape = if slot.shape == Shape::Parameter { Shape::Parameter } else { Shape::Number };
                self.leaf(digits, slot.shape(shape));
            }
            Node::String(text) => self.leaf(text, slot),
            Node::Nested(nested) => {
                let mark = PlaceMark(self.place.len());
                self.place.push_str(":json");
                self.data(&nested.document, slot);
                self.leave(mark);
            }
            Node::Array(elements) => {
                for (at, element) in elements.iter().enumerate() {
                    let mark = self.enter_index(at);
                    self.data(element, slot);
                    self.leave(mark);
                }
            }
            Node::Object(members) => {
                for (at, member) in members.iter().enumerate() {
                    self.member(at, member, slot);
                }
            }
        }
    }

    /// One member of free data: its key is a slot and names its value.
    pub(crate) fn member(&mut self, at: usize, member: &Member, slot: Slot<'_>) {
        self.key(at, &member.key, slot);
        let mark = self.enter_member(at);
        self.data(&member.value, slot.label(&member.key));
        self.leave(mark);
    }

    /// The key of free data, without its value.
    pub(crate) fn key(&mut self, at: usize, key: &str, slot: Slot<'_>) {
        let mark = self.enter_member(at);
        self.place.push_str(":key");
        self.leaf(key, Slot { label: None, shape: slot.keys, ..slot });
        self.leave(mark);
    }

    /// One leaf, as a text of its own.
    pub(crate) fn leaf(&mut self, content: &str, slot: Slot<'_>) {
        self.open = false;
        self.begin(slot);
        self.append(content);
    }

    /// One text part; joined with the one before it unless something stood between them.
    pub(crate) fn part(&mut self, content: &str, slot: Slot<'_>) {
        if self.open {
            if let Some(text) = self.texts.last_mut() {
                text.seams.push(text.value.len());
            }
        } else {
            self.begin(slot);
            self.open = true;
        }
        self.append(content);
    }

    fn begin(&mut self, slot: Slot<'_>) {
        self.texts.push(Text {
            id: TextId(self.texts.len()),
            role: slot.role,
            shape: slot.shape,
            message: slot.message,
            label: slot.label.map(str::to_owned),
            place: self.place.clone(),
            value: String::new(),
            seams: Vec::new(),
        });
        self.pieces.push(Vec::with_capacity(1));
    }

    fn append(&mut self, content: &str) {
        let (Some(text), Some(pieces)) = (self.texts.last_mut(), self.pieces.last_mut()) else { return };
        let start = text.value.len();
        let escaped = match escapes::decode(content) {
            Some((value, escaped)) => {
                text.value.push_str(&value);
                Some(escaped)
            }
            None => {
                text.value.push_str(content);
                None
            }
        };
        pieces.push(Piece { leaf: self.leaf, range: start..text.value.len(), escaped });
        self.leaf += 1;
    }
}
