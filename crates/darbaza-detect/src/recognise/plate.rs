//! Registration plates: Kazakhstan since 2012 and of 1993, Russia, Uzbekistan, Kyrgyzstan.

use darbaza_core::Category;

use crate::candidate::Candidates;
use crate::document::Document;
use crate::roles;
use crate::token::Case;

struct Part {
    start: usize,
    end: usize,
    digits: usize,
    letters: usize,
    upper: bool,
}

fn part(document: &Document, at: usize) -> Option<Part> {
    let token = document.tokens.get(at)?;
    let (start, end) = (token.start, token.end);
    if token.is_number() {
        return Some(Part { start, end, digits: end - start, letters: 0, upper: true });
    }
    if !token.is_word() {
        return None;
    }
    let letters = document.letters(at);
    let upper = matches!(token.case, Case::Upper | Case::Single);
    (letters <= 4).then_some(Part { start, end, digits: 0, letters, upper })
}

/// Proposes the plates that begin at token `at`.
pub(crate) fn find(document: &Document, at: usize, out: &mut Candidates) {
    let Some(first) = part(document, at) else { return };
    if document.before(first.start).is_some_and(crate::token::is_alnum) {
        return;
    }
    let mut parts = vec![first];
    for next in at + 1..at + 4 {
        let Some(found) = part(document, next) else { break };
        let gap = found.start - parts.last().map_or(found.start, |p| p.end);
        if gap > 1 || document.tokens[next].line {
            break;
        }
        parts.push(found);
    }
    if parts.len() < 2 {
        return;
    }
    let named = document.context(at, roles::PLATE | roles::NEGNUM | roles::PHONE) & roles::PLATE != 0;
    let shape: Vec<(usize, usize)> = parts.iter().map(|p| (p.digits, p.letters)).collect();
    let region = |i: usize| {
        let written = document.text(parts[i].start..parts[i].end);
        written.parse::<u8>().is_ok_and(|n| (1..=20).contains(&n))
    };
    let upper = |n: usize| parts.iter().take(n).all(|p| p.upper);
    let glued = |n: usize| {
        parts[n - 1].end - parts[0].start == parts[..n].iter().map(|p| p.end - p.start).sum::<usize>()
    };
    let found = match shape.as_slice() {
        [(3, 0), (0, 2 | 3), (2, 0), ..] if region(2) && upper(3) => Some((3, 0.88)),
        [(3, 0), (0, 3), (2, 0), ..] if region(2) && (glued(3) || named) => Some((3, 0.75)),
        [(0, 1), (3, 0), (0, 2), (2 | 3, 0), ..] if upper(4) => Some((4, 0.85)),
        [(2, 0), (0, 2), (3, 0), (0, 2 | 3), ..] if upper(4) => Some((4, 0.8)),
        [(2, 0), (0, 1), (3, 0), (0, 2), ..] if upper(4) => Some((4, 0.85)),
        [(0, 1), (3, 0), (0, 2 | 3), ..] if upper(3) && (named || parts[2].letters == 3) => Some((3, 0.75)),
        [(0, 2), (3 | 4, 0), (0, 2 | 3), ..] if upper(3) && named => Some((3, 0.7)),
        [(2, 0), (0, 3), (2, 0), ..] if upper(3) && region(2) => Some((3, 0.7)),
        [(2, 0), (0, 2), (2, 0), ..] if upper(3) && (named || region(2)) => Some((3, 0.6)),
        [(0, 1), (3, 0), (3, 0), ..] if upper(3) && named => Some((3, 0.6)),
        [(4, 0), (0, 2), ..] if upper(2) && named => Some((2, 0.6)),
        [(2, 0), (3, 0), (0, 3), ..] if upper(3) && named => Some((3, 0.7)),
        _ => None,
    };
    if let Some((n, score)) = found {
        // `12,000 KZ 11`: the figures behind a comma are those of a fraction.
        let mut before = document.text(0..parts[0].start).chars().rev();
        let fraction =
            matches!(before.next(), Some('.' | ',')) && before.next().is_some_and(|c| c.is_ascii_digit());
        if fraction && !glued(n) {
            return;
        }
        let end = parts[n - 1].end;
        if document.runs_on(end) {
            return;
        }
        // The sign of the country belongs to the plate.
        let country = at > 0
            && matches!(document.lower(at - 1), "kz" | "ru" | "uz" | "kg")
            && !document.tokens[at].line
            && parts[0].start - document.tokens[at - 1].end <= 1;
        let start = if country { document.tokens[at - 1].start } else { parts[0].start };
        out.add(Category::Plate, start..end, if named { score + 0.07 } else { score }, "plate");
    }
}
