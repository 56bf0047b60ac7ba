//! Identification numbers of persons and firms: IIN, BIN, and those of neighbouring countries.

use darbaza_core::Category;

use crate::candidate::Candidates;
use crate::digits::{Digits, Window};
use crate::document::Document;
use crate::roles;

const NAMED: u128 = roles::IIN
    | roles::BIN
    | roles::PHONE
    | roles::CARD
    | roles::IBAN
    | roles::NEGNUM
    | roles::INN
    | roles::SNILS
    | roles::PINFL
    | roles::SSN
    | roles::IDCARD
    | roles::PASSPORT;

/// Proposes the identification numbers that begin at a group.
pub(crate) fn find(document: &Document, digits: &Digits, first: usize, out: &mut Candidates) {
    for window in digits.windows(first) {
        match window.digits.len() {
            9 => social_security(document, window, out),
            10 => taxpayer(document, window, out),
            11 => insurance(document, window, out),
            12 => {
                iin_or_bin(document, window, out);
                taxpayer(document, window, out);
            }
            14 => pinfl(document, window, out),
            _ => {}
        }
    }
}

/// The check digit of IIN and BIN (weights 1..11; where that gives 10, weights 3..11, 1, 2).
pub(crate) fn check_digit(digits: &[u8]) -> Option<u8> {
    let sum = |shift: usize| -> usize {
        digits.iter().take(11).enumerate().map(|(i, d)| usize::from(d - b'0') * ((i + shift) % 11 + 1)).sum()
    };
    [sum(0) % 11, sum(2) % 11].into_iter().find(|k| *k < 10).map(|k| b'0' + k as u8)
}

/// Whether the head reads as a birth date with a century digit. Since 2013 this is practice and no
/// longer a rule (Government decree 853 of 26 August 2013), so it only raises the score.
pub(crate) fn has_birth_date(digits: &[u8]) -> bool {
    let two = |i: usize| (digits[i] - b'0') * 10 + (digits[i + 1] - b'0');
    (1..=12).contains(&two(2)) && (1..=31).contains(&two(4)) && matches!(digits[6], b'1'..=b'6')
}

/// Whether the head reads as month of registration and kind of a legal person
/// (order 423 of 27 June 2023).
fn has_registration(digits: &[u8]) -> bool {
    let month = (digits[2] - b'0') * 10 + (digits[3] - b'0');
    (1..=12).contains(&month) && matches!(digits[4], b'4'..=b'6') && matches!(digits[5], b'0'..=b'4')
}

fn iin_or_bin(document: &Document, window: Window<'_>, out: &mut Candidates) {
    if masked(document, window) || window.digits.iter().all(|d| *d == window.digits[0]) {
        return;
    }
    if document.is_glued_to_word(window.token(), roles::IIN | roles::BIN) {
        return;
    }
    let right = check_digit(window.digits) == Some(window.digits[11]);
    let dated = has_birth_date(window.digits);
    let registered = has_registration(window.digits);
    let beside = document.left_context(window.token(), roles::IIN | roles::BIN, 1);
    let context = if beside != 0 { beside } else { document.context(window.token(), NAMED) };
    let named = context & (roles::IIN | roles::BIN | roles::BIN_MAYBE) != 0;
    let negative = context & roles::NEGNUM != 0 && !named;
    let begins = window.left.broken || window.left.line;
    let one = window.solid() || window.is_whole() || named || dated && right && begins && !window.is_part();
    if !one {
        return;
    }
    let category = if registered && !(context & roles::IIN != 0 && context & roles::BIN == 0) {
        Category::Bin
    } else if dated || context & roles::BIN == 0 {
        Category::Iin
    } else {
        Category::Bin
    };
    let shape = dated || registered;
    let score = match (right, shape, named) {
        (true, _, true) => 0.97,
        (true, true, false) if window.solid() => {
            if negative {
                0.75
            } else {
                0.92
            }
        }
        (true, true, false) => 0.8,
        (true, false, false) if window.solid() => 0.4,
        (false, true, true) => 0.6,
        (false, false, true) if document.left_context(window.token(), roles::IIN | roles::BIN, 2) != 0 => 0.5,
        _ => return,
    };
    out.add(category, window.start()..window.end(), score, "iin_bin");
}

