//! Elements whose content a browser runs, fetches or keeps from the reader: scripts, style sheets,
//! drawings, embedded documents, comments.
//!
//! In a script no URL need stand next to a value that it sends away, and it may be of any length:
//! so this is no looking back but a state of a few bytes that follows the text. Where readers could
//! differ, the element counts as open: a tag counts also inside of a comment or of an attribute.
//!
//! What stands in a code fence, or right behind a backtick as in `` `<script>` ``, is shown and not
//! run. Such a tag neither opens nor closes; [`super::tag`] still heeds it for a kilobyte.

use zeroize::Zeroizing;

use crate::fence::{Fences, Stretch};

/// The elements by name. The first [`RAW`] hold text in which no tag counts but their own end;
/// the others hold tags, each other too.
const NAMES: [&str; 7] = ["script", "style", "iframe", "template", "object", "applet", "svg"];
const RAW: usize = 3;
const SCRIPT: usize = 0;
const SVG: usize = 6;
const LONGEST_NAME: usize = 8;

/// The elements that are open at the end of a text that grows.
#[derive(Clone, Default)]
pub(super) struct Elements {
    fences: Fences,
    reader: Reader,
}

#[derive(Clone, Default)]
struct Reader {
    state: State,
    /// Bytes read.
    read: usize,
    last: u8,
    open: Open,
}

/// Where the reader is.
#[derive(Clone, Default)]
enum State {
    #[default]
    Text,
    /// After `<`, `<!` or `<!-`.
    Start { at: usize, marks: u8 },
    /// In the name of a tag; longer names than any that matters are kept short.
    Name { at: usize, closes: bool, name: Zeroizing<String> },
    /// In the tag that opened an element, where quoted text is not looked at.
    Tag { element: usize, quote: Option<u8>, last: u8 },
}

#[derive(Clone, Default)]
struct Open {
    /// Where the first of all that is open began.
    start: usize,
    raw: Option<usize>,
    /// In a script: `<!--` was read, and after it `<script`, so that the next `</script` ends no
    /// script (HTML, "script data double escaped state").
    escaped: bool,
    twice: bool,
    nested: [u16; NAMES.len()],
    comment: bool,
    /// Hyphens in a row.
    hyphens: u8,
}

impl Elements {
    /// Takes more of the text.
    pub(super) fn push(&mut self, text: &str) {
        let Elements { fences, reader } = self;
        fences.take(text, &mut |stretch, part| reader.take(part.as_bytes(), stretch != Stretch::Plain));
    }

    /// Where the outermost element begins that is open.
    pub(super) fn open(&self) -> Option<usize> {
        self.reader.open.is_any().then_some(self.reader.open.start)
    }
}

/// The bytes of `rest` that belong to an element of which `begun` is the first part.
pub(super) fn rest(begun: &str, rest: &str) -> usize {
    let mut elements = Elements::default();
    elements.push(begun);
    let mut at = 0;
    while elements.open().is_some() && at < rest.len() {
        // An end is told by what stands between two of these.
        let next =
            memchr::memchr2(b'>', b' ', &rest.as_bytes()[at..]).map_or(rest.len(), |more| at + more + 1);
        elements.push(&rest[at..next]);
        at = next;
    }
    at
}

impl Reader {
    fn take(&mut self, bytes: &[u8], code: bool) {
        let mut at = 0;
        while at < bytes.len() {
            if matches!(self.state, State::Text) && !self.open.heeds_hyphens() {
                // The bulk of a text.
                let more = memchr::memchr(b'<', &bytes[at..]).unwrap_or(bytes.len() - at);
                if more > 0 {
                    self.last = bytes[at + more - 1];
                    self.read += more;
                    at += more;
                    continue;
                }
            }
            self.step(bytes[at], code);
            self.last = bytes[at];
            self.read += 1;
            at += 1;
        }
    }

