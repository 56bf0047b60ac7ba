//! Secrets that show by their form: keys of known services, tokens, hashes, connection strings.

use darbaza_core::Category;

use crate::candidate::Candidates;
use crate::document::Document;

/// How the keys of services begin, and how many characters follow at least.
const PREFIXES: &[(&str, usize)] = &[
    ("sk-", 16),
    ("sk_live_", 10),
    ("sk_test_", 10),
    ("pk_live_", 10),
    ("pk_test_", 10),
    ("rk_live_", 10),
    ("ghp_", 16),
    ("gho_", 16),
    ("ghu_", 16),
    ("ghs_", 16),
    ("ghr_", 16),
    ("github_pat_", 20),
    ("glpat-", 12),
    ("xoxb-", 10),
    ("xoxp-", 10),
    ("xoxa-", 10),
    ("xoxs-", 10),
    ("xapp-", 10),
    ("akia", 12),
    ("asia", 12),
    ("aiza", 20),
    ("ya29.", 16),
    ("hvs.", 16),
    ("hf_", 16),
    ("npm_", 20),
    ("pypi-", 20),
    ("dop_v1_", 20),
    ("sg.", 24),
    ("whsec_", 16),
    ("shpat_", 16),
    ("eyj", 24),
    ("live_", 12),
    ("gsk_", 16),
    ("r8_", 16),
];

fn in_key(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b'/' | b'+' | b'=')
}

/// What ends with a letter, or with a joint behind one: `task-sk-...` is one word.
fn is_inside_word(before: &str) -> bool {
    let mut before = before.chars().rev();
    match before.next() {
        Some('_' | '-' | '.') => before.next().is_some_and(crate::token::is_alnum),
        last => last.is_some_and(crate::token::is_alnum),
    }
}

/// Proposes the key of a service that begins at word `at`.
pub(crate) fn key(document: &Document, at: usize, out: &mut Candidates) {
    let token = &document.tokens[at];
    if !token.latin || is_inside_word(&document.view.text[..token.start]) {
        return;
    }
    let lower = &document.view.lower[token.start..];
    let Some((prefix, least)) = PREFIXES.iter().find(|(p, _)| lower.starts_with(p)) else { return };
    let text = &document.view.text[token.start..];
    let length = text.bytes().take(4000).take_while(|b| in_key(*b)).count();
    let key = text[..length].trim_end_matches(['.', '-', '=', '/']);
    let body = key.get(prefix.len()..).unwrap_or("");
    let digits = body.bytes().filter(u8::is_ascii_digit).count();
    let cased = matches!(*prefix, "akia" | "asia" | "aiza" | "eyj");
    let case_fits = match *prefix {
        "akia" | "asia" => text.starts_with("AKIA") || text.starts_with("ASIA"),
        "aiza" => text.starts_with("AIza"),
        "eyj" => text.starts_with("eyJ"),
        _ => true,
    };
    if body.len() >= *least && case_fits && (digits >= 2 || cased && digits >= 1) {
        out.add(Category::Secret, token.start..token.start + key.len(), 0.97, "secret_key");
    }
}

/// Proposes a password hash of the modular crypt format that begins at a `$`.
pub(crate) fn hash(document: &Document, at: usize, out: &mut Candidates) {
    let start = document.tokens[at].start;
    let text = &document.view.text[start..];
    let known = ["$2y$", "$2a$", "$2b$", "$1$", "$5$", "$6$", "$argon2", "$apr1$", "$y$"];
    if document.before(start).is_some_and(crate::token::is_alnum)
        || !known.iter().any(|k| text.starts_with(k))
    {
        return;
    }
    let length = text.bytes().take(300).take_while(|b| in_key(*b) || matches!(b, b'$' | b',')).count();
    if length >= 16 {
        out.add(Category::Secret, start..start + length, 0.95, "secret_hash");
    }
}

/// Proposes the password of `scheme://user:password@host` at the colon before `//`.
pub(crate) fn connection(document: &Document, at: usize, out: &mut Candidates) {
    let colon = document.tokens[at].end;
    let Some(rest) = document.view.text[colon..].strip_prefix("//") else { return };
    let userinfo = rest
        .bytes()
        .take(200)
        .take_while(|b| !b.is_ascii_whitespace() && !matches!(b, b'"' | b'\'' | b'<' | b'>'))
        .count();
    let bytes = &rest.as_bytes()[..userinfo];
    let Some(sign) = bytes.iter().rposition(|b| *b == b'@') else { return };
    let Some(middle) = bytes[..sign].iter().position(|b| *b == b':') else { return };
    // A colon behind a slash belongs to a path or port.
    if bytes[..middle].contains(&b'/') || middle + 1 == sign {
        return;
    }
    let start = colon + 2 + middle + 1;
    out.add(Category::Secret, start..colon + 2 + sign, 0.96, "secret_connection");
}

/// Proposes a private key in PEM form at the first hyphen of its head.
pub(crate) fn private_key(document: &Document, at: usize, out: &mut Candidates) {
    let start = document.tokens[at].start;
    let text = &document.view.text[start..];
    if document.before(start) == Some('-') || !text.starts_with("-----BEGIN ") {
        return;
    }
    let head = &text.as_bytes()[..text.len().min(60)];
    if !head.windows(11).any(|w| w == b"PRIVATE KEY") {
        return;
    }
    // A key cut off still hides: up to its end mark or as far as base64 goes.
    let body = text
        .bytes()
        .skip(11)
        .take(20_000)
        .take_while(|b| in_key(*b) || b.is_ascii_whitespace() || matches!(b, b':' | b','))
        .count();
    out.add(Category::Secret, start..start + 11 + body, 0.99, "secret_private_key");
}
