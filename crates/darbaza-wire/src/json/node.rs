//! The tree.

use std::fmt;

/// One JSON value.
#[derive(Clone, PartialEq, Eq)]
pub enum Node {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number as it was written, every digit of it.
    Number(String),
    /// A string, decoded.
    String(String),
    /// An array.
    Array(Vec<Node>),
    /// An object, its members in the order of the document.
    Object(Vec<Member>),
    /// A string whose whole content is a JSON object or array.
    Nested(Box<Nested>),
}

/// A key and its value.
#[derive(Clone, PartialEq, Eq)]
pub struct Member {
    /// The key, decoded.
    pub key: String,
    /// The value.
    pub value: Node,
}

/// A JSON document that travels as a string, such as the arguments of a tool call.
///
/// Python's `json.dumps` writes every Cyrillic letter as `\uXXXX`; only the parsed document shows
/// what the letters are.
#[derive(Clone, PartialEq, Eq)]
pub struct Nested {
    /// The string as it came: what is written back as long as no leaf was edited.
    pub original: String,
    /// The document in it.
    pub document: Node,
}

impl Member {
    /// A member of these two.
    pub fn new(key: impl Into<String>, value: impl Into<Node>) -> Self {
        Member { key: key.into(), value: value.into() }
    }
}

impl Node {
    /// The content of a string, nested or not.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Node::String(text) => Some(text),
            Node::Nested(nested) => Some(&nested.original),
            _ => None,
        }
    }

    /// The value, where this is `true` or `false`.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Node::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// The value, where this is a whole number that fits.
    pub fn as_u64(&self) -> Option<u64> {
        match self {
            Node::Number(digits) => digits.parse().ok(),
            _ => None,
        }
    }

    /// The elements, where this is an array.
    pub fn as_array(&self) -> Option<&[Node]> {
        match self {
            Node::Array(elements) => Some(elements),
            _ => None,
        }
    }

    /// The members, where this is an object.
    pub fn as_object(&self) -> Option<&[Member]> {
        match self {
            Node::Object(members) => Some(members),
            _ => None,
        }
    }

    /// Whether this is `null`.
    pub fn is_null(&self) -> bool {
        matches!(self, Node::Null)
    }

    /// The value under a key, where this is an object that has it.
    pub fn member(&self, key: &str) -> Option<&Node> {
        self.as_object()?.iter().find(|member| member.key == key).map(|member| &member.value)
    }

    /// The value under a key, to change.
    pub fn member_mut(&mut self, key: &str) -> Option<&mut Node> {
        match self {
            Node::Object(members) => {
                members.iter_mut().find(|member| member.key == key).map(|member| &mut member.value)
            }
            _ => None,
        }
    }

    /// The elements, to change.
    pub(crate) fn elements_mut(&mut self) -> Option<&mut Vec<Node>> {
        match self {
            Node::Array(elements) => Some(elements),
            _ => None,
        }
    }

    /// How many leaves (keys, strings, numbers) the tree has, those of nested documents included.
    pub(crate) fn leaf_count(&self) -> usize {
        match self {
            Node::Null | Node::Bool(_) => 0,
            Node::Number(_) | Node::String(_) => 1,
            Node::Array(elements) => elements.iter().map(Node::leaf_count).sum(),
            Node::Object(members) => members.iter().map(|member| 1 + member.value.leaf_count()).sum(),
            Node::Nested(nested) => nested.document.leaf_count(),
        }
    }
}

impl From<&str> for Node {
    fn from(text: &str) -> Self {
        Node::String(text.to_owned())
    }
}

impl From<String> for Node {
    fn from(text: String) -> Self {
        Node::String(text)
    }
}

impl From<bool> for Node {
    fn from(value: bool) -> Self {
        Node::Bool(value)
    }
}

impl From<u64> for Node {
    fn from(value: u64) -> Self {
        Node::Number(value.to_string())
    }
}

impl From<Vec<Node>> for Node {
    fn from(elements: Vec<Node>) -> Self {
        Node::Array(elements)
    }
}

impl<const N: usize> From<[Member; N]> for Node {
    fn from(members: [Member; N]) -> Self {
        Node::Object(members.into())
    }
}

/// Shows the kind and the size only: trees hold personal data.
impl fmt::Debug for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Node::Null => f.write_str("Null"),
            Node::Bool(_) => f.write_str("Bool"),
            Node::Number(_) => f.write_str("Number"),
            Node::String(text) => write!(f, "String({} bytes)", text.len()),
            Node::Array(elements) => write!(f, "Array({} elements)", elements.len()),
            Node::Object(members) => write!(f, "Object({} members)", members.len()),
            Node::Nested(nested) => write!(f, "Nested({} bytes)", nested.original.len()),
        }
    }
}

/// Shows the kind of the value only.
impl fmt::Debug for Member {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Member({:?})", self.value)
    }
}

/// Shows the size only.
impl fmt::Debug for Nested {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Nested({} bytes)", self.original.len())
    }
}
