//! Which words may stand in an address, and what kind of place or door they name.

use super::{DOORS, PARTS, ROADS, TOWNS};
use crate::document::Document;
use crate::fold::flag;
use crate::roles;

/// A full stop that closes a sentence rather than an abbreviation.
pub(super) fn ends_sentence(document: &Document, i: usize, first: usize) -> bool {
    if !document.tokens[i].is('.') {
        return false;
    }
    let Some(before) = i.checked_sub(1).filter(|b| *b >= first).and_then(|b| document.tokens.get(b)) else {
        return true;
    };
    let Some(next) = document.tokens.get(i + 1) else { return true };
    if before.is_number() {
        return next.space;
    }
    let letters = document.letters(i - 1);
    !(before.has(PARTS) && letters <= 5 || letters <= 2 || !next.space)
}

/// The kinds of address words that token `i` stands for here; one letter alone stands for little.
pub(super) fn parts(document: &Document, i: usize) -> u128 {
    let Some(token) = document.tokens.get(i) else { return 0 };
    let roles = token.roles & PARTS;
    if roles == 0 || !token.is_word() {
        return 0;
    }
    let before = i.checked_sub(1).and_then(|b| document.tokens.get(b));
    let next = document.tokens.get(i + 1);
    let after_next = document.tokens.get(i + 2);
    let letters = document.letters(i);
    let number_behind = next.is_some_and(|t| t.is_number() && !t.line)
        || next.is_some_and(|t| t.is('.') || t.is('№'))
            && after_next.is_some_and(|t| (t.is_number() || t.is('№')) && !t.line);
    let number_before = before.is_some_and(|t| t.is_number()) && !token.line
        || before.is_some_and(|t| t.is('-'))
            && i >= 2
            && (document.tokens[i - 2].is_number() || document.tokens[i - 2].is_word());
    if letters == 1 {
        let joined = next.is_some_and(|t| (t.is('-') || t.is('/')) && !t.space)
            && after_next.is_some_and(|t| t.has(PARTS) && !t.space)
            || before.is_some_and(|t| (t.is('-') || t.is('/')) && !token.space && t.has(PARTS));
        if joined {
            return roles;
        }
        let dotted = next.is_some_and(|t| t.is('.') && !t.space);
        let door = roles & DOORS != 0;
        if token.is_capital() && !token.line || !dotted && !(door && (number_behind || number_before)) {
            return 0;
        }
        let capital_near = before.is_some_and(|t| t.is_capital() || t.has(roles::HISTORIC) || t.is('»'))
            || after_next.is_some_and(|t| t.is_capital() || t.is('«') || t.is_word() && t.end - t.start > 6);
        return if door && (number_behind || number_before) || capital_near { roles } else { 0 };
    }
    // `48 кв. м` is an area, `1st` a number.
    let area = roles & roles::FLAT != 0
        && number_before
        && !number_behind
        && letters <= 3
        && matches!(document.lower(i), "кв" | "kv");
    let square = area
        && (after_next.is_some_and(|t| t.is_word() && t.end - t.start <= 2)
            || next.is_some_and(|t| t.is_word() && t.end - t.start <= 2));
    let ordinal = document.glued(i)
        && before.is_some_and(|t| t.is_number())
        && matches!(document.lower(i), "st" | "rd");
    if square || ordinal { 0 } else { roles }
}

pub(super) fn word_may_belong(document: &Document, i: usize, first: usize) -> bool {
    let token = &document.tokens[i];
    let before = i.checked_sub(1).and_then(|b| document.tokens.get(b));
    let next = document.tokens.get(i + 1);
    let letters = document.letters(i);
    if parts(document, i) != 0 {
        return true;
    }
    if token.has(
        roles::PHONE
            | roles::ADDRESS
            | roles::IIN
            | roles::BIN
            | roles::DOB
            | roles::EMAIL
            | roles::NAME
            | roles::PASSWORD
            | roles::CODE,
    ) {
        return false;
    }
    if token.is_capital() {
        return !token.is_any(flag::PATRONYMIC) || next.is_some_and(|t| t.has(ROADS));
    }
    let glued_letter =
        document.glued(i) && letters == 1 && before.is_some_and(|t| t.is_number() || t.is('«') || t.is('/'));
    let letter_behind_number = letters == 1
        && before.is_some_and(|t| t.is_number())
        && matches!(document.lower(i), "а" | "б" | "в" | "г" | "a" | "b");
    let case_ending = document.glued(i) && before.is_some_and(|t| t.is('-'));
    if glued_letter || letter_behind_number || case_ending || token.has(roles::SPOKEN) {
        return true;
    }
    // Names of streets in lower case, and the small words inside names.
    let names_place = before.is_some_and(|t| {
        t.has(roles::STREET_BEFORE | roles::MICRO) && !t.is_number()
            || t.is('.')
                && i >= 2
                && i - 2 >= first
                && document.tokens[i - 2].has(roles::STREET_BEFORE | roles::MICRO | TOWNS)
    });
    let inside_name = before.is_some_and(|t| t.is_capital())
        && (token.has(roles::HISTORIC) || next.is_some_and(|t| t.has(roles::STREET_AFTER)));
    let leads_to_street = token.is_any(flag::STREET | flag::PLACE)
        && next.is_some_and(|t| t.has(PARTS) || t.is_number())
        && !token.is_any(flag::COMMON);
    let after_number = before.is_some_and(|t| t.is_number() || t.is('-'))
        && next.is_some_and(|t| t.has(roles::STREET_AFTER | roles::MICRO));
    let years = matches!(
        document.lower(i),
        "лет"
            | "жылдық"
            | "жыл"
            | "литер"
            | "лит"
            | "линия"
            | "линии"
            | "очередь"
            | "бывшая"
            | "бывший"
            | "бывш"
            | "бұрынғы"
            | "угол"
            | "дробь"
            | "разъезд"
    ) && i > first;
    names_place || inside_name || leads_to_street || after_number || years
}
