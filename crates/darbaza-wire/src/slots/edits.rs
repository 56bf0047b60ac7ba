//! Edits of texts, turned into replacements of leaves.

use std::ops::Range;

use darbaza_core::Edit;

use super::escapes::Escaped;
use super::{Text, TextId};
use crate::json::Replacements;

/// Why an edit was not applied. The request is unchanged then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// The request has no such text.
    #[error("the request has no text {0}")]
    UnknownText(usize),
    /// A range lies outside of the text, inside of a character, or before the end of the edit in
    /// front of it.
    #[error("edit {0} of a text does not fit the text or the edit before it")]
    Range(usize),
}

/// A piece of a text: all of one leaf.
#[derive(Clone)]
pub(crate) struct Piece {
    pub(crate) leaf: usize,
    /// Where it stands in the text.
    pub(crate) range: Range<usize>,
    /// Present where the text shows escapes of the leaf as characters.
    pub(crate) escaped: Option<Escaped>,
}

/// The way from texts back to leaves.
#[derive(Clone)]
pub(crate) struct Slots {
    pieces: Vec<Vec<Piece>>,
    replacements: Replacements,
}

impl Slots {
    pub(crate) fn new(pieces: Vec<Vec<Piece>>) -> Self {
        Slots { pieces, replacements: Replacements::new() }
    }

    pub(crate) fn replacements(&self) -> &Replacements {
        &self.replacements
    }

    /// Replaces whatever was applied to the text before.
    pub(crate) fn apply(&mut self, text: &Text, edits: &[Edit]) -> Result<(), EditError> {
        let TextId(index) = text.id;
        let pieces = self.pieces.get(index).ok_or(EditError::UnknownText(index))?;
        check(&text.value, edits)?;
        for (at, piece) in pieces.iter().enumerate() {
            match edited(&text.value, piece, at + 1 == pieces.len(), edits) {
                Some(content) => self.replacements.insert(piece.leaf, content),
                None => self.replacements.remove(&piece.leaf),
            };
        }
        Ok(())
    }
}

fn check(value: &str, edits: &[Edit]) -> Result<(), EditError> {
    let mut at = 0;
    for (number, edit) in edits.iter().enumerate() {
        let Range { start, end } = edit.range;
        let fits =
            start >= at && start <= end && value.is_char_boundary(start) && value.is_char_boundary(end);
        if !fits {
            return Err(EditError::Range(number));
        }
        at = end;
    }
    Ok(())
}

/// The leaf after the edits, where they touch it. An edit that spans pieces is written into the
/// first of them and deleted from the others; an insertion at the end of the text belongs to the
/// last piece.
fn edited(value: &str, piece: &Piece, last: bool, edits: &[Edit]) -> Option<String> {
    let Range { start, end } = piece.range;
    let original = piece.escaped.as_ref().map_or(&value[start..end], |escaped| &escaped.original);
    let offset = |at: usize| match &piece.escaped {
        Some(escaped) => escaped.original_offset(at - start),
        None => at - start,
    };
    // A request may hold a hundred thousand parts and as many edits, so each piece looks only at
    // the edits near it.
    let first = edits.partition_point(|edit| edit.range.end < start);
    let mut content: Option<String> = None;
    let mut done = 0;
    for edit in edits[first..].iter().take_while(|edit| edit.range.start <= end) {
        let begins_here = edit.range.start >= start && (edit.range.start < end || last);
        let reaches_in = edit.range.start < end && edit.range.end > start;
        if !begins_here && !reaches_in {
            continue;
        }
        let content = content.get_or_insert_default();
        content.push_str(&original[done..offset(edit.range.start.max(start))]);
        if begins_here {
            content.push_str(&edit.with);
        }
        done = offset(edit.range.end.min(end));
    }
    content.map(|mut content| {
        content.push_str(&original[done..]);
        content
    })
}
