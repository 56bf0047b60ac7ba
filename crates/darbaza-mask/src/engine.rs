//! Finds tokens in a text that arrives in pieces, and decides about each.
//!
//! 1. A token is a whole run of `A-Za-z0-9_` (an underscore may be escaped) that is the core of a
//!    value minted in this request, in any case; at most one pair of brackets around it is taken.
//! 2. Every core holds an underscore, so text is searched for that byte and nothing else.
//! 3. What stands at the end of a piece is held back only while it is the beginning of a core that
//!    exists, and a complete token until the text behind it shows that it is not in a host name.
//! 4. A token in a sink stays as it is; judged on the text that was given out, values restored.
//!
//! Held back are at most the longest run (some 40 bytes) or a token with the 256 bytes of a host
//! name behind it, and tokens among these; for looking back, the last few KiB are kept.

use crate::sink::{self, Expand, Left, NeedsMore, Right, Verdict};
use crate::table::{Entry, Table};

/// Where decided text goes.
pub(crate) trait Output {
    /// Text as it came.
    fn text(&mut self, text: &str);

    /// A token of so many bytes, to be replaced.
    fn value(&mut self, length: usize, entry: &Entry);

    /// Whether the place that was reached stands in a sink of the text around this one.
    fn stands_in_sink(&self) -> bool;
}

/// Output of text that is not escaped.
pub(crate) struct Splice<'a> {
    pub(crate) out: &'a mut String,
    pub(crate) around: Option<&'a Around<'a>>,
}

/// The text around a JSON fence, if it is one: software that reads the answer may see no fence.
pub(crate) struct Around<'a> {
    /// What was given out before.
    pub(crate) before: &'a Left,
    /// Where in the output the text begins that follows it.
    pub(crate) since: usize,
}

impl Around<'_> {
    /// Whether a token at the end of the output would stand in a sink.
    pub(crate) fn is_sink(&self, out: &str) -> bool {
        let mut left = self.before.clone();
        left.push(&out[self.since..]);
        sink::is_open(&left)
    }
}

impl Output for Splice<'_> {
    fn text(&mut self, text: &str) {
        self.out.push_str(text);
    }

    fn value(&mut self, _: usize, entry: &Entry) {
        self.out.push_str(&entry.value);
    }

    fn stands_in_sink(&self) -> bool {
        self.around.is_some_and(|around| around.is_sink(self.out))
    }
}

/// The state of one text.
#[derive(Default)]
pub(crate) struct Engine {
    /// Text about which nothing is decided.
    pending: String,
    /// The end of what was given out, values restored.
    left: Left,
    /// Whether `pending` continues a run of which the beginning was given out.
    inside_run: bool,
}

impl Engine {
    /// Takes more text and gives out what is decided; with `last`, all of it.
    pub(crate) fn take(&mut self, table: &Table, text: &str, last: bool, out: &mut dyn Output) {
        if self.pending.is_empty() {
            let kept = self.decide(table, text, last, out);
            self.pending.push_str(&text[kept..]);
        } else {
            let mut pending = std::mem::take(&mut self.pending);
            pending.push_str(text);
            let kept = self.decide(table, &pending, last, out);
            pending.drain(..kept);
            self.pending = pending;
        }
    }

    /// The end of what was given out.
    pub(crate) fn left(&self) -> &Left {
        &self.left
    }

    /// Takes note of text that was given out by somebody else.
    pub(crate) fn see(&mut self, text: &str) {
        let Some(last) = text.bytes().next_back() else { return };
        self.inside_run = is_word(last);
        self.left.push(text);
    }

    /// Decides about a text, and returns up to where.
    fn decide(&mut self, table: &Table, text: &str, last: bool, out: &mut dyn Output) -> usize {
        let bytes = text.as_bytes();
        let mut given = 0;
        let mut at = 0;
        let mut waits = None;
        while let Some(underscore) = memchr::memchr(b'_', &bytes[at..]) {
            let start = run_start(bytes, at, at + underscore);
            let end = run_end(bytes, at + underscore + 1);
            if !last && may_continue(bytes, end) {
                break;
            }
            let continues = start == 0 && self.inside_run;
            let Some(token) = (!continues).then(|| Token::at(table, text, given, start, end)).flatten()
            else {
                at = end;
                continue;
            };
            // Emphasis in front of a core is given out with it: without it, what follows would
            // be taken for the rest of a longer word.
            let whole = token.start.min(start);
            self.give_text(&text[given..whole], out);
            given = whole;
            match self.judge(table, &token, text, whole, last) {
                Verdict::Undecided => {
                    waits = Some(whole);
                    break;
                }
                Verdict::Clear if !out.stands_in_sink() => {
                    table.count_restored(token.entry);
                    self.give_text(&text[whole..token.start], out);
                    out.value(token.end - token.start, token.entry);
                    self.left.push(&token.entry.value);
                }
                Verdict::Clear | Verdict::Sink(_) => {
                    table.count_kept();
                    self.give_text(&text[whole..token.end], out);
                }
            }
            if token.bracketed {
                self.left.end_token();
            } else {
                self.left.forget_token();
            }
            self.inside_run = false;
            given = token.end;
            at = token.end.max(end);
        }
        let keep =
            waits.unwrap_or_else(|| if last { text.len() } else { self.undecided_from(table, text, given) });
        self.give_text(&text[given..keep], out);
        keep
    }

