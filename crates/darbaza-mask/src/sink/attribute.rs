//! Attributes that name an address, wherever they stand: `src=`, `href="`.

use super::{Kind, Sink};

const NAMES: &[&str] =
    &["href", "src", "srcset", "action", "formaction", "poster", "ping", "background", "style"];

/// An attribute whose value is still open at the end of the window.
pub(super) fn open(window: &str) -> Option<Sink> {
    memchr::memrchr_iter(b'=', window.as_bytes()).find_map(|equals| {
        attribute(&window[..equals]).filter(|_| is_open(window[equals + 1..].trim_start()))
    })
}

/// The bytes of `rest` that belong to an attribute of which `begun` is the first part.
pub(super) fn rest(begun: &str, rest: &str) -> usize {
    let value = begun.split_once('=').map_or("", |(_, value)| value.trim_start());
    let end = match quote(value) {
        Some(quote) => rest.find([quote, '\n']).map(|at| at + usize::from(rest.as_bytes()[at] != b'\n')),
        None => rest.find(|c: char| c.is_ascii_whitespace() || c == '>'),
    };
    end.unwrap_or(rest.len())
}

fn is_open(value: &str) -> bool {
    match quote(value) {
        Some(quote) => !value[quote.len_utf8()..].contains([quote, '\n']),
        None => !value.contains(|c: char| c.is_ascii_whitespace() || c == '>'),
    }
}

fn quote(value: &str) -> Option<char> {
    value.chars().next().filter(|c| matches!(c, '"' | '\''))
}

/// Whether an attribute of this name holds an address.
pub(super) fn is_address(name: &str) -> bool {
    NAMES.iter().any(|known| known.eq_ignore_ascii_case(name))
}

fn attribute(before: &str) -> Option<Sink> {
    let name_end = before.trim_end();
    let length = name_end.bytes().rev().take_while(|b| b.is_ascii_alphabetic()).count();
    let start = name_end.len() - length;
    is_address(&name_end[start..]).then_some(Sink { start, kind: Kind::Attribute })
}
