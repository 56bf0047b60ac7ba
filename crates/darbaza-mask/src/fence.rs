//! Cuts text into what is JSON, what stands in other fences, and what is neither.
//!
//! A fence is a line of three or more backticks or tildes (CommonMark 4.5), here also inside lists
//! and quotations. Its body is JSON if the fence says so, or says nothing and the body begins
//! with `{`, or with `[` and then something that is not a token.
//!
//! Content that begins as JSON without a fence is JSON up to the end of that value, and of those
//! that follow it at once; see [`opening`].

mod opening;

use opening::{Begins, Nesting, begins};

/// What a stretch of text is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Stretch {
    Plain,
    /// A fence that does not hold JSON.
    Code,
    Json,
}

/// Longer words after a fence name no language that matters here.
const LONGEST_WORD: usize = 16;

/// Bytes held back, after which it is no longer asked what a body is.
const MOST_HELD: usize = 64;

/// Follows the lines of a text that arrives in pieces.
#[derive(Clone, Default)]
pub(crate) struct Fences {
    line: Line,
    body: Body,
    /// Brackets that may open JSON, and white space or the start of a constant after them.
    held: String,
}

#[derive(Clone, Default)]
enum Line {
    /// Nothing but indentation and marks of quotation so far.
    #[default]
    Start,
    /// A row of this mark.
    Marks(u8, usize),
    /// The word after an opening fence.
    Word(u8, usize, String),
    /// Anything else.
    Inside,
}

#[derive(Clone, Default, PartialEq)]
enum Body {
    #[default]
    None,
    /// At the start of content, before the first character that tells what it is.
    Opening,
    /// In content that is JSON.
    Content(Nesting),
    /// In a fence without a word, before the first character that tells what it holds.
    Unknown {
        mark: u8,
        length: usize,
    },
    Other {
        mark: u8,
        length: usize,
    },
    Json,
}

impl Fences {
    /// For content, which may be JSON without a fence.
    pub(crate) fn of_content() -> Self {
        Fences { body: Body::Opening, ..Fences::default() }
    }

    /// Takes a piece and gives out its stretches in order.
    pub(crate) fn take(&mut self, piece: &str, give: &mut dyn FnMut(Stretch, &str)) {
        let bytes = piece.as_bytes();
        let mut given = 0;
        let mut at = 0;
        while at < bytes.len() {
            if matches!(self.line, Line::Inside) {
                at += self.skip(&bytes[at..]);
                if at == bytes.len() {
                    break;
                }
            }
            let before = self.stretch();
            let holding = !self.held.is_empty();
            let keep = self.step(bytes[at]);
            if self.stretch() != before || keep || holding {
                give(before, &piece[given..at]);
                given = at;
                if keep {
                    self.held.push(bytes[at] as char);
                    given = at + 1;
                } else {
                    let held = std::mem::take(&mut self.held);
                    give(self.stretch(), &held);
                }
            }
            at += 1;
        }
        give(self.stretch(), &piece[given..]);
    }

    /// Returns what was held back.
    pub(crate) fn finish(&mut self) -> String {
        std::mem::take(&mut self.held)
    }

    fn stretch(&self) -> Stretch {
        match self.body {
            Body::Json | Body::Content(_) => Stretch::Json,
            Body::Unknown { .. } | Body::Other { .. } => Stretch::Code,
            Body::None | Body::Opening => Stretch::Plain,
        }
    }

    /// The bulk of a text: bytes inside of a line that decide nothing.
    fn skip(&self, bytes: &[u8]) -> usize {
        match &self.body {
            Body::Unknown { .. } | Body::Opening => 0,
            Body::Content(nesting) => nesting.skip(bytes),
            _ => memchr::memchr(b'\n', bytes).unwrap_or(bytes.len()),
        }
    }

