//! The text as the recognisers read it, with the way back to the text as it was given.

use std::ops::Range;

/// A normalised copy of a text: no invisible characters, plain spaces and digits, JSON and HTML
/// escapes decoded.
///
/// `lower` has the same byte offsets as `text`.
pub(crate) struct View {
    /// The normalised text.
    pub(crate) text: String,
    /// The normalised text in lower case, byte for byte in step with `text`.
    pub(crate) lower: String,
    /// For each byte of `text` the source range of its character; none where nothing changed.
    back: Option<Vec<(usize, usize)>>,
}

impl View {
    pub(crate) fn new(source: &str) -> View {
        let mut view = View {
            text: String::with_capacity(source.len()),
            lower: String::with_capacity(source.len()),
            back: None,
        };
        let mut at = 0;
        let mut chars = source.chars();
        loop {
            let run = settled(&source.as_bytes()[at..]);
            if run > 0 {
                view.take_over(&source[at..at + run], at);
                at += run;
                chars = source[at..].chars();
            }
            let Some(c) = chars.next() else { break };
            let (put, taken) = match c {
                'A'..='Z' | 'a'..='z' | ' ' | '.' | ',' | '\n' => (Some(c), 1),
                'Ѐ'..='ӿ' => (Some(c), 2),
                _ => exchanged(c, &source[at..]),
            };
            let end = at + taken;
            if taken > c.len_utf8() {
                chars = source[end..].chars();
            }
            let changed = put.is_none_or(|p| p.len_utf8() != taken);
            if changed && view.back.is_none() {
                view.back = Some(way_back_of_unchanged(&view.text));
            }
            if let Some(put) = put {
                view.text.push(put);
                view.lower.push(lower(put));
                if let Some(back) = &mut view.back {
                    back.extend(std::iter::repeat_n((at, end), put.len_utf8()));
                }
            }
            at = end;
        }
        view
    }

    /// Takes over a run, at that place of the source, that is the same in both forms.
    fn take_over(&mut self, run: &str, at: usize) {
        self.text.push_str(run);
        self.lower.push_str(run);
        if let Some(back) = &mut self.back {
            for (i, c) in run.char_indices() {
                let (start, length) = (at + i, c.len_utf8());
                back.extend(std::iter::repeat_n((start, start + length), length));
            }
        }
    }

    /// The range of the source for a range of the view that is not empty.
    pub(crate) fn source_range(&self, range: Range<usize>) -> Range<usize> {
        match &self.back {
            None => range,
            Some(back) => match (back.get(range.start), back.get(range.end.saturating_sub(1))) {
                (Some(first), Some(last)) => first.0..last.1,
                _ => 0..0,
            },
        }
    }
}

/// Bytes at the beginning that nothing stands for but themselves, and that are lower case already: small
/// letters of both scripts and the commonest signs, which most of a text consists of.
fn settled(bytes: &[u8]) -> usize {
    let mut at = 0;
    while let Some(&first) = bytes.get(at) {
        let second = bytes.get(at + 1).copied().unwrap_or_default();
        at += match (first, second) {
            (b'a'..=b'z' | b' ' | b'.' | b',' | b'\n', _) => 1,
            // а to џ; then the letters in pairs, of which the odd one is the small one.
            (0xD0, 0xB0..=0xBF) | (0xD1, 0x80..=0x9F) => 2,
            (0xD2, 0x8A..=0xBF) | (0xD3, 0x90..=0xBF) if second % 2 == 1 => 2,
            _ => break,
        };
    }
    at
}

/// What stands for the character that `rest` begins with, and how many bytes it stands for.
fn exchanged(c: char, rest: &str) -> (Option<char>, usize) {
    match c {
        '\\' => backslash(rest),
        '&' => entity(rest),
        '%' => percent(rest),
        '0'..='9' | '#' | '*' => keycap(rest),
        _ if c.is_ascii() => (Some(c), 1),
        _ => (plain(c), c.len_utf8()),
    }
}

fn way_back_of_unchanged(text: &str) -> Vec<(usize, usize)> {
    let mut back = Vec::with_capacity(text.len() + 64);
    for (i, c) in text.char_indices() {
        let end = i + c.len_utf8();
        back.extend(std::iter::repeat_n((i, end), end - i));
    }
    back
}

