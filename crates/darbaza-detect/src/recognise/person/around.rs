//! What stands around a possible name, for and against.

use std::collections::HashMap;

use super::unit::Unit;
use super::veto::is_vetoed;
use crate::document::{Document, GIVEN_SHAPE};
use crate::fold::flag;
use crate::roles;
use crate::token::{Kind, Token};

/// Words right before a name that ask for one.
const ASKS: u128 = roles::TITLE | roles::PREHONORIFIC | roles::NAME | roles::SOLE;

/// Whether something right beside token `at` calls for a name, in lower case too.
pub(crate) fn calls_for_name(document: &Document, at: usize) -> bool {
    let token = &document.tokens[at];
    if token.roles != 0 || token.end - token.start < 8 || token.is_any(flag::COMMON) {
        return false;
    }
    let behind = document.tokens.get(at + 1).is_some_and(|t| t.has(roles::HONORIFIC) && !t.line);
    let before = at > 0 && document.tokens[at - 1].has(roles::TITLE | roles::NAME | roles::NAME_WEAK);
    behind || before
}

/// The first word of a sentence or line: its capital says little.
pub(crate) fn starts_sentence(document: &Document, at: usize) -> bool {
    let token = &document.tokens[at];
    if token.line || at == 0 {
        return true;
    }
    let abbreviated = document.tokens[at - 1].is('.') && at >= 2 && document.letters(at - 2) <= 3;
    !abbreviated
        && matches!(document.tokens[at - 1].kind, Kind::Sign('.' | '!' | '?' | '…' | '•' | '—' | ':' | '*'))
        || document.tokens[at - 1].is_number() && document.tokens[at - 1].line
}

fn previous(document: &Document, at: usize) -> Option<&Token> {
    previous_at(document, at).and_then(|i| document.tokens.get(i))
}

pub(super) fn previous_at(document: &Document, at: usize) -> Option<usize> {
    let mut i = at;
    // Abbreviation dots, colons and opening quotes are looked through.
    for _ in 0..3 {
        i = i.checked_sub(1)?;
        let token = &document.tokens[i];
        if document.tokens[i + 1].line {
            return None;
        }
        if !matches!(token.kind, Kind::Sign('.' | ':' | '"' | '=' | '_' | '/' | '~' | ',' | '-')) {
            return Some(i);
        }
    }
    None
}

/// Evidence from the surroundings.
pub(crate) fn weight(document: &Document, units: &[Unit]) -> f32 {
    if is_vetoed(document, units) {
        return -6.0;
    }
    let (first, last) = (&units[0], &units[units.len() - 1]);
    let start = first.tokens.start;
    let mut sum: f32 = 0.0;
    let before = previous(document, start);
    let directly = start.checked_sub(1).and_then(|i| document.tokens.get(i));
    if let Some(before) = before {
        let comma = directly.is_some_and(|t| t.is(',') || t.is('-'));
        if before.has(ASKS) && !comma {
            sum += 1.7;
        } else if before.has(roles::HONORIFIC) && !comma {
            sum += 0.8;
        } else if before.has(roles::GREETING) {
            sum += 1.3;
        } else if before.has(roles::PERSONROLE) && !comma && !is_speech(document, start, last.tokens.end) {
            sum += 1.1;
        } else if before.has(roles::NAME_WEAK) {
            sum += 1.3;
        }
    }
    let behind = document.tokens.get(last.tokens.end);
    if behind.is_some_and(|t| t.has(roles::CALLED) && !t.line) || before.is_some_and(|t| t.has(roles::CALLED))
    {
        sum += 1.2;
    }
    if before
        .is_some_and(|t| t.has(roles::PET | roles::BRAND) && !t.has(roles::PREHONORIFIC | roles::PERSONROLE))
        || is_pet(document, last.tokens.end)
    {
        sum -= 4.0;
    }
    if let Some(behind) = behind.filter(|t| !t.line) {
        if behind.has(roles::HONORIFIC) {
            sum += 1.7;
        } else if behind.has(roles::PREHONORIFIC) && !document.tokens[start].latin {
            sum += 0.9;
        }
        let named = units.len() > 1 || first.flags & (flag::GIVEN | flag::DIMINUTIVE | GIVEN_SHAPE) != 0;
        if behind.is(':') && document.tokens[start].line {
            sum += if named { 1.2 } else { 0.3 };
        } else if behind.is(':') && is_chat_prefix(document, start) {
            sum += 1.6;
        }
    }
    if let Some(field) = document.field_at(document.tokens[start].start) {
        let whole = field.tokens.start >= start.saturating_sub(1) && field.tokens.end <= last.tokens.end + 2;
        let first_in = field.tokens.start == start;
        if field.roles & roles::NAME != 0 && (whole || first_in) {
            sum += 2.4;
        } else if field.roles & (roles::NAME_WEAK | roles::PERSONROLE | roles::PREHONORIFIC | roles::TITLE)
            != 0
            && whole
            && field.roles & (roles::ORG | roles::BRAND | roles::ADDRESS) == 0
        {
            sum += 1.3;
        } else if field.roles & (roles::PERSONROLE | roles::NAME_WEAK) != 0 && first_in {
            sum += 0.8;
        }
    }
    if units.len() == 1 && first.weight > 0.0 && !first.lower && is_listed_with_name(document, start) {
        sum += 1.0;
    }
    let alone_on_line = document.tokens[start].line && behind.is_none_or(|t| t.line);
    if alone_on_line && units.len() == 1 && first.flags & flag::COMMON == 0 && first.weight > 0.8 {
        sum += 0.4;
    }
    let speaks = behind.is_some_and(|t| t.is(':'));
    if units.len() == 1 && starts_sentence(document, start) && first.weight < 1.9 && !speaks {
        sum -= 0.6;
    }
    let given = first.flags & (flag::GIVEN | flag::DIMINUTIVE) != 0;
    if units.len() == 1
        && given
        && first.flags & flag::PLACE == 0
        && !first.lower
        && first.weight < 2.0
        && !starts_sentence(document, start)
    {
        // A capital inside a sentence says that the ordinary word is a name here.
        sum += 0.8;
    }
    let latin = document.tokens[start].latin;
    if latin && given && !first.lower && units.len() >= 2 && first.weight < 2.0 && !units[1].initial {
        // Two capitals in a row, the first a given name that is also a word: `Will Thornbury`.
        sum += 0.6;
    }
    if units.len() == 1 && first.weight <= 0.5 {
        // An unknown word needs more than a role beside it.
        sum -= 0.3;
    }
    sum
}

