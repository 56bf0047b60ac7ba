//! URLs and encoded strings, judged by the word (a stretch without white space) that holds the
//! token.

use super::host;

/// Schemes that need no `//`. Those that merely call somebody or show a place, as in `tel:`, `sms:`,
/// `sip:`, `WhatsApp:` and `geo:`, are not among them: they stand in ordinary text, where nothing
/// fetches them. As link targets they are sinks all the same.
const SCHEMES: &[&str] = &[
    "http",
    "https",
    "ftp",
    "ftps",
    "ws",
    "wss",
    "mailto",
    "data",
    "javascript",
    "vbscript",
    "blob",
    "view-source",
    "intent",
];

/// What software that finds links in text takes for white space.
pub(super) fn is_space(b: u8) -> bool {
    matches!(b, b' ' | b'\t' | b'\n' | b'\r')
}

/// Bytes up to the next white space.
pub(super) fn word_length(text: &str) -> usize {
    text.bytes().position(is_space).unwrap_or(text.len())
}

/// Whether a text holds a URL anywhere.
pub(crate) fn contains_url(text: &str) -> bool {
    text.split([' ', '\t', '\n', '\r'])
        .any(|word| is_or_holds_url(word) || decoded(word).is_some_and(|plain| is_or_holds_url(&plain)))
}

fn is_or_holds_url(word: &str) -> bool {
    // A colon at the end is one of prose, as in `data: none`.
    starts(word.trim_end_matches(':')).next().is_some()
}

/// How much of `rest` belongs to a URL that began after `before`.
pub(super) fn rest(before: &str, rest: &str) -> usize {
    let word = &rest[..word_length(rest)];
    if let Some(end) = before.chars().next_back().and_then(closing).and_then(|close| word.find(close)) {
        return end;
    }
    let word = &word[..word.find('<').unwrap_or(word.len())];
    word.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '}', '»', '”', '"', '\'', '*', '`', '>'])
        .len()
}

/// Where in a word the URL begins that is open at its end, and the quote that would close it;
/// only what is given away by marks not before `from` counts.
pub(super) fn open_in_word(word: &str, from: usize) -> Option<(usize, Option<char>)> {
    let mut closed = 0;
    for (mark, start) in starts(word) {
        if start < closed {
            continue;
        }
        let quote = word[..start].chars().next_back().and_then(closing);
        match end_of(&word[start..], quote) {
            Some(length) => closed = start + length,
            None if mark >= from => return Some((start, quote)),
            None => {}
        }
    }
    let plain = decoded(word)?;
    let from = plain.len().saturating_sub(word.len() - from);
    open_in_word(&plain, from).map(|(_, quote)| (0, quote))
}

/// Whether a URL ends in what follows of it.
pub(super) fn closes(rest: &str, quote: Option<char>) -> bool {
    end_of(rest, quote).is_some()
}

/// Where a URL ends inside its word: at the quote that answers the one before it, or at a tag.
fn end_of(rest: &str, quote: Option<char>) -> Option<usize> {
    let tag = rest.find('<');
    let answer = quote.and_then(|quote| rest.find(quote));
    match (tag, answer) {
        (Some(tag), Some(answer)) => Some(tag.min(answer)),
        (tag, answer) => tag.or(answer),
    }
}

fn closing(open: char) -> Option<char> {
    Some(match open {
        '"' | '\'' | '`' => open,
        '«' => '»',
        '“' | '„' => '”',
        '<' => '>',
        _ => return None,
    })
}

/// The marks that give URLs in a word away, and where each URL begins.
fn starts(word: &str) -> impl Iterator<Item = (usize, usize)> + '_ {
    word.bytes().enumerate().filter_map(move |(at, byte)| start_of(word, at, byte).map(|start| (at, start)))
}

fn start_of(word: &str, at: usize, byte: u8) -> Option<usize> {
    let bytes = word.as_bytes();
    match byte {
        b':' => scheme(word, at).or_else(|| before_port(word, at)),
        b'/' | b'\\' => relative_to_scheme(bytes, at).or_else(|| host::ends_with_host(&word[..at])),
        b'?' => host::ends_with_host(&word[..at]).or_else(|| query(bytes, at)),
        b'#' => host::ends_with_host(&word[..at]),
        b'%' => encoded(bytes, at).then(|| host::start_of_label(&word[..at])),
        b'w' | b'W' => www(bytes, at),
        _ => None,
    }
}

