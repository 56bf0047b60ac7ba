//! Restores JSON text that arrives in pieces.
//!
//! 1. The text is copied as it is written; only inside strings, and for tokens that stand bare,
//!    anything is replaced.
//! 2. A string is decoded before tokens are looked for, so that `\u005b` is a bracket, and what is
//!    restored into it is escaped.
//! 3. A value that is exactly one token of what was a number comes back as that number.
//! 4. Broken or cut off JSON is copied through all the same.
//!
//! Held back is a token or the beginning of one, and at most the first [`SHORT`] bytes of a
//! string; of tool arguments, where the whole leaf decides, the leaf that is being received.

mod escape;
mod string;

use std::fmt;
use std::sync::Arc;

use darbaza_core::Category;
use string::{StringRestorer, decode};

use crate::engine::{Around, Engine, Splice};
use crate::sink::contains_url;
use crate::table::{Entry, Table};

/// A string this short may be exactly one token.
const SHORT: usize = 128;

/// What happens to a string that the model wrote a URL into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeafWithUrl {
    /// Nothing in it is restored: a tool would fetch the URL. For tool arguments.
    Keep,
    /// Tokens outside of the URL are restored, as in text. For content that a person reads.
    Restore,
}

/// How JSON is restored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JsonRules {
    /// What happens to a string that the model wrote a URL into. A string that is exactly one
    /// token of a masked URL is restored under either rule.
    pub leaf_with_url: LeafWithUrl,
}

impl JsonRules {
    /// For the arguments of a tool that the client executes.
    pub const TOOL_ARGUMENTS: JsonRules = JsonRules { leaf_with_url: LeafWithUrl::Keep };
    /// For content: JSON mode, a schema, JSON in a fence.
    pub const CONTENT: JsonRules = JsonRules { leaf_with_url: LeafWithUrl::Restore };
}

/// Restores one JSON text; made by [`crate::Tokens::json_stream`].
pub struct JsonRestorer {
    table: Arc<Table>,
    progress: Progress,
}

/// How far one JSON text is restored.
pub(crate) struct Progress {
    rules: JsonRules,
    /// What stands outside of strings.
    outside: Engine,
    state: State,
}

enum State {
    Outside,
    /// A string that is collected whole, or until it is too long to be just a token.
    Collecting {
        inside: String,
        escaped: bool,
    },
    /// The rest of a long string.
    Passing {
        string: Box<StringRestorer>,
        escaped: bool,
    },
    /// A string was exactly one token of a number; what follows (behind at most [`SHORT`] bytes of
    /// white space) tells whether it is a key.
    Number {
        inside: String,
        space: String,
    },
}

impl JsonRestorer {
    pub(crate) fn new(table: Arc<Table>, rules: JsonRules) -> Self {
        JsonRestorer { table, progress: Progress::new(rules) }
    }

    /// Takes a piece and returns what is decided by it.
    pub fn push(&mut self, piece: &str) -> String {
        if self.table.is_empty() {
            return piece.to_owned();
        }
        let mut out = String::with_capacity(piece.len() + 64);
        self.progress.take(&self.table, piece, &mut out, None);
        out
    }

    /// Returns all that was held back.
    pub fn finish(mut self) -> String {
        let mut out = String::new();
        self.progress.flush(&self.table, &mut out, None);
        out
    }
}

impl Progress {
    pub(crate) fn new(rules: JsonRules) -> Self {
        Progress { rules, outside: Engine::default(), state: State::Outside }
    }

    pub(crate) fn take(&mut self, table: &Table, piece: &str, out: &mut String, around: Option<&Around<'_>>) {
        let mut rest = piece;
        while !rest.is_empty() {
            rest = self.step(table, rest, out, around);
        }
    }

    pub(crate) fn flush(&mut self, table: &Table, out: &mut String, around: Option<&Around<'_>>) {
        match std::mem::replace(&mut self.state, State::Outside) {
            State::Outside => self.outside.take(table, "", true, &mut Splice { out, around }),
            State::Collecting { inside, .. } => {
                out.push('"');
                self.restore_string(table, &inside, out, around);
            }
            State::Passing { mut string, .. } => string.take(table, "", true, out, around),
            State::Number { inside, space } => self.give_number(table, &inside, &space, false, out, around),
        }
    }

