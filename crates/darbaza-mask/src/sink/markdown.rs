//! Link and image targets and link reference definitions of CommonMark.

use memchr::memmem;

use super::{FARTHEST, Kind, Sink};

/// A target `](…` that is still open at the end of the window.
///
/// Wider than CommonMark: spaces do not end it, since readers differ. A blank line does, unless
/// nothing stands before it.
pub(super) fn link_target(window: &str) -> Option<Sink> {
    memmem::find(window.as_bytes(), b"](")?;
    // One pass for all targets, each with the depth of parentheses at which it was opened.
    let mut open: Vec<(usize, usize)> = Vec::new();
    let (mut depth, mut in_angle, mut newline, mut escaped, mut last) = (0usize, false, false, false, b' ');
    for (at, byte) in window.bytes().enumerate() {
        match byte {
            b'\n' if newline => open.retain(|(start, _)| window[start + 1..at].trim().is_empty()),
            b'\n' => (newline, in_angle) = (true, false),
            b' ' | b'\t' | b'\r' => {}
            _ => newline = false,
        }
        match byte {
            _ if escaped => {}
            b'(' if last == b']' => {
                depth += 1;
                open.push((at, depth));
            }
            b'<' if open.last().is_some_and(|(start, _)| window[start + 1..at].trim().is_empty()) => {
                in_angle = true
            }
            b'>' => in_angle = false,
            _ if in_angle => {}
            b'(' => depth += 1,
            b')' => {
                open.pop_if(|(_, opened)| *opened >= depth);
                depth = depth.saturating_sub(1);
            }
            _ => {}
        }
        escaped = byte == b'\\' && !escaped;
        last = byte;
    }
    open.first().map(|(start, _)| Sink { start: *start, kind: Kind::LinkTarget })
}

/// The first word of what stands in parentheses right after a token in brackets: a link target,
/// if the token's brackets were there to stay.
pub(super) fn target_of_token(window: &str, after_token: Option<usize>) -> Option<Sink> {
    let start = window.len().checked_sub(after_token?)?;
    let between = window.get(start..)?;
    let target = between.strip_prefix('(')?.trim_start();
    let open = !target.contains([')', ' ', '\t', '\n', '\r']);
    open.then_some(Sink { start: start.saturating_sub(1), kind: Kind::LinkTarget })
}

/// The bytes of `rest` that belong to a target of which `begun` is the first part.
pub(super) fn rest_of_target(begun: &str, rest: &str) -> usize {
    let Some((_, begun)) = begun.split_once('(') else { return 0 };
    let rest = &rest[..rest.floor_char_boundary(FARTHEST)];
    match end_of_target(&format!("{begun}{rest}")) {
        Some(end) => end.saturating_sub(begun.len()),
        None => rest.find('\n').unwrap_or(rest.len()),
    }
}

/// Where a target ends, behind its `)`; the text begins behind its `(`.
fn end_of_target(text: &str) -> Option<usize> {
    let mut depth = 1;
    let mut newline = false;
    let mut escaped = false;
    let mut in_angle = text.trim_start().starts_with('<');
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'\n' if newline && !text[..at].trim().is_empty() => return Some(at),
            _ if escaped => {}
            b'>' => in_angle = false,
            _ if in_angle => {}
            b'(' => depth += 1,
            b')' if depth == 1 => return Some(at + 1),
            b')' => depth -= 1,
            _ => {}
        }
        newline = byte == b'\n' || (newline && byte.is_ascii_whitespace());
        escaped = byte == b'\\' && !escaped;
    }
    None
}

/// The target of a definition `[label]: target` that is still open at the end of the window.
/// Definitions of footnotes, `[^1]: text`, hold text and not a target.
pub(super) fn definition(window: &str) -> Option<Sink> {
    memmem::rfind_iter(window.as_bytes(), b"]:").take(16).find_map(|colon| definition_at(window, colon))
}

fn definition_at(window: &str, colon: usize) -> Option<Sink> {
    let after = &window[colon + 2..];
    let target = after.trim_start();
    let gap = &after[..after.len() - target.len()];
    let line = window[..colon].rfind(['\n', '\r']).map_or(0, |at| at + 1);
    if gap.matches('\n').count() > 1 {
        return None;
    }
    if let Some(angle) = target.strip_prefix('<') {
        // Spaces may stand in such a target, so that nothing else would find its URL: asked
        // without regard to the label, which may have begun on another line.
        let open = !angle.contains(['>', '\n']);
        return open.then_some(Sink { start: line, kind: Kind::Definition });
    }
    let open = !target.contains([' ', '\t', '\r', '\n']);
    let before =
        window[line..colon].trim_start_matches(|c: char| " \t>-*+.)".contains(c) || c.is_ascii_digit());
    let label =
        before.strip_prefix('[').filter(|label| !label.starts_with('^') && !label.trim().is_empty())?;
    (open && !has_bare_bracket(label)).then_some(Sink { start: colon - before.len(), kind: Kind::Definition })
}

fn has_bare_bracket(label: &str) -> bool {
    let mut escaped = false;
    label.bytes().any(|byte| {
        let bare = !escaped && matches!(byte, b'[' | b']');
        escaped = byte == b'\\' && !escaped;
        bare
    })
}
