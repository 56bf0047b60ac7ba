//! Literal `\uXXXX` escapes inside a text, read as the characters they mean.
//!
//! A prompt built as `"Analyse " + json.dumps(customer)` carries every Cyrillic letter as six
//! ASCII characters. The model reads them as letters, so the detector has to as well.

/// A text with escapes, and the way from offsets of its decoded form back to its own.
#[derive(Clone)]
pub(crate) struct Escaped {
    pub(crate) original: String,
    /// (offset in the decoded form just after a decoded character, original offset minus it).
    jumps: Vec<(usize, usize)>,
}

/// The decoded form and the way back, or nothing where there is no escape to decode.
pub(crate) fn decode(original: &str) -> Option<(String, Escaped)> {
    if !original.contains("\\u") {
        return None;
    }
    let mut value = String::with_capacity(original.len());
    let mut jumps = Vec::new();
    let mut rest = original;
    while let Some(at) = rest.find('\\') {
        value.push_str(&rest[..at]);
        rest = &rest[at..];
        let length = match escape(rest) {
            Some((character, length)) => {
                value.push(character);
                let consumed = original.len() - rest.len() + length;
                jumps.push((value.len(), consumed - value.len()));
                length
            }
            None => {
                let backslashes = backslashes(rest);
                value.push_str(&rest[..backslashes]);
                backslashes
            }
        };
        rest = &rest[length..];
    }
    value.push_str(rest);
    (!jumps.is_empty()).then(|| (value, Escaped { original: original.to_owned(), jumps }))
}

impl Escaped {
    /// The offset in the original of a character boundary of the decoded text.
    pub(crate) fn original_offset(&self, offset: usize) -> usize {
        let after = self.jumps.partition_point(|(at, _)| *at <= offset);
        offset + if after == 0 { 0 } else { self.jumps[after - 1].1 }
    }
}

fn backslashes(text: &str) -> usize {
    text.bytes().take_while(|byte| *byte == b'\\').count()
}

/// One escape at the start of `text`: its character and its length in bytes. Text that was
/// serialised more than once has more than one backslash; all of them belong to the escape.
fn escape(text: &str) -> Option<(char, usize)> {
    let (first, length) = unit(text)?;
    if let Some(character) = char::from_u32(first) {
        return (!character.is_control()).then_some((character, length));
    }
    let (second, more) = unit(&text[length..])?;
    let character =
        char::decode_utf16([u16::try_from(first).ok()?, u16::try_from(second).ok()?]).next()?.ok()?;
    Some((character, length + more))
}

fn unit(text: &str) -> Option<(u32, usize)> {
    let start = backslashes(text);
    let digits = text.as_bytes().get(start..start + 5)?;
    if start == 0 || digits[0] != b'u' || !digits[1..].iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    let value = u32::from_str_radix(&text[start + 1..start + 5], 16).ok()?;
    Some((value, start + 5))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(original: &str, value: &str, range_of: &str, original_range: &str) {
        let (decoded, escaped) = decode(original).expect("an escape");
        assert_eq!(decoded, value);
        let start = value.find(range_of).expect("in the value");
        let end = start + range_of.len();
        let range = escaped.original_offset(start)..escaped.original_offset(end);
        assert_eq!(&original[range], original_range);
    }

    #[test]
    fn escapes_are_shown_as_characters_and_map_back() {
        check(r#"ask "\u0410\u0439 x""#, r#"ask "Ай x""#, "Ай", r"\u0410\u0439");
        check(r"\\u0410b", "Аb", "А", r"\\u0410");
        check(r"a\ud83d\ude00b", "a😀b", "😀", r"\ud83d\ude00");
        check(r"\u0038701\u00311", "870111", "8701", r"\u0038701");
        check(r"\n\u04d8\q", r"\nӘ\q", "Ә", r"\u04d8");
        check(r"\\\u04d8 after", "Ә after", "after", "after");
    }

    #[test]
    fn what_is_no_escape_stays() {
        for plain in [r"C:\users", r"\u12", r"\ud83d", r"\ud83d\ud83d", r"\u000a", "\\u00e\u{e9}1", "plain"] {
            assert!(decode(plain).is_none(), "{plain}");
        }
    }
}