    /// Handles the beginning of a piece and returns the rest of it.
    fn step<'a>(
        &mut self,
        table: &Table,
        piece: &'a str,
        out: &mut String,
        around: Option<&Around<'_>>,
    ) -> &'a str {
        match &mut self.state {
            State::Outside => {
                let Some(quote) = memchr::memchr(b'"', piece.as_bytes()) else {
                    self.outside.take(table, piece, false, &mut Splice { out, around });
                    return "";
                };
                self.outside.take(table, &piece[..quote], true, &mut Splice { out, around });
                self.outside = Engine::default();
                self.state = State::Collecting { inside: String::new(), escaped: false };
                &piece[quote + 1..]
            }
            State::Collecting { inside, escaped } => {
                let end = end_of_string(piece, escaped);
                inside.push_str(&piece[..end.unwrap_or(piece.len())]);
                if let Some(end) = end {
                    let inside = std::mem::take(inside);
                    self.end_of_collected(table, inside, out, around);
                    return &piece[end + 1..];
                }
                if inside.len() > SHORT && self.rules.leaf_with_url == LeafWithUrl::Restore {
                    out.push('"');
                    let mut string = Box::<StringRestorer>::default();
                    string.take(table, inside, false, out, around);
                    self.state = State::Passing { string, escaped: *escaped };
                }
                ""
            }
            State::Passing { string, escaped } => {
                let end = end_of_string(piece, escaped);
                string.take(table, &piece[..end.unwrap_or(piece.len())], end.is_some(), out, around);
                let Some(end) = end else { return "" };
                out.push('"');
                self.state = State::Outside;
                &piece[end + 1..]
            }
            State::Number { inside, space } => {
                let spaces =
                    piece.bytes().take(SHORT - space.len()).take_while(u8::is_ascii_whitespace).count();
                space.push_str(&piece[..spaces]);
                if spaces == piece.len() && space.len() < SHORT {
                    return "";
                }
                let (inside, space) = (std::mem::take(inside), std::mem::take(space));
                self.state = State::Outside;
                self.give_number(table, &inside, &space, piece[spaces..].starts_with(':'), out, around);
                &piece[spaces..]
            }
        }
    }

    /// Gives out a string that was received whole.
    fn end_of_collected(
        &mut self,
        table: &Table,
        inside: String,
        out: &mut String,
        around: Option<&Around<'_>>,
    ) {
        self.state = State::Outside;
        if only_token(table, &inside).is_some_and(Entry::is_number) {
            self.state = State::Number { inside, space: String::new() };
            return;
        }
        out.push('"');
        self.restore_string(table, &inside, out, around);
        out.push('"');
    }

    fn give_number(
        &self,
        table: &Table,
        inside: &str,
        space: &str,
        is_key: bool,
        out: &mut String,
        around: Option<&Around<'_>>,
    ) {
        match only_token(table, inside)
            .filter(|_| !is_key && !around.is_some_and(|around| around.is_sink(out)))
        {
            Some(entry) => {
                table.count_restored(entry);
                out.push_str(&entry.value);
            }
            None => {
                out.push('"');
                self.restore_string(table, inside, out, around);
                out.push('"');
            }
        }
        out.push_str(space);
    }

    fn restore_string(&self, table: &Table, inside: &str, out: &mut String, around: Option<&Around<'_>>) {
        let keep = self.rules.leaf_with_url == LeafWithUrl::Keep
            && contains_url(&decode(inside))
            && only_token(table, inside).is_none_or(|entry| entry.category != Category::Url);
        if keep {
            out.push_str(inside);
        } else {
            StringRestorer::default().take(table, inside, true, out, around);
        }
    }
}

/// The token that a string is and nothing besides.
fn only_token<'a>(table: &'a Table, inside: &str) -> Option<&'a Entry> {
    if inside.len() > SHORT {
        return None;
    }
    let decoded = decode(inside);
    let core = decoded.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(&decoded);
    table.find(core).map(|hit| hit.entry)
}

impl fmt::Debug for JsonRestorer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonRestorer").field("rules", &self.progress.rules).finish_non_exhaustive()
    }
}

/// Where the quote stands that ends the string, and whether the next byte is escaped.
fn end_of_string(piece: &str, escaped: &mut bool) -> Option<usize> {
    let bytes = piece.as_bytes();
    let mut at = 0;
    if *escaped && !bytes.is_empty() {
        (*escaped, at) = (false, 1);
    }
    loop {
        at += memchr::memchr2(b'"', b'\\', &bytes[at.min(bytes.len())..])?;
        if bytes[at] == b'"' {
            return Some(at);
        }
        at += 2;
        if at > bytes.len() {
            *escaped = true;
            return None;
        }
    }
}
