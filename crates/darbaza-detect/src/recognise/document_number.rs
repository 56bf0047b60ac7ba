//! Numbers of identity cards, passports and driving licences.

use darbaza_core::Category;

use crate::candidate::Candidates;
use crate::digits::Digits;
use crate::document::Document;
use crate::recognise::identity::masked;
use crate::roles;
use crate::token::Case;

const NAMED: u128 = roles::IDCARD
    | roles::PASSPORT
    | roles::LICENCE
    | roles::DOCUMENT
    | roles::IIN
    | roles::BIN
    | roles::PHONE
    | roles::CARD
    | roles::PLATE
    | roles::NEGNUM;

/// Proposes the documents of digits only that begin at a group.
pub(crate) fn digits_only(document: &Document, digits: &Digits, first: usize, out: &mut Candidates) {
    if document.is_glued_to_word(digits.groups[first].token, roles::IDCARD | roles::PASSPORT) {
        return;
    }
    for window in digits.windows(first) {
        let n = window.digits.len();
        if !(n == 9 || n == 10) || masked(document, window) || window.is_part() {
            continue;
        }
        if document.runs_on(window.end()) {
            continue;
        }
        let context = document.context(window.token(), NAMED);
        let range = window.start()..window.end();
        let right = document.right_context(document.token_from(window.end()), 3);
        // Numbers of cards issued so far begin with 0.
        let kazakh = n == 9 && window.digits[0] == b'0' && matches!(window.digits[1], b'0'..=b'6');
        let threes = window.solid() || window.lengths().eq([3, 3, 3]) || window.lengths().all(|l| l == 1);
        if n == 10 {
            let russian = window.lengths().eq([2, 2, 6]) || window.lengths().eq([4, 6]) || window.solid();
            if russian && context & roles::LICENCE != 0 && !window.solid() {
                out.add(Category::DriverLicence, range, 0.85, "driver_licence");
            } else if russian && context & roles::PASSPORT != 0 {
                out.add(Category::Passport, range, 0.9, "passport");
            }
            continue;
        }
        if !threes && !kazakh {
            if context & roles::PASSPORT != 0 && window.lengths().eq([2, 7]) {
                out.add(Category::Passport, range, 0.85, "passport");
            }
            continue;
        }
        let score = match context {
            c if c & roles::PASSPORT != 0 && !kazakh => {
                out.add(Category::Passport, range, 0.8, "passport");
                continue;
            }
            c if c & roles::IDCARD != 0 && kazakh => 0.92,
            // "Номер" between reads as a telephone's; nine digits are none.
            _ if kazakh && document.left_context(window.token(), roles::IDCARD, 8) != 0 => 0.75,
            c if c & roles::IDCARD != 0 => 0.75,
            c if c & (roles::DOCUMENT | roles::PASSPORT) != 0 && kazakh => 0.8,
            _ if right & roles::IDCARD != 0 && kazakh => 0.85,
            c if c & (roles::IIN | roles::LICENCE) != 0 && kazakh => 0.6,
            _ if kazakh
                && window.solid()
                && document.left_context(
                    window.token(),
                    roles::NUMBERISH | roles::NAME | roles::IIN | roles::DOB,
                    6,
                ) != 0
                && c_is_neutral(context) =>
            {
                0.55
            }
            _ if kazakh && behind_number_sign(document, window.token()) => 0.6,
            _ => continue,
        };
        out.add(Category::IdCard, range, score, "id_card");
    }
}

/// Nothing near names another kind of number; "номер" alone is read as a telephone's elsewhere.
fn c_is_neutral(context: u128) -> bool {
    context & (roles::NEGNUM | roles::CARD | roles::PLATE | roles::BIN) == 0
}

fn behind_number_sign(document: &Document, at: usize) -> bool {
    at > 0 && document.tokens[at - 1].is('№')
}

/// The token goes on with letters or digits before it, or with a hyphen behind some of a code.
fn is_inside_code(document: &Document, at: usize) -> bool {
    if !document.glued(at) {
        return false;
    }
    match document.before(document.tokens[at].start) {
        Some('-') => {
            document.glued(at - 1) && {
                let former = &document.tokens[at - 2];
                former.is_number() || former.is_word() && former.latin
            }
        }
        before => before.is_some_and(crate::token::is_alnum),
    }
}

