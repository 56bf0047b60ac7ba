//! E-mail addresses and account names.

use darbaza_core::Category;

use crate::candidate::Candidates;
use crate::document::Document;
use crate::roles;
use crate::token::Kind;

/// Longest part of an address that is looked at, in bytes.
const REACH: usize = 100;

fn in_local(c: char) -> bool {
    crate::token::is_alnum(c) || matches!(c, '.' | '_' | '%' | '+' | '-')
}

/// Proposes what stands around an `@` at token `at`.
pub(crate) fn around_at(document: &Document, at: usize, out: &mut Candidates) {
    let sign = &document.tokens[at];
    let text = &document.view.text;
    let mut low = sign.start.saturating_sub(REACH);
    while !text.is_char_boundary(low) {
        low += 1;
    }
    let local: usize =
        text[low..sign.start].chars().rev().take_while(|c| in_local(*c)).map(char::len_utf8).sum();
    let mut start = sign.start - local;
    while let Some(c) = document.after(start)
        && matches!(c, '.' | '-' | '%' | '+')
        && start < sign.start
    {
        start += c.len_utf8();
    }
    let domain = domain(&text[sign.end..]);
    // A local part ends with a letter or digit; behind other signs an account begins (`т.@nick`).
    let has_local = document.before(sign.start).is_some_and(|c| crate::token::is_alnum(c) || c == '_')
        && text[start..sign.start].contains(crate::token::is_alnum);
    if has_local {
        // Cyrillic glued in front ("на" + address) is not part of a Latin local part.
        if let Some(last) = text[start..sign.start].chars().next_back()
            && last.is_ascii()
        {
            let foreign = text[start..sign.start].char_indices().rfind(|(_, c)| !c.is_ascii());
            if let Some((i, c)) = foreign {
                start += i + c.len_utf8();
            }
        }
        if let Some(length) = domain
            && start < sign.start
        {
            out.add(Category::Email, start..sign.end + length, 0.98, "email");
        }
        return;
    }
    handle_behind(document, at, out);
}

/// Bytes of the domain name that the text begins with.
fn domain(text: &str) -> Option<usize> {
    let mut length = 0;
    let mut labels = 0;
    let mut last = 0;
    // Seven labels of 64 characters (RFC 1035); what is behind them is not looked at, however long.
    let end = text.char_indices().nth(7 * 65).map_or(text.len(), |(at, _)| at);
    for part in text[..end].split('.') {
        let size: usize = part
            .chars()
            .take(64)
            .take_while(|c| crate::token::is_alnum(*c) || *c == '-')
            .map(char::len_utf8)
            .sum();
        if size == 0 {
            break;
        }
        // A hyphen behind the last label leads to a case ending (`.kz-ге`) or a remark.
        let letters: usize =
            part.chars().take(64).take_while(|c| crate::token::is_letter(*c)).map(char::len_utf8).sum();
        let whole = letters == size || part[letters..].starts_with('-');
        let top = labels > 0 && part[..letters].chars().nth(1).is_some() && whole;
        length += usize::from(labels > 0);
        labels += 1;
        if top {
            last = length + letters;
        }
        length += size;
        if size < part.len() || labels > 6 {
            break;
        }
    }
    (last > 0).then_some(last)
}

/// Words that follow an `@` in code and chats without naming anybody.
const NOT_HANDLES: &[&str] = &[
    "media",
    "param",
    "return",
    "returns",
    "import",
    "all",
    "everyone",
    "channel",
    "here",
    "override",
    "test",
    "type",
    "types",
    "dataclass",
    "property",
    "staticmethod",
    "classmethod",
    "app",
    "see",
    "since",
    "author",
    "todo",
    "latest",
    "gmail",
    "mail",
    "override",
    "deprecated",
    "nullable",
    "entity",
    "autowired",
    "admin",
];