    fn judge(&self, table: &Table, token: &Token<'_>, text: &str, whole: usize, last: bool) -> Verdict {
        let right = Right { text: &text[token.end..], last, expand: Some(table) };
        let emphasis = &text[whole..token.start];
        if emphasis.is_empty() {
            return sink::judge(&self.left, &right);
        }
        let mut left = self.left.clone();
        left.push(emphasis);
        sink::judge(&left, &right)
    }

    /// Where the end of the text begins that could be the beginning of a token.
    fn undecided_from(&self, table: &Table, text: &str, given: usize) -> usize {
        let bytes = text.as_bytes();
        let end = if bytes[given..].last() == Some(&b'\\') { bytes.len() - 1 } else { bytes.len() };
        let start = run_start(bytes, given, end);
        let continues = start == 0 && self.inside_run && end > 0;
        if continues || !table.could_become(&text[start..end]) {
            return end;
        }
        match &bytes[given..start] {
            [.., b'\\', b'['] => start - 2,
            [.., b'['] => start - 1,
            _ => start,
        }
    }

    fn give_text(&mut self, text: &str, out: &mut dyn Output) {
        if !text.is_empty() {
            out.text(text);
            self.see(text);
        }
    }
}

/// A token found in a text.
struct Token<'a> {
    entry: &'a Entry,
    start: usize,
    end: usize,
    bracketed: bool,
}

impl<'a> Token<'a> {
    /// The token that the run `start..end` is, with brackets not before `from`.
    fn at(table: &'a Table, text: &str, from: usize, start: usize, end: usize) -> Option<Token<'a>> {
        let hit = table.find(&text[start..end])?;
        let (before, after) = (&text[from..start], &text[end..]);
        let bracketed = hit.before == 0;
        let (start, end, bracketed) = if bracketed && before.ends_with("\\[") && after.starts_with("\\]") {
            (start - 2, end + 2, true)
        } else if bracketed && before.ends_with('[') && after.starts_with(']') {
            (start - 1, end + 1, true)
        } else {
            (start + hit.before, end - hit.after, false)
        };
        Some(Token { entry: hit.entry, start, end, bracketed })
    }
}

impl Expand for Table {
    fn token<'a>(&'a self, text: &str, last: bool) -> Result<Option<(usize, &'a str)>, NeedsMore> {
        let bytes = text.as_bytes();
        let start = match bytes {
            [b'\\', b'[', ..] => 2,
            [b'[', ..] => 1,
            _ => 0,
        };
        let end = run_end(bytes, start);
        if !last && may_continue(bytes, end) && self.could_become(&text[start..end]) {
            return Err(NeedsMore);
        }
        let token = Token::at(self, text, 0, start, end);
        Ok(token.filter(|token| token.start == 0).map(|token| (token.end, token.entry.value.as_str())))
    }
}

pub(crate) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Where the run begins that holds or ends before `at`, not before `from`.
fn run_start(bytes: &[u8], from: usize, at: usize) -> usize {
    let mut start = at;
    while start > from {
        let escapes = bytes[start - 1] == b'\\' && bytes.get(start) == Some(&b'_');
        if !is_word(bytes[start - 1]) && !escapes {
            break;
        }
        start -= 1;
    }
    start
}

/// Where the run ends that holds the byte before `at`.
fn run_end(bytes: &[u8], at: usize) -> usize {
    let mut end = at;
    loop {
        match bytes.get(end) {
            Some(byte) if is_word(*byte) => end += 1,
            Some(b'\\') if bytes.get(end + 1) == Some(&b'_') => end += 2,
            _ => return end,
        }
    }
}

/// Whether text that follows could make the run longer, or its brackets whole.
fn may_continue(bytes: &[u8], end: usize) -> bool {
    matches!(bytes[end..], [] | [b'\\'])
}