/// Proposes the documents that begin with letters at token `at`.
pub(crate) fn lettered(document: &Document, at: usize, out: &mut Candidates) {
    let token = &document.tokens[at];
    if is_inside_code(document, at) {
        return;
    }
    let letters = document.letters(at);
    if letters > 2 || !matches!(token.case, Case::Upper | Case::Single) {
        return;
    }
    // Digits behind, with `№` or single gaps between.
    let mut digits = 0;
    let mut end = token.end;
    let mut i = at + 1;
    let mut groups = 0;
    while let Some(next) = document.tokens.get(i) {
        let gap = next.start - end;
        // A group that is a whole number already ends at a space.
        let whole = groups == 1 && digits >= 6 && gap > 0;
        if next.line || gap > 1 || groups > 9 || whole {
            break;
        }
        if next.is('№') && digits == 0 {
            end = next.end;
            i += 1;
            continue;
        }
        // Letters that pass for digits count only between digits.
        if !next.is_number() || digits + (next.end - next.start) > 9 {
            break;
        }
        digits += next.end - next.start;
        end = next.end;
        groups += 1;
        i += 1;
    }
    if groups == 0 {
        return;
    }
    if document.runs_on(end) {
        return mixed(document, at, out);
    }
    let context = document.context(at, NAMED);
    let near = document.left_context(at, NAMED, 4) | context;
    let range = token.start..end;
    let is_n = matches!(document.lower(at), "n" | "н");
    if letters == 1 && is_n && (7..=8).contains(&digits) {
        let score = if near & (roles::PASSPORT | roles::DOCUMENT) != 0 {
            0.95
        } else if digits == 8 {
            0.82
        } else {
            0.45
        };
        out.add(Category::Passport, range, score, "passport");
    } else if letters == 2 && digits == 6 {
        // A licence and an identity card are one word in Kazakh; two letters mean the licence.
        let negative = context & (roles::NEGNUM | roles::PHONE | roles::PLATE) != 0
            && near & (roles::LICENCE | roles::IDCARD) == 0;
        let score = match near {
            n if n & (roles::LICENCE | roles::IDCARD) != 0 => 0.9,
            n if n & roles::PASSPORT != 0 => {
                out.add(Category::Passport, range, 0.8, "passport");
                return;
            }
            n if n & roles::DOCUMENT != 0 => 0.7,
            _ if negative || i > at + 3 => return,
            _ => 0.45,
        };
        out.add(Category::DriverLicence, range, score, "driver_licence");
    } else if near & (roles::PASSPORT | roles::DOCUMENT) != 0 && (6..=9).contains(&digits) {
        let score = if near & roles::PASSPORT != 0 { 0.88 } else { 0.7 };
        out.add(Category::Passport, range, score, "passport");
    } else if (7..=8).contains(&digits)
        && groups == 1
        && document.field_at(token.start).is_some_and(|f| f.exact && f.roles & roles::DOCUMENT != 0)
    {
        out.add(Category::Passport, range, 0.7, "passport");
    } else {
        mixed(document, at, out);
    }
}

/// A passport that mixes letters and digits (`C4F8KX21P`, `18AB04417`), behind a word for passport.
pub(crate) fn mixed(document: &Document, at: usize, out: &mut Candidates) {
    let token = &document.tokens[at];
    if is_inside_code(document, at) {
        return;
    }
    if token.is_number() && !(document.glued(at + 1) && document.tokens[at + 1].is_word()) {
        return;
    }
    let context = document.context(at, NAMED | roles::LICENCE);
    let kind = context & (roles::PASSPORT | roles::LICENCE);
    if kind == 0 {
        return;
    }
    let run = document.view.text[token.start..].chars().take(14).take_while(|c| crate::token::is_alnum(*c));
    let (mut digits, mut upper, mut lower, mut length, mut count) = (0, 0, 0, 0, 0);
    for c in run {
        digits += usize::from(c.is_ascii_digit());
        upper += usize::from(c.is_uppercase());
        lower += usize::from(c.is_lowercase());
        length += c.len_utf8();
        count += 1;
    }
    if lower > 0 || upper == 0 || digits < 4 || !(7..=12).contains(&count) {
        return;
    }
    let category = if kind & roles::PASSPORT != 0 { Category::Passport } else { Category::DriverLicence };
    out.add(category, token.start..token.start + length, 0.75, "document_mixed");
}