fn handle_behind(document: &Document, at: usize, out: &mut Candidates) {
    let sign = &document.tokens[at];
    if document.before(sign.start).is_some_and(crate::token::is_alnum) {
        return;
    }
    let text = &document.view.text[sign.end..];
    let name: String = text
        .chars()
        .take(40)
        .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-'))
        .collect();
    let name = name.trim_end_matches(['.', '-']);
    // `@scope/package`, `@annotation(`, but two accounts may be parted by a slash.
    let mut rest = text[name.len()..].chars();
    let is_code = match rest.next() {
        Some('/') => rest.next().is_some_and(crate::token::is_alnum),
        next => matches!(next, Some('@' | '(')),
    };
    let letters = name.chars().filter(char::is_ascii_alphabetic).count();
    let starts = name
        .starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_uppercase() && name.contains(['_', '.']));
    if name.len() < 3 || letters < 2 || !starts || is_code {
        return;
    }
    if NOT_HANDLES.contains(&name.to_ascii_lowercase().as_str()) {
        return;
    }
    out.add(Category::Handle, sign.start..sign.end + name.len(), 0.85, "handle");
}

/// Hosts whose path names an account.
const HOSTS: &[&str] = &[
    "t.me/",
    "telegram.me/",
    "instagram.com/",
    "linkedin.com/in/",
    "github.com/",
    "vk.com/",
    "facebook.com/",
    "tiktok.com/@",
    "twitter.com/",
    "x.com/",
    "ok.ru/",
    "threads.net/@",
];

/// Proposes the account of a link such as `t.me/nick` whose host begins at token `at`.
pub(crate) fn link(document: &Document, at: usize, out: &mut Candidates) {
    let token = &document.tokens[at];
    let mut before = document.view.text[..token.start].chars().rev();
    let inside = match before.next() {
        Some('-') => before.next().is_some_and(crate::token::is_alnum),
        before => before.is_some_and(crate::token::is_alnum),
    };
    if inside {
        return;
    }
    let Some(rest) = document.view.lower.get(token.start..) else { return };
    let Some(host) = HOSTS.iter().find(|h| rest.starts_with(**h)) else { return };
    let name = rest[host.len()..]
        .bytes()
        .take(60)
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-'))
        .count();
    let name = rest[host.len()..host.len() + name].trim_end_matches(['.', '-']);
    let deeper = rest[host.len() + name.len()..].starts_with('/');
    // A deeper path of a code host is a project, not a person.
    if name.len() < 3 || (*host == "github.com/" && deeper) || name.starts_with("joinchat") {
        return;
    }
    out.add(Category::Handle, token.start..token.start + host.len() + name.len(), 0.9, "handle_link");
}

/// Proposes a bare account name behind a word such as "instagram" or "ник" at token `at`.
pub(crate) fn named(document: &Document, at: usize, out: &mut Candidates) {
    // A login of a system names an account of its own, not a person's in a network.
    let lower = document.lower(at);
    if ["user", "login", "логин", "юзер", "аккаунт", "akkaunt"].iter().any(|w| lower.starts_with(w))
        && !lower.starts_with("username")
    {
        return;
    }
    let mut i = at + 1;
    let limit = at + 5;
    while i < limit
        && document.tokens.get(i).is_some_and(|t| {
            !t.line
                && (matches!(t.kind, Kind::Sign(':' | '-' | '—' | '–' | '=' | '"' | '\'' | '(' | '«'))
                    || t.has(roles::HANDLE | roles::NAME) && t.space)
        })
    {
        i += 1;
    }
    let Some(token) = document.tokens.get(i) else { return };
    if i == at || token.line || !token.is_word() || !token.latin {
        return;
    }
    let text = &document.view.text[token.start..];
    let length = text
        .bytes()
        .take(40)
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-'))
        .count();
    let name = text[..length].trim_end_matches(['.', '-']);
    let telling = name.contains(['_', '.'])
        || name.contains('-') && name.len() > 6
        || name.bytes().any(|b| b.is_ascii_digit());
    let lower = !name.bytes().any(|b| b.is_ascii_uppercase());
    let host = ["com", "kz", "ru", "me"].iter().any(|end| name.ends_with(end) && name.contains('.'))
        && HOSTS.iter().any(|h| h.starts_with(name));
    if telling && lower && !host && name.len() >= 4 && !text[name.len()..].starts_with(['@', '/']) {
        out.add(Category::Handle, token.start..token.start + name.len(), 0.7, "handle_named");
    }
}
