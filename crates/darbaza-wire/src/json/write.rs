//! Writing: compact, in the order of the tree.

use std::collections::BTreeMap;

use super::Node;

/// What to write instead of a leaf, by the leaf's number.
///
/// Leaves (keys, strings, numbers) are numbered from 0 in the order of the document, those of
/// nested documents among them. A number that is replaced is written as a string.
pub(crate) type Replacements = BTreeMap<usize, String>;

/// Members that are written another way, by the number of the leaf that is their key: as the JSON
/// of this member, or not at all. The leaves in them keep their numbers. A nested document has no
/// such members.
pub(crate) type Rewritten = BTreeMap<usize, Option<&'static str>>;

/// The document as compact JSON.
pub fn to_bytes(node: &Node) -> Vec<u8> {
    to_string(node).into_bytes()
}

pub(crate) fn to_string(node: &Node) -> String {
    let mut out = String::with_capacity(256);
    write_replaced(&mut out, node, &Replacements::new(), &Rewritten::new());
    out
}

/// A text as the inside of a JSON string, without the quotation marks: what a value needs before
/// it is put into a fragment of JSON that streams by.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    write_escaped(&mut out, text);
    out
}

pub(crate) fn write_replaced(
    out: &mut String,
    node: &Node,
    replacements: &Replacements,
    rewritten: &Rewritten,
) {
    Writer { out, replacements, rewritten, leaf: 0 }.node(node);
}

struct Writer<'a> {
    out: &'a mut String,
    replacements: &'a Replacements,
    rewritten: &'a Rewritten,
    leaf: usize,
}

impl Writer<'_> {
    fn replacement(&mut self) -> Option<&str> {
        let leaf = self.leaf;
        self.leaf += 1;
        if self.replacements.is_empty() {
            return None;
        }
        self.replacements.get(&leaf).map(String::as_str)
    }

    fn string_leaf(&mut self, text: &str) {
        let replacements = self.replacements;
        let leaf = self.leaf;
        self.leaf += 1;
        let text = if replacements.is_empty() { text } else { replacements.get(&leaf).map_or(text, |r| r) };
        write_string(self.out, text);
    }

    fn node(&mut self, node: &Node) {
        match node {
            Node::Null => self.out.push_str("null"),
            Node::Bool(true) => self.out.push_str("true"),
            Node::Bool(false) => self.out.push_str("false"),
            Node::Number(digits) => match self.replacement().map(str::to_owned) {
                Some(text) => write_string(self.out, &text),
                None => self.out.push_str(digits),
            },
            Node::String(text) => self.string_leaf(text),
            Node::Array(elements) => {
                self.out.push('[');
                for (at, element) in elements.iter().enumerate() {
                    if at > 0 {
                        self.out.push(',');
                    }
                    self.node(element);
                }
                self.out.push(']');
            }
            Node::Object(members) => {
                self.out.push('{');
                let mut first = true;
                for member in members {
                    let rewritten = self.rewritten.get(&self.leaf).copied();
                    if rewritten != Some(None) && !std::mem::take(&mut first) {
                        self.out.push(',');
                    }
                    if let Some(json) = rewritten {
                        self.out.push_str(json.unwrap_or_default());
                        self.leaf += 1 + member.value.leaf_count();
                        continue;
                    }
                    self.string_leaf(&member.key);
                    self.out.push(':');
                    self.node(&member.value);
                }
                self.out.push('}');
            }
            Node::Nested(nested) => {
                let end = self.leaf + nested.document.leaf_count();
                if self.replacements.range(self.leaf..end).next().is_none() {
                    self.leaf = end;
                    write_string(self.out, &nested.original);
                } else {
                    let mut inner = String::with_capacity(nested.original.len());
                    let mut writer = Writer {
                        out: &mut inner,
                        replacements: self.replacements,
                        rewritten: self.rewritten,
                        leaf: self.leaf,
                    };
                    writer.node(&nested.document);
                    self.leaf = writer.leaf;
                    write_string(self.out, &inner);
                }
            }
        }
    }
}

fn write_string(out: &mut String, text: &str) {
    out.push('"');
    write_escaped(out, text);
    out.push('"');
}

fn write_escaped(out: &mut String, text: &str) {
    let mut plain_from = 0;
    for (at, byte) in text.bytes().enumerate() {
        if byte >= 0x20 && byte != b'"' && byte != b'\\' {
            continue;
        }
        out.push_str(&text[plain_from..at]);
        plain_from = at + 1;
        match byte {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            0x08 => out.push_str("\\b"),
            0x0C => out.push_str("\\f"),
            control => {
                const HEX: &[u8; 16] = b"0123456789abcdef";
                out.push_str("\\u00");
                out.push(char::from(HEX[usize::from(control >> 4)]));
                out.push(char::from(HEX[usize::from(control & 15)]));
            }
        }
    }
    out.push_str(&text[plain_from..]);
}
