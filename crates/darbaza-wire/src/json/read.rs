//! Reading: `serde_json` parses, this visitor builds and refuses.

use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, MapAccess, SeqAccess, Visitor};

use super::{Fault, JsonError, Member, Nested, Node};

/// The deepest nesting that can be asked for; the library's own bound lies above it, so that
/// depth is always reported as depth.
pub const MAX_DEPTH: usize = 120;

/// The key under which `serde_json` hands numbers to a visitor when it keeps every digit. A
/// document that uses it as a key would be mistaken for a number by any reader built like this one.
const LIBRARY_NUMBER_KEY: &str = "$serde_json::private::Number";

/// Objects up to this size are compared key by key; larger ones are sorted first, so that a
/// hostile object with a hundred thousand keys costs no quadratic time.
const PAIRWISE_KEYS: usize = 16;

/// What reading accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// How many arrays, objects and nested documents may stand in one another; at most
    /// [`MAX_DEPTH`].
    pub depth: usize,
    /// How many values the document may have, nested documents included. Two bytes of JSON are a
    /// value, and a value takes some hundred bytes of memory once its text is told apart.
    pub values: usize,
    /// Whether strings that are JSON documents themselves become [`Node::Nested`].
    pub nested: bool,
}

/// Reads one document that fills `bytes`.
///
/// # Errors
/// [`JsonError::TooDeep`] and [`JsonError::TooMany`] beyond the bounds of the rules,
/// [`JsonError::Malformed`] for everything else that is not one strict JSON document in UTF-8.
pub fn parse(bytes: &[u8], rules: Rules) -> Result<Node, JsonError> {
    if bytes.starts_with(b"\xEF\xBB\xBF") {
        return Err(JsonError::Malformed { fault: Fault::ByteOrderMark, line: 1, column: 1 });
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let valid = &bytes[..error.valid_up_to()];
        let line = 1 + valid.iter().filter(|byte| **byte == b'\n').count();
        let column = 1 + valid.iter().rev().take_while(|byte| **byte != b'\n').count();
        JsonError::Malformed { fault: Fault::NotUtf8, line, column }
    })?;
    let rules = Rules { depth: rules.depth.min(MAX_DEPTH), ..rules };
    let (failure, values) = (Cell::new(None), Cell::new(0));
    let reader =
        Reader { rules, depth: 0, duplicates: Duplicates::Refused, values: &values, failure: &failure };
    read_document(text, reader).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        match failure.get() {
            Some(Failure::TooDeep) => JsonError::TooDeep { limit: rules.depth, line, column },
            Some(Failure::TooMany) => JsonError::TooMany { limit: rules.values, line, column },
            Some(Failure::Fault(fault)) => JsonError::Malformed { fault, line, column },
            None => JsonError::Malformed { fault: Fault::Syntax, line, column },
        }
    })
}

fn read_document(text: &str, reader: Reader<'_>) -> Result<Node, serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let node = reader.deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(node)
}

/// What was refused by this module; the library's error type has no room for it.
#[derive(Clone, Copy, PartialEq)]
enum Failure {
    TooDeep,
    TooMany,
    Fault(Fault),
}

/// In a nested document repeated keys are kept, both of them: every leaf is read and every leaf is
/// written back, so no copy can hide, and a person may well paste such a text.
#[derive(Clone, Copy, PartialEq)]
enum Duplicates {
    Refused,
    Kept,
}

#[derive(Clone, Copy)]
struct Reader<'a> {
    rules: Rules,
    depth: usize,
    duplicates: Duplicates,
    /// How many values were read so far.
    values: &'a Cell<usize>,
    failure: &'a Cell<Option<Failure>>,
}

impl Reader<'_> {
    fn deeper<E: serde::de::Error>(self) -> Result<Self, E> {
        if self.depth >= self.rules.depth {
            self.failure.set(Some(Failure::TooDeep));
            return Err(E::custom("too deep"));
        }
        Ok(Reader { depth: self.depth + 1, ..self })
    }

    fn fault<E: serde::de::Error>(self, fault: Fault) -> E {
        self.failure.set(Some(Failure::Fault(fault)));
        E::custom("refused")
    }

    fn string<E: serde::de::Error>(self, text: &str) -> Result<Node, E> {
        if !self.rules.nested || !looks_like_a_document(text) {
            return Ok(Node::String(text.to_owned()));
        }
        let inner = Reader { duplicates: Duplicates::Kept, ..self.deeper()? };
        match read_document(text, inner) {
            Ok(document) => Ok(Node::Nested(Box::new(Nested { original: text.to_owned(), document }))),
            Err(_) if self.failure.get() == Some(Failure::TooMany) => Err(E::custom("refused")),
            // Brackets that a person wrote may be too deep and no document at all. The library
            // skips a document without recursion, whatever its depth.
            Err(_) if self.failure.get().is_some() && is_document(text) => Err(E::custom("refused")),
            Err(_) => {
                self.failure.set(None);
                Ok(Node::String(text.to_owned()))
            }
        }
    }

    fn check_keys<E: serde::de::Error>(self, members: &[Member]) -> Result<(), E> {
        if self.duplicates == Duplicates::Kept {
            return Ok(());
        }
        match first_repeated(members) {
            Some(member) => Err(self.fault(Fault::DuplicateKey { depth: self.depth, member })),
            None => Ok(()),
        }
    }
}

