//! What follows a token: the rest of a host name or of an address, which makes it a part of one.

use super::host::{could_be_domain, is_dot, is_known_domain, is_label_char};

/// A host name has at most 253 bytes (RFC 1035); looking farther is not needed.
const MOST: usize = 256;

/// Reads the token at the start of a text.
pub(crate) trait Expand {
    /// Length of the token and its value; `None` where there is no token, `Err` where more text
    /// is needed to tell. With `last` no more text will come.
    fn token<'a>(&'a self, text: &str, last: bool) -> Result<Option<(usize, &'a str)>, NeedsMore>;
}

/// More text is needed.
pub(crate) struct NeedsMore;

/// The text on the right of a token.
pub(crate) struct Right<'a> {
    pub(crate) text: &'a str,
    /// Whether nothing will follow `text`.
    pub(crate) last: bool,
    /// How tokens in it are read; none where it holds the values themselves.
    pub(crate) expand: Option<&'a dyn Expand>,
}

/// What the right side says.
pub(super) enum Host {
    None,
    Undecided,
    /// The token is part of a host or an address that goes on for so many bytes.
    Until(usize),
}

impl Right<'_> {
    pub(super) fn host(&self) -> Host {
        let mut seen = String::new();
        let mut at = 0;
        // What stands behind the labels, where that is inside the value of another token.
        let mut inside: Option<&str> = None;
        while inside.is_none() {
            if seen.len() > MOST {
                return if seen.contains('.') { Host::Until(at) } else { Host::None };
            }
            let rest = &self.text[at..];
            match self.token(at) {
                Err(NeedsMore) => return Host::Undecided,
                Ok(Some((length, value))) => {
                    let labels = value.find(|c| !is_label_char(c) && !is_dot(c));
                    add_labels(&mut seen, &value[..labels.unwrap_or(value.len())]);
                    inside = labels.map(|end| &value[end..]);
                    at += length;
                    continue;
                }
                Ok(None) => {}
            }
            match rest.chars().next() {
                None if self.last => break,
                None => return Host::Undecided,
                Some(c) if is_label_char(c) || is_dot(c) => {
                    seen.push(if is_dot(c) { '.' } else { c });
                    at += c.len_utf8();
                }
                Some(_) => break,
            }
        }
        let after = inside.unwrap_or(&self.text[at..]);
        match ends_address(after, self.last || inside.is_some()) {
            Host::None if continues_host(&seen, after) => Host::Until(at),
            Host::Until(length) => Host::Until(if inside.is_some() { at } else { at + length }),
            other => other,
        }
    }

    fn token(&self, at: usize) -> Result<Option<(usize, &str)>, NeedsMore> {
        let (before, rest) = self.text.split_at(at);
        let inside_run = before.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
        let may_begin = |c: char| matches!(c, '[' | '_' | '\\') || c.is_ascii_alphanumeric();
        match self.expand {
            Some(expand) if !inside_run && rest.starts_with(may_begin) => expand.token(rest, self.last),
            _ => Ok(None),
        }
    }
}

fn add_labels(seen: &mut String, labels: &str) {
    seen.extend(labels.chars().map(|c| if is_dot(c) { '.' } else { c }));
}

/// `token@host`, `token://`, `token%20`.
fn ends_address(after: &str, last: bool) -> Host {
    let rest = after.as_bytes();
    let (needed, found) = match rest.first() {
        Some(b'@') => (2, rest.get(1).is_some_and(|b| b.is_ascii_alphanumeric() || *b >= 0x80)),
        Some(b':') => (3, rest.get(1..3) == Some(b"//")),
        Some(b'%') => (3, rest.len() >= 3 && rest[1..3].iter().all(u8::is_ascii_hexdigit)),
        _ => return Host::None,
    };
    if found {
        return Host::Until(rest.iter().position(u8::is_ascii_whitespace).unwrap_or(rest.len()));
    }
    if rest.len() < needed && !last { Host::Undecided } else { Host::None }
}

/// Whether labels that follow the token make it a host: `.evil.com`, `-x.kz`, `.рф`.
///
/// One label that is merely a word, as in `[PERSON_…].Then` or `[PERSON_…].It`, does not.
fn continues_host(seen: &str, after: &str) -> bool {
    let labels: Vec<&str> = seen.trim_end_matches(['.', '-']).split('.').collect();
    let opens_path = after.starts_with(['/', '\\']);
    if let [_, label] = labels[..]
        && begins_sentence(label)
        && !opens_path
    {
        return false;
    }
    labels.iter().enumerate().skip(1).any(|(at, label)| {
        is_known_domain(label)
            || (could_be_domain(label) && (at >= 2 || (opens_path && at + 1 == labels.len())))
    })
}

/// A capital and small letters: a missing space, not a domain.
fn begins_sentence(label: &str) -> bool {
    let mut letters = label.chars();
    letters.next().is_some_and(char::is_uppercase) && letters.all(|c| c.is_lowercase())
}
