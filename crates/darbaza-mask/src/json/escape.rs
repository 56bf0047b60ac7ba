//! Escapes of JSON strings (RFC 8259, section 7), read one by one and written.

/// One character of a string, as written and as read.
#[derive(Debug, PartialEq)]
pub(super) enum Unit {
    /// So many bytes stand for this character.
    Char(char, usize),
    /// The escape goes on behind the end of the text.
    Incomplete,
}

/// Reads the first character of what stands in a string. Broken escapes stand for themselves,
/// backslash by backslash. With `last`, so do those that are cut off.
pub(super) fn read(text: &str, last: bool) -> Option<Unit> {
    let first = text.chars().next()?;
    if first != '\\' {
        return Some(Unit::Char(first, first.len_utf8()));
    }
    let Some(second) = text[1..].chars().next() else {
        return Some(if last { Unit::Char('\\', 1) } else { Unit::Incomplete });
    };
    let simple = match second {
        '"' | '\\' | '/' => second,
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'u' => return Some(read_unicode(text, last)),
        _ => return Some(Unit::Char('\\', 1)),
    };
    Some(Unit::Char(simple, 2))
}

/// Surrogates, in pairs or alone, read as U+FFFD each: nothing that matters to tokens or to URLs is
/// written with them, and what is not replaced comes out as it was written.
fn read_unicode(text: &str, last: bool) -> Unit {
    match code_unit(text) {
        Ok(unit) => Unit::Char(char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER), 6),
        Err(cut_off) if cut_off && !last => Unit::Incomplete,
        Err(_) => Unit::Char('\\', 1),
    }
}

/// The code unit of a `\uXXXX`; the error says whether the text merely ends too early.
fn code_unit(text: &str) -> Result<u32, bool> {
    let bytes = text.as_bytes();
    let escape = &bytes[..bytes.len().min(6)];
    let fits = escape.iter().enumerate().all(|(at, byte)| match at {
        0 => *byte == b'\\',
        1 => *byte == b'u',
        _ => byte.is_ascii_hexdigit(),
    });
    if !fits || escape.len() < 6 {
        return Err(fits);
    }
    u32::from_str_radix(&text[2..6], 16).map_err(|_| false)
}

/// Writes a value as it must stand inside a string.
pub(super) fn write(value: &str, out: &mut String) {
    for c in value.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\0'..='\u{1f}' | '\u{7f}' => out.push_str(&format!("\\u{:04x}", c as u32)),
            _ => out.push(c),
        }
    }
}