fn looks_like_a_document(text: &str) -> bool {
    let bytes = text.trim_ascii().as_bytes();
    matches!((bytes.first(), bytes.last()), (Some(b'{'), Some(b'}')) | (Some(b'['), Some(b']')))
        && bytes.len() > 1
}

fn is_document(text: &str) -> bool {
    serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
}

fn first_repeated(members: &[Member]) -> Option<usize> {
    if members.len() <= PAIRWISE_KEYS {
        return (1..members.len())
            .find(|at| members[..*at].iter().any(|earlier| earlier.key == members[*at].key));
    }
    let mut order: Vec<usize> = (0..members.len()).collect();
    order.sort_by(|a, b| members[*a].key.cmp(&members[*b].key).then(a.cmp(b)));
    order.windows(2).filter(|pair| members[pair[0]].key == members[pair[1]].key).map(|pair| pair[1]).min()
}

impl<'de> DeserializeSeed<'de> for Reader<'_> {
    type Value = Node;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        self.values.set(self.values.get() + 1);
        if self.values.get() > self.rules.values {
            self.failure.set(Some(Failure::TooMany));
            return Err(serde::de::Error::custom("too many"));
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Reader<'_> {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
        Ok(Node::Number(value.to_string()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Number(value.to_string()))
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Node, E> {
        self.string(text)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Node, A::Error> {
        let inner = self.deeper()?;
        let mut elements = Vec::new();
        while let Some(element) = access.next_element_seed(inner)? {
            elements.push(element);
        }
        Ok(Node::Array(elements))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Node, A::Error> {
        let mut next = access.next_key_seed(KeyReader)?;
        if matches!(next, Some(Key::LibraryNumber)) {
            return access.next_value_seed(NumberReader(self));
        }
        let inner = self.deeper()?;
        let mut members = Vec::new();
        while let Some(key) = next {
            let Key::Word(key) = key else {
                return Err(inner.fault(Fault::ReservedKey { depth: inner.depth }));
            };
            members.push(Member { key, value: access.next_value_seed(inner)? });
            next = access.next_key_seed(KeyReader)?;
        }
        inner.check_keys(&members)?;
        Ok(Node::Object(members))
    }
}

enum Key {
    Word(String),
    LibraryNumber,
}

struct KeyReader;

impl<'de> DeserializeSeed<'de> for KeyReader {
    type Value = Key;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Key, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for KeyReader {
    type Value = Key;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, key: &str) -> Result<Key, E> {
        Ok(if key == LIBRARY_NUMBER_KEY { Key::LibraryNumber } else { Key::Word(key.to_owned()) })
    }
}

/// Takes the digits of a number, which the library hands over as an owned string. A string of the
/// document is never handed over owned, so an imitation ends in an error.
struct NumberReader<'a>(Reader<'a>);

impl<'de> DeserializeSeed<'de> for NumberReader<'_> {
    type Value = Node;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl NumberReader<'_> {
    fn imitation<E: serde::de::Error>(self) -> Result<Node, E> {
        Err(self.0.fault(Fault::ReservedKey { depth: self.0.depth + 1 }))
    }
}

impl<'de> Visitor<'de> for NumberReader<'_> {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number")
    }

    fn visit_string<E>(self, digits: String) -> Result<Node, E> {
        Ok(Node::Number(digits))
    }

    fn visit_str<E: serde::de::Error>(self, _: &str) -> Result<Node, E> {
        self.imitation()
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<Node, E> {
        self.imitation()
    }

    fn visit_bool<E: serde::de::Error>(self, _: bool) -> Result<Node, E> {
        self.imitation()
    }

    fn visit_u64<E: serde::de::Error>(self, _: u64) -> Result<Node, E> {
        self.imitation()
    }

    fn visit_i64<E: serde::de::Error>(self, _: i64) -> Result<Node, E> {
        self.imitation()
    }

    fn visit_seq<A: SeqAccess<'de>>(self, _: A) -> Result<Node, A::Error> {
        self.imitation()
    }

    fn visit_map<A: MapAccess<'de>>(self, _: A) -> Result<Node, A::Error> {
        self.imitation()
    }
}
