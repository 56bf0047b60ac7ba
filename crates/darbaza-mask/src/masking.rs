//! Masking: findings to edits, and the values behind them to the tokens of the request.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use darbaza_core::{Category, Edit, Finding, apply_edits};

use crate::engine::is_word;
use crate::key::Scope;
use crate::lookalike::lookalikes;
use crate::sink::{self, Left, Right, Verdict};
use crate::spans::{Span, unite};
use crate::table::{Leaf, Table};
use crate::text;
use crate::tokens::Tokens;

/// What a slot of the request can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MaskShape {
    /// Any text: tokens stand in brackets.
    Free,
    /// Only `[A-Za-z0-9_-]`, such as names of tools: the bare core stands for whole words.
    Word,
}

/// The JSON type of a value that is masked whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Original {
    /// A string.
    String,
    /// A number; it comes back as one where the answer holds its token as a whole leaf.
    Number,
}

/// Rounds in which spans move out of sinks; a sink inside a sink takes one more.
const MOST_SINKS: usize = 16;

/// Bytes that are masked in attempts, of which each widens one span that does not come back as it
/// was, before the text is masked whole; a long text has fewer attempts, but no fewer than 24.
const MOST_BYTES: usize = 4_000_000;

/// The masking of one request, over all its slots.
pub struct Masking {
    scope: Scope,
    table: Table,
}

impl Masking {
    /// Masking in a scope.
    pub fn new(scope: Scope) -> Self {
        Masking { scope, table: Table::new() }
    }

    /// The edits that mask the findings of one text, sorted and apart from each other.
    ///
    /// Findings may overlap and come in any order: no byte of any of them is left. Text that looks
    /// like a token is masked too, and a finding in a URL or another sink masks the whole of it.
    /// For every text and all findings, what [`Tokens::restore`] and [`Tokens::restore_content`]
    /// make of the masked text is the text again; that is checked here for each text before its edits are returned.
    pub fn edits(&mut self, text: &str, findings: &[Finding], shape: MaskShape) -> Vec<Edit> {
        let mut spans: Vec<Span> =
            findings.iter().filter_map(|finding| Span::of_finding(text, finding)).collect();
        spans.extend(lookalikes(text).into_iter().map(Span::literal));
        if spans.is_empty() {
            return Vec::new();
        }
        for _ in 0..(MOST_BYTES / text.len()).clamp(24, 400) {
            spans = apart(spans, text, shape);
            let (edits, minted) = self.mint(text, &spans, shape);
            let Some(place) = self.first_difference(text, &edits) else {
                return edits;
            };
            self.table.forget(&minted);
            widen_at(&mut spans, place, text);
        }
        for span in &mut spans {
            span.widen(0..text.len(), None);
        }
        self.mint(text, &unite(spans, false), shape).0
    }

    /// The token of a leaf that is masked whole, in brackets.
    ///
    /// For a number `value` is the number as it is written in JSON. Where the same value is also
    /// a string leaf of the request, it comes back as a string.
    pub fn whole(&mut self, category: Category, value: &str, original: Original) -> String {
        let leaf = match original {
            Original::Number if value.parse::<serde_json::Number>().is_ok() => Leaf::Number,
            _ => Leaf::String,
        };
        let (core, _) = self.table.mint(&self.scope, category, value, leaf);
        format!("[{core}]")
    }

    /// The way back; nothing more can be masked in this request.
    pub fn finish(self) -> Tokens {
        Tokens { table: Arc::new(self.table) }
    }

    /// The edits of spans that are apart, and the cores that are new.
    fn mint(&mut self, text: &str, spans: &[Span], shape: MaskShape) -> (Vec<Edit>, Vec<String>) {
        let mut minted = Vec::new();
        let edits = spans.iter().map(|span| {
            let leaf = if is_string_leaf(text, &span.range) { Leaf::String } else { Leaf::Part };
            let value = &text[span.range.clone()];
            let (core, new) = self.table.mint(&self.scope, span.category, value, leaf);
            let with = match shape {
                MaskShape::Free => format!("[{core}]"),
                MaskShape::Word => core.clone(),
            };
            if new {
                minted.push(core);
            }
            Edit { range: span.range.clone(), with }
        });
        (edits.collect(), minted)
    }

