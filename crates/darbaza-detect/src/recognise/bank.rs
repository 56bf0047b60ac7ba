//! Bank accounts (ISO 13616) and payment cards (ISO/IEC 7812).

use darbaza_core::Category;

use crate::candidate::Candidates;
use crate::digits::Digits;
use crate::document::Document;
use crate::recognise::identity::masked;
use crate::roles;

/// Length of an IBAN per country (SWIFT IBAN registry).
const LENGTHS: &[(&str, usize)] = &[
    ("ad", 24),
    ("ae", 23),
    ("al", 28),
    ("at", 20),
    ("az", 28),
    ("ba", 20),
    ("be", 16),
    ("bg", 22),
    ("bh", 22),
    ("br", 29),
    ("by", 28),
    ("ch", 21),
    ("cr", 22),
    ("cy", 28),
    ("cz", 24),
    ("de", 22),
    ("dk", 18),
    ("do", 28),
    ("ee", 20),
    ("eg", 29),
    ("es", 24),
    ("fi", 18),
    ("fo", 18),
    ("fr", 27),
    ("gb", 22),
    ("ge", 22),
    ("gi", 23),
    ("gl", 18),
    ("gr", 27),
    ("gt", 28),
    ("hr", 21),
    ("hu", 28),
    ("ie", 22),
    ("il", 23),
    ("iq", 23),
    ("is", 26),
    ("it", 27),
    ("jo", 30),
    ("kw", 30),
    ("kz", 20),
    ("lb", 28),
    ("lc", 32),
    ("li", 21),
    ("lt", 20),
    ("lu", 20),
    ("lv", 21),
    ("mc", 27),
    ("md", 24),
    ("me", 22),
    ("mk", 19),
    ("mr", 27),
    ("mt", 31),
    ("mu", 30),
    ("nl", 18),
    ("no", 15),
    ("pk", 24),
    ("pl", 28),
    ("ps", 29),
    ("pt", 25),
    ("qa", 29),
    ("ro", 24),
    ("rs", 22),
    ("ru", 33),
    ("sa", 24),
    ("sc", 31),
    ("se", 24),
    ("si", 19),
    ("sk", 24),
    ("sm", 27),
    ("st", 25),
    ("sv", 28),
    ("tl", 23),
    ("tn", 24),
    ("tr", 26),
    ("ua", 29),
    ("va", 22),
    ("vg", 24),
    ("xk", 20),
];

/// Proposes the account that begins at a word of two letters with digits glued to it.
pub(crate) fn account(document: &Document, at: usize, out: &mut Candidates) {
    let token = &document.tokens[at];
    if token.end - token.start > 4
        || document.glued(at) && document.before(token.start).is_some_and(crate::token::is_alnum)
    {
        return;
    }
    let lower: String = document.lower(at).chars().map(latin_twin).collect();
    let Some(&(_, length)) = LENGTHS.iter().find(|(country, _)| *country == lower) else { return };
    let Some(next) = document.tokens.get(at + 1) else { return };
    let spaced_by = next.start - token.end;
    if !next.is_number() || spaced_by > 1 {
        return;
    }
    let mut body = String::with_capacity(34);
    let mut ends = Vec::with_capacity(34);
    let mut separators = 0;
    for (offset, c) in document.view.text[token.start..].char_indices() {
        if crate::token::is_alnum(c) {
            let c = latin_twin(c.to_lowercase().next().unwrap_or(c));
            if !c.is_ascii_alphanumeric() {
                break;
            }
            body.push(c);
            ends.push(
                token.start
                    + offset
                    + c.len_utf8().max(
                        document.view.text[token.start + offset..].chars().next().map_or(1, char::len_utf8),
                    ),
            );
            separators = 0;
            if body.len() == length + 1 {
                break;
            }
        } else if matches!(c, ' ' | '-' | '\n') && separators < 2 && !body.is_empty() {
            separators += 1;
        } else {
            break;
        }
    }
    if body.len() >= length && is_valid(&body[..length]) {
        // Digits that run on make it something longer.
        let runs_on = ends.get(length).is_some_and(|e| *e == ends[length - 1] + 1);
        if !runs_on {
            out.add(Category::Iban, token.start..ends[length - 1], 0.98, "iban");
        }
    }
}

fn latin_twin(c: char) -> char {
    match c {
        'к' => 'k',
        'а' => 'a',
        'в' => 'b',
        'с' => 'c',
        'е' => 'e',
        'н' => 'h',
        'м' => 'm',
        'о' => 'o',
        'р' => 'p',
        'т' => 't',
        'х' => 'x',
        'у' => 'y',
        c => c,
    }
}

/// The check of ISO 7064 mod 97-10 over a lower-case IBAN without gaps.
fn is_valid(iban: &str) -> bool {
    let (head, tail) = iban.split_at(4);
    let rest = tail.chars().chain(head.chars()).try_fold(0u32, |rest, c| {
        let value = c.to_digit(36)?;
        Some(if value < 10 { rest * 10 + value } else { rest * 100 + value } % 97)
    });
    rest == Some(1)
}

/// Proposes the cards that begin at a group.
pub(crate) fn card(document: &Document, digits: &Digits, first: usize, out: &mut Candidates) {
    if document.is_glued_to_word(digits.groups[first].token, roles::CARD) {
        return;
    }
    for window in digits.windows(first) {
        let n = window.digits.len();
        if !(13..=19).contains(&n) || window.is_part() || masked(document, window) {
            continue;
        }
        if !matches!(window.digits[0], b'2'..=b'6' | b'9') || !luhn(window.digits) {
            continue;
        }
        let named = document.context(window.token(), roles::CARD | roles::NEGNUM | roles::IIN | roles::PHONE)
            & roles::CARD
            != 0;
        let fours = window.lengths().eq([4, 4, 4, 4]);
        let score = match n {
            16 if named => 0.97,
            // Surer than a telephone behind a plus that its first groups would make.
            16 if fours => 0.94,
            16 if window.solid() => 0.9,
            16 if window.is_whole() => 0.7,
            _ if named && (window.solid() || window.is_whole()) => 0.8,
            _ => continue,
        };
        out.add(Category::Card, window.start()..window.end(), score, "card");
    }
}

fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(i, d)| {
            let d = u32::from(d - b'0');
            if i % 2 == 0 { d } else { (d * 2) / 10 + (d * 2) % 10 }
        })
        .sum();
    sum.is_multiple_of(10) && digits.iter().any(|d| *d != digits[0])
}
