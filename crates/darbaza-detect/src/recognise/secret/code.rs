//! Codes of doors, cards and messages behind or before their words.

use darbaza_core::Category;

use super::said::{REACH, is_joint};
use crate::candidate::Candidates;
use crate::document::Document;
use crate::roles;
use crate::token::{Case, Kind, Token};

/// Words that make "код" something else than a secret.
fn is_other_code(document: &Document, at: usize) -> bool {
    const OTHER: &[&str] = &[
        "товар",
        "окэд",
        "кнп",
        "кбе",
        "мкб",
        "icd",
        "страны",
        "country",
        "postal",
        "почтов",
        "zip",
        "status",
        "error",
        "ошибк",
        "қате",
        "http",
        "response",
        "swift",
        "бик",
        "тн",
        "hs",
        "вэд",
        "цвет",
        "проект",
        "source",
        "исходн",
        "ключев",
        "услуг",
        "платеж",
        "төлем",
        "валют",
        "пошта",
        "ати",
        "тауар",
        "город",
        "города",
        "қала",
        "exit",
        "product",
        "qr",
        "штрих",
        "bar",
        "promo",
        "промо",
    ];
    let near = at.saturating_sub(2)..(at + 3).min(document.tokens.len());
    near.into_iter().any(|i| i != at && OTHER.iter().any(|o| document.lower(i).starts_with(o)))
}

pub(super) fn behind_word(document: &Document, at: usize, out: &mut Candidates) {
    let word = &document.tokens[at];
    let named_code = word.has(roles::CODE);
    let place = word.has(roles::CODE_PLACE);
    if is_other_code(document, at) {
        return;
    }
    if named_code {
        before_word(document, at, out);
    }
    // A door alone is no announcement; "домофон" is.
    let near_code = (at.saturating_sub(2)..(at + 3).min(document.tokens.len()))
        .any(|i| i != at && document.tokens[i].has(roles::CODE));
    let near_place = (at.saturating_sub(5)..(at + 5).min(document.tokens.len()))
        .any(|i| i != at && document.tokens[i].has(roles::CODE_PLACE | roles::SMS));
    let alone_is_enough = ["домофон", "safe", "сейф", "pin", "пин", "cvv", "cvc"]
        .iter()
        .any(|w| document.lower(at).starts_with(w));
    let message = word.has(roles::SMS)
        && (at.saturating_sub(3)..(at + 4).min(document.tokens.len()))
            .any(|i| document.tokens[i].has(roles::SAID));
    if !named_code && !near_code && !alone_is_enough && !message {
        return;
    }
    let said = (at.saturating_sub(6)..(at + 7).min(document.tokens.len()))
        .any(|i| document.tokens[i].has(roles::SAID));
    let strong = near_place || alone_is_enough || named_code && place;
    let mut lines = 0;
    let mut asked = false;
    let mut separated = false;
    let mut i = at + 1;
    while i <= at + REACH {
        let Some(token) = document.tokens.get(i) else { return };
        lines += u32::from(token.line);
        if lines > 1 || lines == 1 && !asked {
            return;
        }
        if !token.space && !token.line && matches!(document.tokens[i - 1].kind, Kind::Word) && token.is('-') {
            // A case ending hangs on the word.
            i += 2;
            continue;
        }
        match token.kind {
            Kind::Sign('?') => asked = true,
            Kind::Sign('.')
                if document.tokens.get(i + 1).is_some_and(|t| t.is('.'))
                    || document.tokens[i - 1].is('.') =>
            {
                separated = true
            }
            Kind::Sign('.' | ';' | '!') if !asked && !separated => return,
            Kind::Word
                if token.has(roles::NEGNUM)
                    || message && token.has(roles::PHONE) && !token.has(roles::SMS) =>
            {
                return;
            }
            Kind::Sign(':' | '=' | '—' | '–') => separated = true,
            _ => {}
        }
        let begins = token.is_number()
            || matches!(token.kind, Kind::Sign('#' | '*'))
            || token.is_word()
                && token.end - token.start <= 4
                && document.glued(i + 1)
                && document.tokens[i + 1].is_number()
            || token.is_word()
                && token.latin
                && matches!(token.case, Case::Upper | Case::Single | Case::Mixed)
                && document.glued(i + 1);
        if begins
            && (token.space || token.line || !document.tokens[i - 1].is_word())
            && let Some((start, end, digits, _)) = code_value(document, i)
        {
            let run = &document.view.text[start..end];
            let marked = run.contains(['#', '*']) || run.chars().any(char::is_alphabetic);
            let time =
                document.after(start + 2) == Some(':') || document.after(end) == Some(':') && digits <= 2;
            let enough = if strong {
                digits >= 2 + usize::from(!marked)
            } else {
                said && ((4..=8).contains(&digits) || marked && digits >= 3)
            };
            if enough
                && digits <= 12
                && !time
                && !document.right_context(document.token_from(end), 1) & roles::MONEY != 0
            {
                let score = if strong {
                    0.86
                } else if separated || i == at + 1 {
                    0.72
                } else {
                    0.58
                };
                out.add(Category::Secret, start..end, score, "secret_code");
                let joint = document.token_from(end);
                if is_joint(document, joint)
                    && document.tokens.get(joint + 1).is_some_and(Token::is_number)
                    && let Some((start, end, more, _)) = code_value(document, joint + 1)
                    && more == digits
                {
                    out.add(Category::Secret, start..end, score, "secret_code");
                }
            }
            return;
        }
        i += 1;
    }
}

/// `73920 кодын`: the code stands before its word.
fn before_word(document: &Document, at: usize, out: &mut Candidates) {
    let Some(number) = at.checked_sub(1).and_then(|i| document.tokens.get(i)) else { return };
    let digits = number.end - number.start;
    let alone = at < 2 || !document.glued(at - 1);
    if number.is_number()
        && (4..=6).contains(&digits)
        && alone
        && document.tokens[at].space
        && !document.tokens[at].line
    {
        out.add(Category::Secret, number.start..number.end, 0.66, "secret_code");
    }
}

/// A code such as `4417`, `60-31-88`, `19К4471`, `#7719`, `34#7712`, `30 88 14`: its extent and digits.
pub(super) fn code_value(document: &Document, first: usize) -> Option<(usize, usize, usize, bool)> {
    let start = document.tokens[first].start;
    let mut end = start;
    let mut digits = 0;
    let mut solid = true;
    let mut i = first;
    while let Some(token) = document.tokens.get(i) {
        let gap = token.start - end;
        if i > first && (token.line || gap > 1) {
            break;
        }
        let spaced_number = gap == 1
            && token.is_number()
            && token.end - token.start <= 3
            && document.tokens[i - 1].is_number();
        let glued = gap == 0 || i == first;
        let short_word = token.is_word() && token.end - token.start <= 8;
        match token.kind {
            Kind::Number if glued || spaced_number => {
                digits += token.end - token.start;
                solid &= glued;
            }
            Kind::Word if glued && short_word => {}
            Kind::Sign('#' | '*') if glued => {}
            Kind::Sign('-')
                if glued
                    && document.glued(i + 1)
                    && document.tokens.get(i + 1).is_some_and(|t| {
                        t.is_number() || matches!(t.case, Case::Upper | Case::Single) && t.is_word()
                    }) => {}
            _ => break,
        }
        end = token.end;
        i += 1;
    }
    // `44-шкафты`: a number with a case ending is no code.
    (digits >= 2 && end > start).then_some((start, end, digits, solid))
}