    /// The first byte of the text that would not come back as it was, be it as text or as content.
    fn first_difference(&self, text: &str, edits: &[Edit]) -> Option<usize> {
        let masked = apply_edits(text, edits);
        let may_be_json = masked.trim_start().starts_with(['{', '[']);
        let content = may_be_json.then(text::Progress::of_content);
        let difference =
            [Some(text::Progress::default()), content].into_iter().flatten().find_map(|progress| {
                let restored = self.restored(progress, &masked);
                (restored.as_str() != text).then(|| {
                    let same = restored.bytes().zip(text.bytes()).take_while(|(a, b)| a == b).count();
                    same.min(text.len() - 1)
                })
            });
        self.table.reset_counts();
        difference
    }

    fn restored(&self, mut progress: text::Progress, masked: &str) -> String {
        let mut restored = String::with_capacity(masked.len());
        progress.take(&self.table, masked, &mut restored);
        progress.flush(&self.table, &mut restored);
        restored
    }
}

impl fmt::Debug for Masking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Masking").field("minted", &self.table.minted().to_string()).finish_non_exhaustive()
    }
}

/// Whether a value is a string of its own: the whole text, or in quotes as in JSON.
fn is_string_leaf(text: &str, range: &Range<usize>) -> bool {
    range.len() == text.len() || (text[..range.start].ends_with('"') && text[range.end..].starts_with('"'))
}

/// Widens spans until each can stand as a token where it is.
fn apart(mut spans: Vec<Span>, text: &str, shape: MaskShape) -> Vec<Span> {
    for _ in 0..MOST_SINKS {
        if shape == MaskShape::Word {
            for span in &mut spans {
                let word = whole_word(text, &span.range);
                span.widen(word, None);
            }
        }
        spans = unite(spans, shape == MaskShape::Word);
        let mut widened = false;
        let (mut left, mut read, mut covered) = (Left::default(), 0, 0);
        for span in &mut spans {
            let range = span.range.clone();
            if range.end <= covered {
                // It will be united with the one before.
                continue;
            }
            left.push(&text[read..range.start]);
            read = range.end;
            let right = Right { text: &text[range.end..], last: true, expand: None };
            let verdict = sink::judge(&left, &right);
            left.push(&text[range.clone()]);
            if shape == MaskShape::Free {
                left.end_token();
            }
            if let Verdict::Sink(sink) = verdict {
                let cover = sink.cover(text, &range);
                widened |= cover != range;
                covered = cover.end;
                span.widen(cover, Some(Category::Url));
            }
        }
        if !widened {
            return spans;
        }
    }
    // What is still in a sink will not come back as it was, and is widened for that.
    unite(spans, shape == MaskShape::Word)
}

/// The range with the characters of a bare core that touch it.
fn whole_word(text: &str, range: &Range<usize>) -> Range<usize> {
    let before = text[..range.start].bytes().rev().take_while(|b| is_word(*b)).count();
    let after = text[range.end..].bytes().take_while(|b| is_word(*b)).count();
    range.start - before..range.end + after
}

/// Widens the span that is to blame for a difference: to the string of JSON that it is in (a value
/// with escapes cannot come back inside of it), to its word, to its line, to the text.
fn widen_at(spans: &mut [Span], place: usize, text: &str) {
    let blamed = spans.iter().rposition(|span| span.range.start <= place).unwrap_or(0);
    let Some(span) = spans.get_mut(blamed) else { return };
    span.widened += 1;
    let (start, end) = (span.range.start, span.range.end);
    let wider = match span.widened {
        1 => quoted(text, &span.range),
        2 => around(text, start, end, |c| c.is_whitespace()),
        3 | 4 => around(text, start, end, |c| c == '\n'),
        _ => 0..text.len(),
    };
    span.widen(wider, None);
}

fn quoted(text: &str, range: &Range<usize>) -> Range<usize> {
    let is_quote = |at: &usize| !text[..*at].ends_with('\\');
    let start = text[..range.start].rmatch_indices('"').map(|(at, _)| at).find(is_quote);
    let end = text[range.end..].match_indices('"').map(|(at, _)| range.end + at).find(is_quote);
    match (start, end) {
        (Some(start), Some(end)) if !text[start..=end].contains('\n') => start..end + 1,
        _ => range.clone(),
    }
}

fn around(text: &str, start: usize, end: usize, stops: impl Fn(char) -> bool) -> Range<usize> {
    let from =
        text[..start].char_indices().rev().find(|(_, c)| stops(*c)).map_or(0, |(at, c)| at + c.len_utf8());
    let to = text[end..].find(stops).map_or(text.len(), |at| end + at);
    from..to
}
