//! Addresses of the Internet protocol.

use std::net::{Ipv4Addr, Ipv6Addr};

use darbaza_core::Category;

use crate::candidate::Candidates;
use crate::document::Document;
use crate::roles;

/// Proposes the version 4 address that begins at a number token.
pub(crate) fn version4(document: &Document, at: usize, out: &mut Candidates) {
    let token = &document.tokens[at];
    let text = &document.view.text;
    if token.end - token.start > 3 || text.as_bytes().get(token.end) != Some(&b'.') {
        return;
    }
    let mut before = text[..token.start].chars().rev();
    match before.next() {
        Some('.') if before.next().is_some_and(|c| c.is_ascii_digit()) => return,
        Some(c) if crate::token::is_alnum(c) => return,
        _ => {}
    }
    let length =
        text[token.start..].bytes().take(16).take_while(|b| b.is_ascii_digit() || *b == b'.').count();
    let written = text[token.start..token.start + length].trim_end_matches('.');
    let Ok(address) = written.parse::<Ipv4Addr>() else { return };
    // `1.2.3.4-beta` is a version; a hyphen may also lead to the end of a range or a case ending.
    let end = token.start + written.len();
    let mut behind = text[end..].chars();
    let named_version = behind.next() == Some('-') && behind.next().is_some_and(|c| c.is_ascii_alphabetic());
    if address.is_loopback() || address.is_unspecified() || address.is_broadcast() || address.octets()[0] == 0
    {
        return;
    }
    let octets = address.octets();
    let near = document.left_context(at, roles::VERSION | roles::IPWORD, 4);
    let right = document.right_context(document.token_from(end), 2);
    let version = (near | right) & roles::VERSION != 0 && near & roles::IPWORD == 0;
    // Small numbers throughout are a version more often than a host.
    let small =
        octets[0] < 10 && (octets[2] == 0 || octets.iter().all(|o| *o < 32)) && near & roles::IPWORD == 0;
    if version || small || named_version || document.runs_on(end) {
        return;
    }
    out.add(Category::Ip, token.start..end, 0.9, "ipv4");
}

/// Proposes the version 6 address around a colon token.
pub(crate) fn version6(document: &Document, at: usize, out: &mut Candidates) {
    let colon = &document.tokens[at];
    let text = document.view.text.as_bytes();
    let part = |b: &u8| b.is_ascii_hexdigit() || matches!(b, b':' | b'.');
    let back = text[..colon.start].iter().rev().take(45).take_while(|b| part(b)).count();
    let start = colon.start - back;
    // Only the first colon of a run looks, so that a run is read once.
    if text[start..colon.start].contains(&b':') {
        return;
    }
    let length = text[start..].iter().take(46).take_while(|b| part(b)).count();
    let Ok(run) = std::str::from_utf8(&text[start..start + length]) else { return };
    let start = start + run.len() - run.trim_start_matches('.').len();
    let run = run.trim_matches('.').trim_end_matches(['.', ':']);
    let outside = |c: Option<char>| c.is_some_and(crate::token::is_alnum);
    if run.len() < 4 || outside(document.before(start)) || outside(document.after(start + run.len())) {
        return;
    }
    if let Ok(address) = run.parse::<Ipv6Addr>()
        && !address.is_loopback()
        && run.bytes().filter(|b| *b == b':').count() >= 2
    {
        out.add(Category::Ip, start..start + run.len(), 0.9, "ipv6");
    }
}
