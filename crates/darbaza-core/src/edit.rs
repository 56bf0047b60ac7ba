//! A replacement in a text: how masking tells the wire format what to write.

use std::ops::Range;

/// Replace the bytes of `range` by `with`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// Byte range of the text before any edit; both ends are character boundaries.
    pub range: Range<usize>,
    /// What stands there afterwards.
    pub with: String,
}

/// The text after all edits, which are sorted and do not overlap.
pub fn apply_edits(text: &str, edits: &[Edit]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        debug_assert!(edit.range.start >= at, "edits are sorted and do not overlap");
        out.push_str(&text[at..edit.range.start]);
        out.push_str(&edit.with);
        at = edit.range.end;
    }
    out.push_str(&text[at..]);
    out
}