/// Whether signs stand in the place of some digits: a masked number (`4400**1187`) is no personal
/// datum. Emphasis (`**920417499926**`) and bullets beside a whole number are none of that: signs
/// that hide digits stand between digits, or in a longer row than any emphasis.
pub(crate) fn masked(document: &Document, window: Window<'_>) -> bool {
    let before = document.text(0..window.start()).chars().rev();
    let after = document.text(window.end()..document.view.text.len()).chars();
    in_place_of_digits(before) || in_place_of_digits(after)
}

/// Whether the text beside a number, read away from it, begins with a row of hiding signs.
fn in_place_of_digits(mut beside: impl Iterator<Item = char>) -> bool {
    const LONGER_THAN_MULTIPLIED: usize = 2;
    const LONGER_THAN_EMPHASIS: usize = 4;
    let mut row = 0;
    loop {
        match beside.next() {
            Some('*' | '•' | '●' | '×' | '█') => row += 1,
            next => return row >= LONGER_THAN_MULTIPLIED && next.is_some_and(|c| c.is_ascii_digit()),
        }
        if row == LONGER_THAN_EMPHASIS {
            return true;
        }
    }
}

fn taxpayer(document: &Document, window: Window<'_>, out: &mut Candidates) {
    if !window.solid() || document.context(window.token(), NAMED) & roles::INN == 0 {
        return;
    }
    let weighted = |weights: &[usize]| -> u8 {
        let sum: usize = weights.iter().zip(window.digits).map(|(w, d)| w * usize::from(d - b'0')).sum();
        b'0' + (sum % 11 % 10) as u8
    };
    let right = if window.digits.len() == 10 {
        weighted(&[2, 4, 10, 3, 5, 9, 4, 6, 8]) == window.digits[9]
    } else {
        weighted(&[7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) == window.digits[10]
            && weighted(&[3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) == window.digits[11]
    };
    if right {
        out.add(Category::RuInn, window.start()..window.end(), 0.9, "ru_inn");
    }
}

fn insurance(document: &Document, window: Window<'_>, out: &mut Candidates) {
    let written = window.lengths().eq([3, 3, 3, 2]);
    let named = document.context(window.token(), NAMED) & roles::SNILS != 0;
    let sum: usize =
        window.digits.iter().take(9).enumerate().map(|(i, d)| (9 - i) * usize::from(d - b'0')).sum();
    let check = match sum % 101 {
        100 => 0,
        rest => rest,
    };
    let given = usize::from(window.digits[9] - b'0') * 10 + usize::from(window.digits[10] - b'0');
    if check == given && (named || written) {
        let score = if named { 0.95 } else { 0.7 };
        out.add(Category::RuSnils, window.start()..window.end(), score, "ru_snils");
    }
}

fn pinfl(document: &Document, window: Window<'_>, out: &mut Candidates) {
    let named = document.context(window.token(), NAMED) & roles::PINFL != 0;
    let two = |i: usize| (window.digits[i] - b'0') * 10 + (window.digits[i + 1] - b'0');
    let dated =
        matches!(window.digits[0], b'3'..=b'6') && (1..=31).contains(&two(1)) && (1..=12).contains(&two(3));
    if window.solid() && (named && dated) {
        out.add(Category::UzPinfl, window.start()..window.end(), 0.9, "uz_pinfl");
    }
}

fn social_security(document: &Document, window: Window<'_>, out: &mut Candidates) {
    if document.context(window.token(), NAMED) & roles::SSN == 0 || window.is_part() {
        return;
    }
    let d = window.digits;
    let valid =
        &d[..3] != b"000" && &d[..3] != b"666" && d[0] != b'9' && &d[3..5] != b"00" && &d[5..] != b"0000";
    if valid && (window.lengths().eq([3, 2, 4]) || window.solid()) {
        out.add(Category::UsSsn, window.start()..window.end(), 0.9, "us_ssn");
    }
}
