//! Dates of birth, told from other dates.

use std::collections::HashSet;

use darbaza_core::Category;

use crate::candidate::Candidates;
use crate::digits::Digits;
use crate::document::{Document, SURNAME_SHAPE};
use crate::fold::flag;
use crate::recognise::date::{Date, date_at};
use crate::recognise::identity;
use crate::roles;
use crate::token::{Case, Kind};

/// Proposes the dates of birth of the text.
pub(crate) fn find(document: &Document, digits: &Digits, out: &mut Candidates) {
    let heads = birth_heads(digits);
    let mut at = 0;
    let mut former_end = 0;
    while at < document.tokens.len() {
        let token = &document.tokens[at];
        let may_start =
            token.is_number() || token.has(roles::MONTH) && token.latin || token.is('«') || token.is('"');
        let Some(date) = may_start.then(|| date_at(document, at)).flatten() else {
            if token.has(roles::DOB) {
                spoken(document, at, out);
            }
            if token.has(roles::MONTH) && !token.latin {
                said_around_month(document, at, out);
            }
            at += 1;
            continue;
        };
        if let Some(score) = score(document, &date, former_end, &heads) {
            out.add(Category::Dob, date.range.clone(), score, "date_of_birth");
        }
        at = date.tokens.end.max(at + 1);
        former_end = at;
    }
}

/// The birth dates that stand in the heads of the text's IINs, as `YYMMDD`.
fn birth_heads(digits: &Digits) -> HashSet<[u8; 6]> {
    let mut heads = HashSet::new();
    for group in digits.groups.iter().filter(|g| g.len == 12) {
        let iin = &digits.digits[group.at..group.at + 12];
        if identity::check_digit(iin) == Some(iin[11])
            && identity::has_birth_date(iin)
            && let Ok(head) = <[u8; 6]>::try_from(&iin[..6])
        {
            heads.insert(head);
        }
    }
    heads
}

fn score(document: &Document, date: &Date, former_end: usize, heads: &HashSet<[u8; 6]>) -> Option<f32> {
    let at = date.tokens.start;
    if let Some(field) = document.field_at(date.range.start) {
        let starts = field.tokens.start + 1 >= at;
        if field.roles & roles::DOB != 0 && starts && field.roles & roles::ADDRESS == 0 {
            return Some(0.95);
        }
        if field.exact && field.roles & roles::NEGNUM != 0 && field.roles & roles::DOB == 0 {
            return None;
        }
    }
    if !(1900..=2030).contains(&date.year) {
        return None;
    }
    // Behind the date: `г.р.`, `туған`, `года рождения`.
    for behind in date.tokens.end..date.tokens.end + 4 {
        let Some(token) = document.tokens.get(behind).filter(|t| !t.line) else { break };
        let lower = document.lower(behind);
        if ["берілген", "выдан", "issued", "берген", "жылдан", "бастап"].iter().any(|w| lower.starts_with(w))
        {
            return None;
        }
        if token.has(roles::DOB) {
            return Some(0.95);
        }
        if token.is_number() || matches!(token.kind, Kind::Sign(',' | ';' | '.' | ':' | '|')) {
            break;
        }
    }
    if document.lower(date.tokens.end) == "ж" && document.lower(date.tokens.end + 2) == "т" {
        return Some(0.9);
    }
    // Before it, not across another date.
    let sentence = (1..=7).find(|back| {
        at.checked_sub(*back)
            .is_some_and(|i| document.tokens[i].is('.') && document.letters(i.saturating_sub(1)) > 4)
    });
    let reach = 7.min(at.saturating_sub(former_end)).min(sentence.unwrap_or(7));
    let context = document.left_context(at, roles::DOB | roles::NEGNUM | roles::MONTH, reach);
    if context & roles::DOB != 0 {
        return Some(0.9);
    }
    let head = format!("{:02}{:02}{:02}", date.year % 100, date.month, date.day);
    if <[u8; 6]>::try_from(head.as_bytes()).is_ok_and(|h| heads.contains(&h)) {
        return Some(0.85);
    }
    // Right behind a person's name.
    (date.year <= 2024 && stands_behind_name(document, date, former_end)).then_some(0.6)
}

