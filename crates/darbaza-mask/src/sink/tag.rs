//! HTML tags and the `url(…)` of CSS.

use super::{Kind, Sink};

/// A tag that is still open at the end of the window.
///
/// As a browser reads it: `<` and a letter, and quotes count after `=` only. A blank line ends
/// it too: prose such as `a <b` would otherwise swallow the rest of the text.
pub(super) fn open(window: &str) -> Option<Sink> {
    let bytes = window.as_bytes();
    let mut from = 0;
    while let Some(at) = memchr::memchr(b'<', &bytes[from..]) {
        let start = from + at;
        from = start + 1;
        if !bytes.get(start + 1).is_some_and(|b| b.is_ascii_alphabetic() || matches!(b, b'/' | b'!' | b'?')) {
            continue;
        }
        match end_of_tag(&bytes[start..]) {
            Some(length) => from = start + length,
            None => return Some(Sink { start, kind: Kind::Tag }),
        }
    }
    None
}

/// The bytes of `rest` that belong to a tag of which `begun` is the first part.
pub(super) fn rest(begun: &str, rest: &str) -> usize {
    let whole = format!("{begun}{rest}");
    end_of_tag(whole.as_bytes()).map_or(0, |end| end.saturating_sub(begun.len()))
}

fn end_of_tag(bytes: &[u8]) -> Option<usize> {
    let mut quote = None;
    let mut last = b' ';
    let mut newline = false;
    for (at, &byte) in bytes.iter().enumerate() {
        match byte {
            b'\n' if newline => return Some(at),
            b'\n' => newline = true,
            b' ' | b'\t' | b'\r' => {}
            _ => newline = false,
        }
        match quote {
            Some(open) if byte == open => quote = None,
            Some(_) => {}
            None if byte == b'>' => return Some(at + 1),
            None if matches!(byte, b'"' | b'\'') && last == b'=' => quote = Some(byte),
            None => {}
        }
        if !byte.is_ascii_whitespace() {
            last = byte;
        }
    }
    None
}

/// A `url(` that is still open at the end of the window.
pub(super) fn css_url(window: &str) -> Option<Sink> {
    let bytes = window.as_bytes();
    memchr::memchr_iter(b'(', bytes)
        .find(|&at| {
            let named = at >= 3 && bytes[at - 3..at].eq_ignore_ascii_case(b"url");
            named
                && (at == 3 || !bytes[at - 4].is_ascii_alphanumeric())
                && !is_closed(window[at + 1..].trim_start())
        })
        .map(|at| Sink { start: at - 3, kind: Kind::Css })
}

fn is_closed(inside: &str) -> bool {
    let quoted = inside.chars().next().filter(|c| matches!(c, '"' | '\''));
    let after = match quoted {
        Some(quote) => match inside[1..].find(quote) {
            Some(end) => &inside[1 + end..],
            None => return inside.contains("\n\n"),
        },
        None => inside,
    };
    after.contains(')') || after.contains("\n\n")
}