fn scheme(word: &str, colon: usize) -> Option<usize> {
    let name = word[..colon]
        .bytes()
        .rev()
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
        .count();
    let start = colon - name;
    let slashes = word[colon + 1..].bytes().take_while(|b| matches!(b, b'/' | b'\\')).count();
    // `C:\\Users` is a drive, not a scheme.
    if slashes >= 2 && !(name == 1 && word.as_bytes()[colon + 1] == b'\\') {
        return Some(start);
    }
    let scheme = word[start..colon].to_ascii_lowercase();
    SCHEMES.iter().find(|known| scheme.ends_with(**known)).and_then(|known| {
        let before = scheme.len() - known.len();
        let apart = before == 0 || !scheme.as_bytes()[before - 1].is_ascii_alphanumeric();
        apart.then_some(start + before)
    })
}

fn before_port(word: &str, colon: usize) -> Option<usize> {
    let digit_follows = word.as_bytes().get(colon + 1).is_some_and(u8::is_ascii_digit);
    if digit_follows { host::ends_with_host(&word[..colon]) } else { None }
}

/// `//host/path`, `\\host\path`.
fn relative_to_scheme(bytes: &[u8], at: usize) -> Option<usize> {
    let slash = bytes[at];
    let apart = at == 0 || !(bytes[at - 1].is_ascii_alphanumeric() || bytes[at - 1] == slash);
    if !apart || bytes.get(at + 1) != Some(&slash) {
        return None;
    }
    if slash == b'/' {
        return Some(at);
    }
    let host =
        bytes[at + 2..].iter().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-')).count();
    (host > 0 && bytes.get(at + 2 + host) == Some(&b'\\')).then_some(at)
}

/// `?name=`, and where the path before it begins.
fn query(bytes: &[u8], at: usize) -> Option<usize> {
    let is_name = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b'~' | b'[' | b']');
    let name = bytes[at + 1..].iter().take_while(|b| is_name(b)).count();
    (name > 0 && bytes.get(at + 1 + name) == Some(&b'=')).then(|| {
        let path = bytes[..at].iter().rev().take_while(|b| is_name(b) || matches!(b, b'/' | b'%')).count();
        at - path
    })
}

fn encoded(bytes: &[u8], at: usize) -> bool {
    let hex = |b: Option<&u8>| b.is_some_and(u8::is_ascii_hexdigit);
    hex(bytes.get(at + 1)) && hex(bytes.get(at + 2))
}

fn www(bytes: &[u8], at: usize) -> Option<usize> {
    let apart = at == 0 || !bytes[at - 1].is_ascii_alphanumeric();
    let begins = bytes.get(at..at + 4).is_some_and(|start| start.eq_ignore_ascii_case(b"www."));
    (apart && begins).then_some(at)
}

/// The word with escapes of JSON and of HTML read, where it has some that could hide a URL.
fn decoded(word: &str) -> Option<String> {
    let escaped =
        word.contains("\\/") || word.contains("\\u00") || word.contains("\\x") || word.contains('&');
    if !escaped {
        return None;
    }
    let mut plain = String::with_capacity(word.len());
    let mut rest = word;
    while let Some(c) = rest.chars().next() {
        let (read, length) = escape(rest).unwrap_or((c, c.len_utf8()));
        plain.push(read);
        rest = &rest[length..];
    }
    (plain != word).then_some(plain)
}

/// The escape that a text begins with, if it stands for a sign that URLs need.
fn escape(text: &str) -> Option<(char, usize)> {
    const NAMED: &[(&str, char)] = &[
        ("\\/", '/'),
        ("&colon;", ':'),
        ("&sol;", '/'),
        ("&bsol;", '\\'),
        ("&period;", '.'),
        ("&quest;", '?'),
        ("&percnt;", '%'),
        ("&equals;", '='),
        ("&num;", '#'),
    ];
    let starts = |start: &str| text.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start));
    if let Some((name, read)) = NAMED.iter().find(|(name, _)| starts(name)) {
        return Some((*read, name.len()));
    }
    let (head, radix) =
        [("\\u00", 16), ("\\x", 16), ("&#x", 16), ("&#", 10)].into_iter().find(|(h, _)| starts(h))?;
    let rest = &text[head.len()..];
    let most = if head.starts_with('\\') { 2 } else { 7 };
    let digits = rest.bytes().take(most).take_while(|b| (*b as char).is_digit(radix)).count();
    let code = u32::from_str_radix(&rest[..digits], radix).ok()?;
    let read = char::from_u32(code)
        .filter(char::is_ascii_graphic)
        .filter(|c| !matches!(c, '"' | '\'' | '<' | '>'))?;
    let semicolon = usize::from(rest.as_bytes().get(digits) == Some(&b';') && head.starts_with('&'));
    Some((read, head.len() + digits + semicolon))
}