/// `Surname Given, 17.04.1992`, `Surname A.B., …`, `daughter Given (…)`: only a comma, bracket or dash between.
fn stands_behind_name(document: &Document, date: &Date, former_end: usize) -> bool {
    let closed = document
        .tokens
        .get(date.tokens.end)
        .is_none_or(|t| t.line || matches!(t.kind, Kind::Sign(',' | ')' | ';' | '|' | '"')));
    let mut i = date.tokens.start;
    let mut signs = 0;
    while i > former_end && signs < 4 {
        i -= 1;
        let token = &document.tokens[i];
        match token.kind {
            Kind::Sign(',' | '(' | '—' | '–' | '-' | ';' | '|' | '"' | ':' | '\'') => signs += 1,
            Kind::Sign('.') if i >= 1 && document.tokens[i - 1].case == Case::Single && signs > 0 => {
                // Initials behind a surname.
                let surname = (1..=4).find_map(|b| {
                    i.checked_sub(b)
                        .and_then(|k| document.tokens.get(k))
                        .filter(|t| t.is_word() && t.case != Case::Single)
                });
                return closed
                    && date.year <= 2010
                    && surname.is_some_and(|t| t.is_capital() && t.is_any(flag::SURNAME | SURNAME_SHAPE));
            }
            Kind::Word => {
                let name = flag::GIVEN | flag::PATRONYMIC | flag::SURNAME | flag::DIMINUTIVE;
                let weighty =
                    token.is_any(name) && !token.is_any(flag::COMMON) || token.is_any(flag::PATRONYMIC);
                let before = i.checked_sub(1).and_then(|b| document.tokens.get(b));
                let pair = before.is_some_and(|b| {
                    b.is_any(name | SURNAME_SHAPE) && b.is_capital()
                        || b.has(roles::PREHONORIFIC)
                        || b.is_any(flag::PATRONYMIC)
                });
                return token.is_capital() && weighty && signs > 0 && (pair && date.year <= 2021 || closed);
            }
            _ => return false,
        }
    }
    false
}

/// A date said wholly in words, `восьмое марта пятьдесят девятого`, at its month; needs no label.
fn said_around_month(document: &Document, month: usize, out: &mut Candidates) {
    let is_said = |i: usize| {
        document.tokens.get(i).is_some_and(|t| t.has(roles::SPOKEN) || is_spoken_ordinal(document, i))
    };
    let mut start = month;
    while start > 0 && month - start < 2 && is_said(start - 1) && !document.tokens[start].line {
        start -= 1;
    }
    let mut end = month + 1;
    while end < month + 8 && is_said(end) && !document.tokens[end].line {
        end += 1;
    }
    if start < month && end > month + 1 {
        let range = document.tokens[start].start..document.tokens[end - 1].end;
        out.add(Category::Dob, range, 0.6, "date_of_birth_spoken");
    }
}

/// A date said in words behind a word for birth, up to the end of the phrase or the next line.
fn spoken(document: &Document, label: usize, out: &mut Candidates) {
    let mut at = label + 1;
    let mut lines = 0;
    // The answer may stand on the next line, behind the speaker's name.
    while let Some(token) = document.tokens.get(at) {
        lines += u32::from(token.line);
        let speaks = token.has(roles::SPOKEN) && !token.has(roles::ENTRANCE);
        if at > label + 14 || lines > 1 || speaks {
            break;
        }
        at += 1;
    }
    let start = at;
    let (mut words, mut months, mut end) = (0, 0, start);
    while let Some(token) = document.tokens.get(at).filter(|t| !t.line || at == start) {
        if token.has(roles::MONTH) {
            months += 1;
        } else if token.has(roles::SPOKEN) || is_spoken_ordinal(document, at) {
            words += 1;
        } else if !(token.has(roles::YEARWORD) || token.is_number() && token.end - token.start <= 4) {
            break;
        }
        at += 1;
        end = at;
    }
    if words >= 2 && (months == 1 || words >= 4) && lines <= 1 {
        let range = document.tokens[start].start..document.tokens[end - 1].end;
        out.add(Category::Dob, range, 0.8, "date_of_birth_spoken");
    }
}

fn is_spoken_ordinal(document: &Document, at: usize) -> bool {
    let lower = document.lower(at);
    ["ого", "ое", "ьего", "ые", "ыншы", "інші", "нші", "ншы", "ыншы"].iter().any(|e| lower.ends_with(e))
        && lower.chars().count() > 5
}