    fn step(&mut self, byte: u8, code: bool) {
        if !code && !matches!(self.state, State::Tag { .. }) {
            self.open.hyphen(byte);
        }
        self.state = match (std::mem::take(&mut self.state), byte) {
            (State::Tag { element, quote, last }, _) => self.in_tag(element, quote, last, byte),
            (State::Start { at, marks: 0 }, b'/') => {
                State::Name { at, closes: true, name: Zeroizing::default() }
            }
            (State::Start { at, marks: 0 }, b'!') => State::Start { at, marks: 1 },
            (State::Start { at, marks: 1 }, b'-') => State::Start { at, marks: 2 },
            (State::Start { at, marks: 2 }, b'-') => {
                self.open.comment(at);
                State::Text
            }
            (State::Start { at, marks: 0 }, _) if byte.is_ascii_alphabetic() => {
                named(at, false, Zeroizing::default(), byte)
            }
            (State::Name { at, closes, name }, _) if byte.is_ascii_alphanumeric() => {
                named(at, closes, name, byte)
            }
            // As in `svg:script`.
            (State::Name { at, closes, .. }, b':') => State::Name { at, closes, name: Zeroizing::default() },
            (State::Name { at, closes, name }, b'>' | b'/' | b' ' | b'\t' | b'\n' | b'\r' | b'\x0c') => {
                self.tag(at, closes, &name, byte)
            }
            (_, b'<') if !code && self.last != b'`' => State::Start { at: self.read, marks: 0 },
            _ => State::Text,
        };
    }

    /// The name of a tag is complete.
    fn tag(&mut self, at: usize, closes: bool, name: &str, byte: u8) -> State {
        let Some(element) = NAMES.iter().position(|known| *known == name) else { return State::Text };
        if closes {
            self.open.end(element);
            State::Text
        } else if self.open.begin(element, at) {
            self.in_tag(element, None, b' ', byte)
        } else {
            State::Text
        }
    }

    fn in_tag(&mut self, element: usize, quote: Option<u8>, last: u8, byte: u8) -> State {
        let quote = match quote {
            Some(open) if open == byte => None,
            Some(open) => Some(open),
            None if byte == b'>' => {
                if element == SVG && last == b'/' {
                    self.open.end(element);
                }
                return State::Text;
            }
            None => Some(byte).filter(|byte| matches!(byte, b'"' | b'\'') && last == b'='),
        };
        let last = if byte.is_ascii_whitespace() { last } else { byte };
        State::Tag { element, quote, last }
    }
}

fn named(at: usize, closes: bool, mut name: Zeroizing<String>, byte: u8) -> State {
    if name.len() <= LONGEST_NAME {
        name.push(byte.to_ascii_lowercase() as char);
    }
    State::Name { at, closes, name }
}

impl Open {
    fn is_any(&self) -> bool {
        self.raw.is_some() || self.comment || self.nested.iter().any(|depth| *depth > 0)
    }

    fn heeds_hyphens(&self) -> bool {
        self.comment || self.escaped
    }

    /// An element begins; says whether its tag is one.
    fn begin(&mut self, element: usize, at: usize) -> bool {
        if self.raw.is_some() {
            self.twice |= self.raw == Some(SCRIPT) && element == SCRIPT && self.escaped;
            return false;
        }
        self.note(at);
        if element < RAW {
            self.raw = Some(element);
        } else {
            self.nested[element] = self.nested[element].saturating_add(1);
        }
        true
    }

    fn end(&mut self, element: usize) {
        match self.raw {
            Some(raw) if raw == element && !self.twice => (self.raw, self.escaped) = (None, false),
            Some(raw) if raw == element => self.twice = false,
            None if !self.comment => self.nested[element] = self.nested[element].saturating_sub(1),
            _ => {}
        }
    }

    /// `<!--` was read.
    fn comment(&mut self, at: usize) {
        match self.raw {
            Some(raw) => self.escaped |= raw == SCRIPT,
            None => {
                self.note(at);
                self.comment = true;
            }
        }
        // As `<!-->` and `<!--->` are whole comments.
        self.hyphens = 2;
    }

    /// Looks for `-->`.
    fn hyphen(&mut self, byte: u8) {
        match byte {
            b'-' => self.hyphens = self.hyphens.saturating_add(1),
            b'>' if self.hyphens >= 2 => {
                self.hyphens = 0;
                if self.raw.is_some() {
                    (self.escaped, self.twice) = (false, false);
                } else {
                    self.comment = false;
                }
            }
            _ => self.hyphens = 0,
        }
    }

    fn note(&mut self, at: usize) {
        if !self.is_any() {
            self.start = at;
        }
    }
}