/// Lower case in the same number of bytes, else the letter itself.
fn lower(c: char) -> char {
    let code = c as u32;
    // The letters that texts consist of, without a table.
    let short = match code {
        0..=0x7F => return c.to_ascii_lowercase(),
        0x410..=0x42F => code + 0x20,
        0x430..=0x45F => code,
        0x400..=0x40F => code + 0x50,
        0x48A..=0x4BF | 0x4D0..=0x52F => code | 1,
        0x2000..=0x206F => code,
        _ => 0,
    };
    if let Some(short) = char::from_u32(short).filter(|_| short != 0) {
        return short;
    }
    if c == 'İ' {
        return 'ı';
    }
    let mut letters = c.to_lowercase();
    match (letters.next(), letters.next()) {
        (Some(l), None) if l.len_utf8() == c.len_utf8() => l,
        _ => c,
    }
}

/// What stands for a character beyond ASCII; nothing for the invisible ones.
fn plain(c: char) -> Option<char> {
    match c {
        '\u{00AD}'
        | '\u{034F}'
        | '\u{180E}'
        | '\u{200B}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{2069}'
        | '\u{FEFF}'
        | '\u{FE00}'..='\u{FE0F}' => None,
        '\u{00A0}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' | '\u{3000}' => Some(' '),
        '\u{2010}' | '\u{2011}' | '\u{2212}' | '\u{FE63}' => Some('-'),
        '\u{2028}' | '\u{2029}' | '\u{0085}' => Some('\n'),
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0),
        '\u{0660}'..='\u{0669}' => char::from_u32(c as u32 - 0x0660 + 0x30),
        '\u{06F0}'..='\u{06F9}' => char::from_u32(c as u32 - 0x06F0 + 0x30),
        // Bold, double-struck, sans-serif and monospaced digits, ten of each.
        '\u{1D7CE}'..='\u{1D7FF}' => char::from_u32((c as u32 - 0x1D7CE) % 10 + 0x30),
        c => Some(c),
    }
}

/// A figure on a key cap (`1️⃣`) is a sign and no digit.
fn keycap(rest: &str) -> (Option<char>, usize) {
    const KEY: char = '\u{20E3}';
    let cap = ["\u{FE0F}\u{20E3}", "\u{20E3}"].into_iter().find(|cap| rest[1..].starts_with(cap));
    match cap {
        Some(cap) => (Some(KEY), 1 + cap.len()),
        None => (rest.chars().next(), 1),
    }
}

/// JSON escapes that stand as text (a dump inside a prompt): `\u0410`, `\n`, `\"`.
fn backslash(rest: &str) -> (Option<char>, usize) {
    let bytes = rest.as_bytes();
    match bytes.get(1) {
        Some(b'n' | b'r') => (Some('\n'), 2),
        Some(b't') => (Some('\t'), 2),
        Some(b'"') => (Some('"'), 2),
        Some(b'/') => (Some('/'), 2),
        Some(b'u') => match hex(bytes, 2) {
            Some(high @ 0xD800..=0xDBFF) => match (bytes.get(6..8), hex(bytes, 8)) {
                (Some(b"\\u"), Some(low @ 0xDC00..=0xDFFF)) => {
                    let code = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
                    (char::from_u32(code).and_then(plain), 12)
                }
                _ => (Some('\u{FFFD}'), 6),
            },
            Some(code) => match char::from_u32(code) {
                Some(c) => (plain(c), 6),
                None => (Some('\u{FFFD}'), 6),
            },
            None => (Some('\\'), 1),
        },
        _ => (Some('\\'), 1),
    }
}

fn hex(bytes: &[u8], at: usize) -> Option<u32> {
    let digits = bytes.get(at..at + 4)?;
    digits.iter().try_fold(0, |n, d| Some(n * 16 + (*d as char).to_digit(16)?))
}

fn entity(rest: &str) -> (Option<char>, usize) {
    const NAMED: &[(&str, char)] = &[
        ("&amp;nbsp;", ' '),
        ("&nbsp;", ' '),
        ("&amp;", '&'),
        ("&lt;", '<'),
        ("&gt;", '>'),
        ("&quot;", '"'),
        ("&apos;", '\''),
        ("&laquo;", '«'),
        ("&raquo;", '»'),
        ("&mdash;", '—'),
        ("&ndash;", '–'),
    ];
    for &(name, c) in NAMED {
        if rest.starts_with(name) {
            return (Some(c), name.len());
        }
    }
    if let Some(number) = rest.strip_prefix("&#") {
        let (radix, digits) = match number.strip_prefix(['x', 'X']) {
            Some(hex) => (16, hex),
            None => (10, number),
        };
        let length = digits.bytes().take(7).take_while(|b| (*b as char).is_digit(radix)).count();
        if length > 0 && digits.as_bytes().get(length) == Some(&b';') {
            let code = u32::from_str_radix(&digits[..length], radix).ok().and_then(char::from_u32);
            let taken = rest.len() - digits.len() + length + 1;
            if let Some(c) = code {
                return (plain(c), taken);
            }
        }
    }
    (Some('&'), 1)
}

