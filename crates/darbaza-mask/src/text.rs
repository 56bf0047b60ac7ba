//! Restores text that arrives in pieces.

use std::fmt;
use std::sync::Arc;

use crate::engine::{Around, Engine, Splice};
use crate::fence::{Fences, Stretch};
use crate::json::{self, JsonRules};
use crate::table::Table;

/// Restores one text; made by [`crate::Tokens::text_stream`] and [`crate::Tokens::content_stream`].
///
/// What [`TextRestorer::push`] and [`TextRestorer::finish`] return together is the same for every
/// way to cut the text into pieces. Values are escaped inside JSON fences (see the crate's
/// documentation). Held back is only what may be a token or the beginning of one; text without
/// tokens flows through.
pub struct TextRestorer {
    table: Arc<Table>,
    progress: Progress,
}

/// JSON in a fence is handled in parts of so many bytes: each token in it looks back over its part.
const PART: usize = 512;

/// How far one text is restored.
#[derive(Default)]
pub(crate) struct Progress {
    fences: Fences,
    restorers: Restorers,
}

/// The restorers of plain stretches and of the JSON fence that is open.
#[derive(Default)]
struct Restorers {
    plain: Engine,
    json: Option<json::Progress>,
}

impl TextRestorer {
    pub(crate) fn new(table: Arc<Table>) -> Self {
        TextRestorer { table, progress: Progress::default() }
    }

    pub(crate) fn of_content(table: Arc<Table>) -> Self {
        TextRestorer { table, progress: Progress::of_content() }
    }

    /// Takes a piece and returns what is decided by it.
    pub fn push(&mut self, piece: &str) -> String {
        if self.table.is_empty() {
            return piece.to_owned();
        }
        let mut out = String::with_capacity(piece.len() + 64);
        self.progress.take(&self.table, piece, &mut out);
        out
    }

    /// Returns all that was held back.
    pub fn finish(mut self) -> String {
        let mut out = String::new();
        self.progress.flush(&self.table, &mut out);
        out
    }
}

impl Progress {
    /// Of content, which may be JSON without a fence.
    pub(crate) fn of_content() -> Self {
        Progress { fences: Fences::of_content(), ..Progress::default() }
    }

    pub(crate) fn take(&mut self, table: &Table, piece: &str, out: &mut String) {
        let restorers = &mut self.restorers;
        self.fences.take(piece, &mut |stretch, text| restorers.take(table, stretch, text, out));
    }

    pub(crate) fn flush(&mut self, table: &Table, out: &mut String) {
        let held = self.fences.finish();
        self.restorers.take(table, Stretch::Plain, &held, out);
        self.restorers.flush(table, out);
    }
}

impl Restorers {
    fn take(&mut self, table: &Table, stretch: Stretch, text: &str, out: &mut String) {
        if text.is_empty() {
            return;
        }
        if (stretch == Stretch::Json) != self.json.is_some() {
            self.flush(table, out);
            self.json = (stretch == Stretch::Json).then(|| json::Progress::new(JsonRules::CONTENT));
        }
        match &mut self.json {
            None => self.plain.take(table, text, false, &mut Splice { out, around: None }),
            Some(json) => {
                let mut rest = text;
                while !rest.is_empty() {
                    let (part, others) = rest.split_at(rest.ceil_char_boundary(PART));
                    let since = out.len();
                    json.take(table, part, out, Some(&Around { before: self.plain.left(), since }));
                    self.plain.see(&out[since..]);
                    rest = others;
                }
            }
        }
    }

    fn flush(&mut self, table: &Table, out: &mut String) {
        match self.json.take() {
            None => self.plain.take(table, "", true, &mut Splice { out, around: None }),
            Some(mut json) => {
                let since = out.len();
                json.flush(table, out, Some(&Around { before: self.plain.left(), since }));
                self.plain.see(&out[since..]);
            }
        }
    }
}

impl fmt::Debug for TextRestorer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TextRestorer").finish_non_exhaustive()
    }
}