/// `[09:12] Name:`, `12:30 Name:`, `> Name:`, `~Name:`, `— Name:`.
fn is_chat_prefix(document: &Document, start: usize) -> bool {
    let mut i = start;
    let mut seen = 0;
    while i > 0 && seen < 14 {
        if document.tokens[i].line {
            return true;
        }
        i -= 1;
        seen += 1;
        let token = &document.tokens[i];
        if !(token.is_number()
            || matches!(
                token.kind,
                Kind::Sign('[' | ']' | ':' | '.' | '-' | '/' | ',' | '>' | '~' | '—' | '(' | ')' | '–' | '*')
            ))
        {
            return false;
        }
    }
    i == 0 || document.tokens[i].line
}

/// How often each word begins a line as a speaker, `[09:12] Name:`.
pub(crate) fn speakers(document: &Document) -> HashMap<u64, u32> {
    let mut out = HashMap::new();
    for (at, token) in document.tokens.iter().enumerate() {
        let colon = document.tokens.get(at + 1).is_some_and(|t| t.is(':') && !t.space);
        if token.is_capital() && colon && (token.line || is_chat_prefix(document, at)) && token.roles == 0 {
            *out.entry(token.stem).or_default() += 1;
        }
    }
    out
}

/// Joined by a comma or conjunction to a word that is surely a name: `Алёше и Ельдосу`.
fn is_listed_with_name(document: &Document, start: usize) -> bool {
    let Some(joint) = start.checked_sub(1) else { return false };
    let joins = document.tokens[joint].is(',')
        || matches!(document.lower(joint), "и" | "мен" | "пен" | "бен" | "және" | "and");
    let Some(name) = joint.checked_sub(1).and_then(|i| document.tokens.get(i)) else { return false };
    joins
        && !document.tokens[start].line
        && name.is_capital()
        && name.is_any(flag::GIVEN | flag::DIMINUTIVE)
        && !name.is_any(flag::COMMON | flag::PLACE | flag::SEEN_OTHER)
}

/// Behind a role and a colon at the start of a line a whole sentence is spoken: `Оператор: Горим, …`.
fn is_speech(document: &Document, start: usize, behind: usize) -> bool {
    let colon = start.checked_sub(1).is_some_and(|i| document.tokens[i].is(':'));
    let goes_on = document
        .tokens
        .get(behind)
        .is_some_and(|t| !t.line && (t.is_word() || t.is('.') || t.is('?') || t.is('!')));
    colon && goes_on
}

/// `Марк, кот, мейн-кун`.
fn is_pet(document: &Document, behind: usize) -> bool {
    document.tokens.get(behind).is_some_and(|t| t.is(',') || t.is('(') || t.is('-') || t.is('—'))
        && document.tokens.get(behind + 1).is_some_and(|t| t.has(roles::PET) && !t.has(roles::CALLED))
}
