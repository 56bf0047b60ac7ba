//! Telephone numbers: of Kazakhstan and Russia in every written form, of any country behind a plus.

use darbaza_core::Category;

use crate::candidate::Candidates;
use crate::digits::{Digits, Window};
use crate::document::Document;
use crate::recognise::identity::masked;
use crate::roles;

const NAMED: u128 = roles::PHONE
    | roles::IIN
    | roles::BIN
    | roles::IDCARD
    | roles::CARD
    | roles::IBAN
    | roles::NEGNUM
    | roles::CODE
    | roles::PASSPORT;

/// Proposes the telephone numbers that begin at a group.
pub(crate) fn find(document: &Document, digits: &Digits, first: usize, out: &mut Candidates) {
    let start = digits.groups[first].start;
    if document.is_glued_to_word(digits.groups[first].token, roles::PHONE) {
        return;
    }
    if let Some(plus) = plus_before(document, start)
        && international(document, digits, first, plus, out)
    {
        return;
    }
    for window in digits.windows(first) {
        let n = window.digits.len();
        if !matches!(n, 5 | 6 | 7 | 10 | 11 | 12) || masked(document, window) {
            continue;
        }
        if let Some(score) = score(document, window) {
            let start = with_bracket(document, window.start(), window.end());
            out.add(Category::Phone, start..window.end(), score, "phone");
        }
    }
}

/// The bracket that opens an area code belongs to the number.
fn with_bracket(document: &Document, start: usize, end: usize) -> usize {
    let opened = document.before(start) == Some('(') && document.text(start..end).contains(')');
    let closes_first = document
        .text(start..end)
        .find('(')
        .is_none_or(|open| document.text(start..end).find(')').is_some_and(|close| close < open));
    if opened && closes_first { start - 1 } else { start }
}

/// Where the plus stands that precedes a number, with at most a space or bracket between.
fn plus_before(document: &Document, start: usize) -> Option<usize> {
    let mut at = start;
    for c in document.text(0..start).chars().rev().take(3) {
        at -= c.len_utf8();
        match c {
            '+' => return Some(at),
            ' ' | '(' => {}
            _ => return None,
        }
    }
    None
}

/// Proposes the number behind a plus, if it is one.
fn international(
    document: &Document,
    digits: &Digits,
    first: usize,
    plus: usize,
    out: &mut Candidates,
) -> bool {
    let mut best: Option<Window<'_>> = None;
    for window in digits.windows(first) {
        let n = window.digits.len();
        let last_gap = window.groups.last().map(|g| g.gap).unwrap_or_default();
        // Another line or a date-like tail ends a foreign number.
        if window.groups.len() > 1 && last_gap.line && !matches!(window.digits[0], b'7') {
            break;
        }
        let seven = window.digits[0] == b'7';
        if seven && n == 11 {
            best = Some(window);
            break;
        }
        if seven && n > 11 || n > 15 {
            break;
        }
        if !seven && n >= 9 && window.digits[0] != b'0' {
            best = Some(window);
        }
    }
    let Some(window) = best else { return false };
    if !masked(document, window) {
        out.add(Category::Phone, plus..window.end(), 0.93, "phone_international");
    }
    true
}

/// Mobile codes of Kazakhstan (numbering plan; portability makes them no mark of an operator).
fn is_mobile(code: &[u8]) -> bool {
    matches!(code, [b'7', b'0', b'0'..=b'8'] | [b'7', b'4' | b'7' | b'8' | b'6' | b'5', _])
}

fn score(document: &Document, window: Window<'_>) -> Option<f32> {
    let digits = window.digits;
    if window.is_part() {
        return None;
    }
    if digits.len() < 10 {
        return town_number(document, window);
    }
    let context = document.context(window.token(), NAMED);
    let named = context & roles::PHONE != 0;
    let negative = context != 0 && !named;
    match digits.len() {
        11 => {
            let code = &digits[1..4];
            let home = matches!(digits[0], b'7' | b'8');
            let national = home && (is_mobile(code) || matches!(code, [b'7', b'1' | b'2' | b'3', _]));
            let russian = home && matches!(code[0], b'9' | b'4' | b'3') && (named || !window.solid());
            let russian = russian || home && code[0] == b'8' && code[1] != b'0' && named;
            if !(national || russian) {
                return None;
            }
            let lone_digits = window.groups.len() >= 8;
            Some(match (window.solid(), named, negative) {
                (_, true, _) => 0.93,
                (true, false, true) => 0.45,
                (true, false, false) => 0.85,
                (false, false, _) if lone_digits && !window.is_whole() => return None,
                (false, false, _) => 0.87,
            })
        }
        10 => {
            let national = is_mobile(&digits[..3]) || matches!(digits, [b'7', b'1' | b'2', ..]) && named;
            let russian = named && digits[0] == b'9' && !negative;
            if !(national || russian) {
                return None;
            }
            Some(match (window.solid(), named, negative) {
                (_, true, _) => 0.9,
                (true, false, true) => return None,
                (true, false, false) => {
                    if is_mobile(&digits[..3]) {
                        0.6
                    } else {
                        return None;
                    }
                }
                (false, false, negative) if window.is_whole() => {
                    if negative {
                        0.55
                    } else {
                        0.8
                    }
                }
                (false, false, _) => return None,
            })
        }
        12 => {
            // Neighbours' country codes without the plus.
            let codes: [&[u8]; 8] = [b"998", b"996", b"992", b"993", b"994", b"995", b"375", b"380"];
            (named && codes.iter().any(|c| digits.starts_with(c))).then_some(0.7)
        }
        _ => None,
    }
}

/// Town numbers: only behind a word for telephone and in the usual groups, or solid.
fn town_number(document: &Document, window: Window<'_>) -> Option<f32> {
    let n = window.digits.len();
    let date = window.groups.iter().skip(1).any(|g| g.gap.dot || g.gap.slash || g.gap.star);
    if window.digits[0] == b'0' || date || !window.is_whole() {
        return None;
    }
    let grouped = window.lengths().eq([2, 2, 2])
        || window.lengths().eq([3, 2, 2])
        || window.lengths().eq([1, 2, 2, 2])
        || n == 5 && window.lengths().eq([1, 2, 2]) && near_town_word(document, window);
    let field = document
        .field_at(window.start())
        .is_some_and(|f| f.roles & roles::PHONE != 0 && f.roles & roles::NEGNUM == 0);
    if grouped {
        let near = document.left_context(window.token(), roles::PHONE | roles::NEGNUM | roles::CARD, 5);
        let hyphens = window.groups.iter().skip(1).all(|g| g.gap.hyphen);
        return (near & roles::PHONE != 0 || field).then_some(if hyphens { 0.75 } else { 0.6 });
    }
    (window.solid() && field && n == 6).then_some(0.55)
}

/// A number of five digits needs the word telephone close by.
fn near_town_word(document: &Document, window: Window<'_>) -> bool {
    document.left_context(window.token(), roles::PHONE, 3) != 0
}
