//! The text on the left of a token, as far as it is needed.

use zeroize::Zeroizing;

use super::element::Elements;
use super::url::{self, is_space};

/// How far back a URL is looked for in one go, in bytes.
const REACH: usize = 2048;

/// After so many bytes without white space it is noted whether a URL is open, so that a URL has
/// no length behind which it would hide. At fixed places of the text, and not where pieces end.
const STEP: usize = 1024;

/// What gives a URL away may stand on both sides of such a place.
const OVERLAP: usize = 512;

/// The end of a text that grows, values restored.
#[derive(Clone, Default)]
pub(crate) struct Left {
    text: Zeroizing<String>,
    /// Bytes of the whole text.
    total: usize,
    /// Bytes since the last white space.
    word: usize,
    /// A URL that was open when the word had the length that it had at the last note.
    open: Option<Open>,
    /// Length of the text at the end of the last token in brackets.
    token: Option<usize>,
    elements: Elements,
}

#[derive(Clone, Copy)]
struct Open {
    start: usize,
    closing: Option<char>,
}

impl Left {
    /// Adds text.
    pub(crate) fn push(&mut self, text: &str) {
        self.elements.push(text);
        let Some(space) = text.bytes().rposition(is_space) else {
            return self.push_word(text);
        };
        let (before, word) = text.split_at(space + 1);
        self.append(before);
        (self.word, self.open) = (0, None);
        self.push_word(word);
    }

    /// Notes that a token in brackets ends here.
    pub(crate) fn end_token(&mut self) {
        self.token = Some(self.total);
    }

    /// Notes that a token without brackets ends here.
    pub(crate) fn forget_token(&mut self) {
        self.token = None;
    }

    /// Bytes since the last token in brackets.
    pub(super) fn after_token(&self) -> Option<usize> {
        self.token.map(|end| self.total - end)
    }

    /// Where in the whole text its last `count` bytes begin, and these, or a few less for the
    /// sake of a whole character.
    pub(super) fn tail(&self, count: usize) -> (usize, &str) {
        let cut = self.text.ceil_char_boundary(self.text.len().saturating_sub(count));
        (self.total - (self.text.len() - cut), &self.text[cut..])
    }

    /// Where in the whole text the element begins, such as a script, that is still open.
    pub(super) fn open_element(&self) -> Option<usize> {
        self.elements.open()
    }

    /// Where in the whole text the URL begins that is still open.
    pub(super) fn open_url(&self) -> Option<usize> {
        let noted = self.open.filter(|open| {
            let (_, since) = self.tail(self.word % STEP);
            !url::closes(since, open.closing)
        });
        noted.or_else(|| self.find_open(self.word % STEP)).map(|open| open.start)
    }

    /// The URL that began in the last `fresh` bytes. What began before was noted, or was closed by
    /// a quote whose partner may no longer be here.
    fn find_open(&self, fresh: usize) -> Option<Open> {
        let (begin, word) = self.tail(self.word.min(REACH));
        let from = if self.word > REACH { word.len().saturating_sub(fresh + OVERLAP) } else { 0 };
        url::open_in_word(word, from).map(|(start, closing)| Open { start: begin + start, closing })
    }

    fn push_word(&mut self, text: &str) {
        let mut rest = text;
        while self.word % STEP + rest.len() >= STEP {
            let room = STEP - self.word % STEP;
            let (part, others) = rest.split_at(rest.ceil_char_boundary(room));
            let noted = self.open.filter(|open| {
                let (_, since) = self.tail(self.word % STEP);
                !url::closes(since, open.closing) && !url::closes(part, open.closing)
            });
            self.append(part);
            self.word += part.len();
            self.open = noted.or_else(|| self.find_open(STEP));
            rest = others;
        }
        self.append(rest);
        self.word += rest.len();
    }

    fn append(&mut self, text: &str) {
        self.total += text.len();
        if text.len() >= REACH {
            self.text.clear();
            self.text.push_str(&text[text.floor_char_boundary(text.len() - REACH)..]);
            return;
        }
        if self.text.len() > 2 * REACH {
            let cut = self.text.floor_char_boundary(self.text.len() - REACH);
            self.text.drain(..cut);
        }
        self.text.push_str(text);
    }
}
