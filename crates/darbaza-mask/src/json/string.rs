//! One string of a JSON text: decoded for the engine, given out as it was written.

use std::collections::VecDeque;

use super::escape::{self, Unit};
use crate::engine::{Around, Engine, Output};
use crate::table::{Entry, Table};

/// Restores the inside of one string, piece by piece.
///
/// What is not replaced comes out with the very escapes it came in with.
#[derive(Default)]
pub(super) struct StringRestorer {
    engine: Engine,
    /// The beginning of an escape.
    cut_off: String,
    /// What the engine has not yet given out, as written.
    written: String,
    /// For that text: lengths as decoded and as written, in turn.
    lengths: VecDeque<(usize, usize)>,
}

impl StringRestorer {
    /// Takes more of the inside of the string.
    pub(super) fn take(
        &mut self,
        table: &Table,
        inside: &str,
        last: bool,
        out: &mut String,
        around: Option<&Around<'_>>,
    ) {
        let mut text = std::mem::take(&mut self.cut_off);
        text.push_str(inside);
        let mut decoded = String::with_capacity(text.len());
        let mut at = 0;
        while let Some(unit) = escape::read(&text[at..], last) {
            let Unit::Char(c, length) = unit else { break };
            decoded.push(c);
            match self.lengths.back_mut() {
                // Plain characters in a row are one entry: they are as long as written.
                Some((before, as_written)) if before == as_written && length == c.len_utf8() => {
                    *before += length;
                    *as_written += length;
                }
                _ => self.lengths.push_back((c.len_utf8(), length)),
            }
            at += length;
        }
        self.written.push_str(&text[..at]);
        self.cut_off.push_str(&text[at..]);
        let mut output =
            Escaped { written: &self.written, given: 0, lengths: &mut self.lengths, out, around };
        self.engine.take(table, &decoded, last, &mut output);
        let given = output.given;
        self.written.drain(..given);
    }
}

/// Output into a string, next to how it was written.
struct Escaped<'a> {
    written: &'a str,
    given: usize,
    lengths: &'a mut VecDeque<(usize, usize)>,
    out: &'a mut String,
    around: Option<&'a Around<'a>>,
}

impl Output for Escaped<'_> {
    fn text(&mut self, text: &str) {
        let length = written_length(self.lengths, text.len());
        self.out.push_str(&self.written[self.given..self.given + length]);
        self.given += length;
    }

    fn value(&mut self, length: usize, entry: &Entry) {
        escape::write(&entry.value, self.out);
        self.given += written_length(self.lengths, length);
    }

    fn stands_in_sink(&self) -> bool {
        self.around.is_some_and(|around| around.is_sink(self.out))
    }
}

/// Takes so many decoded bytes off the front and tells how long they are as written.
fn written_length(lengths: &mut VecDeque<(usize, usize)>, mut decoded: usize) -> usize {
    let mut written = 0;
    while decoded > 0 {
        let Some((length, as_written)) = lengths.front_mut() else { break };
        if *length > decoded {
            // Only plain characters stand together in one entry.
            *length -= decoded;
            *as_written -= decoded;
            return written + decoded;
        }
        decoded -= *length;
        written += *as_written;
        lengths.pop_front();
    }
    written
}

/// The inside of a string, decoded.
pub(super) fn decode(inside: &str) -> String {
    let mut decoded = String::with_capacity(inside.len());
    let mut at = 0;
    while let Some(Unit::Char(c, length)) = escape::read(&inside[at..], true) {
        decoded.push(c);
        at += length;
    }
    decoded
}