    /// Reads one byte; says whether it has to be held back.
    fn step(&mut self, byte: u8) -> bool {
        if let Body::Content(nesting) = &mut self.body {
            let fence = matches!(self.line, Line::Start) && matches!(byte, b'`' | b'~');
            if nesting.is_over() {
                self.body = Body::Opening;
            } else if fence {
                // No JSON text has a line that begins so.
                self.body = Body::None;
            } else {
                nesting.step(byte);
                self.line(byte);
                return false;
            }
        }
        if matches!(self.body, Body::Unknown { .. } | Body::Opening) {
            let in_fence = self.body != Body::Opening;
            match begins(&self.held, byte, in_fence) {
                Begins::Unknown if self.held.len() < MOST_HELD => {
                    let space = byte.is_ascii_whitespace();
                    match byte {
                        b'\n' => self.line = Line::Start,
                        _ if !space => self.line = Line::Inside,
                        _ => {}
                    }
                    return !space || !self.held.is_empty();
                }
                Begins::Json => {
                    self.line = Line::Inside;
                    self.body =
                        if in_fence { Body::Json } else { Body::Content(Nesting::new(&self.held, byte)) };
                    return false;
                }
                _ => {
                    self.body = match self.body {
                        Body::Unknown { mark, length } => Body::Other { mark, length },
                        _ => Body::None,
                    }
                }
            }
        }
        self.line(byte);
        false
    }

    fn line(&mut self, byte: u8) {
        let line = std::mem::replace(&mut self.line, Line::Inside);
        self.line = match (line, byte) {
            (Line::Marks(mark, length), b'\n') => {
                self.end_of_marks(mark, length, "");
                Line::Start
            }
            (Line::Word(mark, length, word), b'\n') => {
                self.end_of_marks(mark, length, &word);
                Line::Start
            }
            (_, b'\n') => Line::Start,
            (Line::Start, b' ' | b'\t' | b'\r' | b'>') => Line::Start,
            (Line::Start, b'`' | b'~') => {
                if self.body == Body::Json {
                    // No JSON text has a line that begins so: the fence is being closed.
                    self.body = Body::Other { mark: byte, length: 3 };
                }
                Line::Marks(byte, 1)
            }
            (Line::Marks(mark, length), _) if byte == mark => Line::Marks(mark, length + 1),
            (Line::Marks(mark, length), _) if length >= 3 && byte != b'`' => {
                Line::Word(mark, length, String::from(byte as char))
            }
            (Line::Word(mark, length, mut word), _) if byte != b'`' || mark == b'~' => {
                if word.len() < LONGEST_WORD {
                    word.push(byte as char);
                }
                Line::Word(mark, length, word)
            }
            _ => Line::Inside,
        };
    }

    fn end_of_marks(&mut self, mark: u8, length: usize, word: &str) {
        let word = word.trim().to_ascii_lowercase();
        if length < 3 {
            return;
        }
        self.body = match self.body {
            Body::Other { mark: open, length: at_least }
                if mark == open && length >= at_least && word.is_empty() =>
            {
                Body::None
            }
            Body::None if word.is_empty() => Body::Unknown { mark, length },
            Body::None
                if matches!(
                    word.split([' ', '{', ',', ':']).next(),
                    Some("json" | "jsonc" | "json5" | "jsonl" | "ndjson" | "geojson")
                ) =>
            {
                Body::Json
            }
            Body::None => Body::Other { mark, length },
            _ => return,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json_of(text: &str, pieces: usize) -> (String, String) {
        let mut fences = Fences::default();
        let (mut json, mut all) = (String::new(), String::new());
        let mut give = |stretch, piece: &str| {
            all.push_str(piece);
            if stretch == Stretch::Json {
                json.push_str(piece);
            }
        };
        for piece in text.as_bytes().chunks(pieces) {
            fences.take(std::str::from_utf8(piece).unwrap(), &mut give);
        }
        all.push_str(&fences.finish());
        (json, all)
    }

    #[test]
    fn json_stands_in_fences() {
        for (text, json) in [
            ("a\n```json\n{1}\n```\nb {2}\n", "{1}\n"),
            ("```JSON title=x\n{1}\n``` \n{2}", "{1}\n"),
            ("```\n{1}\n```\n```\n[2]\n```", "{1}\n[2]\n"),
            ("```\n[ {}\n]\n```\n", "[ {}\n]\n"),
            ("```\n[PERSON]\n```\n", ""),
            ("```\ntext\n```\n{1}\n```json\n{2}\n", "{2}\n"),
            ("```python\n```json\n{1}\n```\n{2}", ""),
            ("> ~~~json\n> {1}\n> ~~~\n", "> {1}\n> "),
            ("`json\n{1}", ""),
            ("``` ```json\n{1}", ""),
            ("no", ""),
        ] {
            for pieces in [1, 2, 3, 100] {
                let (seen, all) = json_of(text, pieces);
                assert_eq!(seen.trim_start_matches('\n'), json, "{text:?} in pieces of {pieces}");
                assert_eq!(all, text);
            }
        }
    }
}