/// Percent encoding of URLs: a character of UTF-8 beyond ASCII, signs (`%40`, `%2C`) and white space.
fn percent(rest: &str) -> (Option<char>, usize) {
    let bytes = rest.as_bytes();
    let byte = |i: usize| -> Option<u8> {
        if bytes.get(3 * i) != Some(&b'%') {
            return None;
        }
        let high = (*bytes.get(3 * i + 1)? as char).to_digit(16)?;
        let low = (*bytes.get(3 * i + 2)? as char).to_digit(16)?;
        u8::try_from(high * 16 + low).ok()
    };
    match byte(0) {
        Some(sign @ (b' ' | b'\t' | b'\n')) => (Some(sign as char), 3),
        Some(b'\r') => (Some('\n'), 3),
        Some(sign) if sign.is_ascii_punctuation() => (Some(sign as char), 3),
        Some(first @ 0xC2..=0xF4) => {
            let length = if first < 0xE0 {
                2
            } else if first < 0xF0 {
                3
            } else {
                4
            };
            let coded: Option<Vec<u8>> = (0..length).map(byte).collect();
            match coded.as_deref().map(std::str::from_utf8) {
                Some(Ok(c)) => (c.chars().next().and_then(plain), 3 * length),
                _ => (Some('%'), 1),
            }
        }
        _ => (Some('%'), 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_short_way_to_lower_case_is_the_right_one() {
        for c in ('\u{400}'..='\u{52F}').chain('\u{2000}'..='\u{206F}') {
            let right = c.to_lowercase().next().unwrap();
            assert_eq!(lower(c), if right.len_utf8() == c.len_utf8() { right } else { c }, "{c:?}");
        }
    }

    #[test]
    fn what_is_taken_over_as_it_is_stands_for_itself_and_is_small() {
        let mut taken = String::new();
        for c in '\0'..='\u{2FFF}' {
            let text = c.to_string();
            match settled(text.as_bytes()) {
                0 => {}
                length => {
                    assert_eq!((length, lower(c)), (text.len(), c));
                    assert!(matches!(c, 'a'..='z' | ' ' | '.' | ',' | '\n' | 'Ѐ'..='ӿ'), "{c:?}");
                    taken.push(c);
                }
            }
        }
        assert!("абвяёәғқңөұүһіxyz .,".chars().all(|c| taken.contains(c)), "{taken}");
        assert_eq!(settled("сөз Сөз".as_bytes()), "сөз ".len());
        assert_eq!(settled(&"сөз".as_bytes()[..5]), 4, "half a letter is none");
    }

    #[track_caller]
    fn check(source: &str, expected: &str, part: &str, in_source: &str) {
        let view = View::new(source);
        assert_eq!(view.text, expected);
        assert_eq!(view.text.len(), view.lower.len());
        let start = view.text.find(part).unwrap();
        assert_eq!(&source[view.source_range(start..start + part.len())], in_source);
    }

    #[test]
    fn what_hides_is_undone_and_offsets_lead_back() {
        check("Ахмет Оразов", "Ахмет Оразов", "Оразов", "Оразов");
        check("Ора\u{AD}зов\u{200B}а!", "Оразова!", "Оразова", "Ора\u{AD}зов\u{200B}а");
        check("т\u{A0}８７０１", "т 8701", "8701", "８７０１");
        check(r#"{"a":"\u0410\u0439\u0434\u0430"}"#, r#"{"a":"Айда"}"#, "Айда", r"\u0410\u0439\u0434\u0430");
        check("x&nbsp;7&#55;1&amp;", "x 771&", "771", "7&#55;1");
        check("q=%D0%90%D0%B9%20b%40c", "q=Ай b@c", "Ай", "%D0%90%D0%B9");
        check(r"\ud83d\ude00ok \q 5%", "😀ok \\q 5%", "ok", "ok");
    }
}
