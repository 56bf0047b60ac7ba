//! Wages and other income: an amount with the words that make it one.

use darbaza_core::Category;

use crate::candidate::Candidates;
use crate::document::Document;
use crate::roles;
use crate::token::{Kind, Token};

/// `оклад 320 000 тг`, `айлығы 142 500 теңге`: the amount with the words that make it a wage.
pub(super) fn behind_word(document: &Document, at: usize, out: &mut Candidates) {
    let line_end = (at + 1..(at + 9).min(document.tokens.len()))
        .find(|i| document.tokens[*i].line || matches!(document.tokens[*i].kind, Kind::Sign(';' | '|')))
        .unwrap_or((at + 9).min(document.tokens.len()));
    let Some(number) =
        (at + 1..line_end).find(|i| document.tokens[*i].is_number() || document.tokens[*i].is('₸'))
    else {
        return;
    };
    let mut end = number + 1;
    while let Some(token) = document.tokens.get(end).filter(|t| !t.line) {
        let amount = token.is_number() && token.end - token.start <= 3
            || token.has(roles::MONEY)
            || token.is('₸')
            || token.is('$')
            || (token.is('.') || token.is(','))
                && document.glued(end)
                && document.glued(end + 1)
                && document.tokens.get(end + 1).is_some_and(Token::is_number);
        if !amount {
            break;
        }
        end += 1;
    }
    let amount_end = end;
    while end < amount_end + 4
        && document.tokens.get(end).is_some_and(|t| !t.line && is_wage_tail(document.lower(end)))
    {
        end += 1;
    }
    let digits: usize =
        document.tokens[number..amount_end].iter().filter(|t| t.is_number()).map(|t| t.end - t.start).sum();
    let money =
        document.tokens[number..amount_end].iter().any(|t| t.has(roles::MONEY) || t.is('₸') || t.is('$'));
    // Averages and payments of rent are nobody's income.
    let general =
        ["средн", "минимальн", "медианн", "орташа", "ең", "average", "төлем", "жалдау", "прожиточн"];
    let near = at.saturating_sub(2)..(at + 3).min(document.tokens.len());
    if near
        .into_iter()
        .any(|i| general.iter().any(|g| document.lower(i).starts_with(g)) && document.lower(i) != "орташа")
    {
        return;
    }
    let wage = document.tokens[at].end - document.tokens[at].start > 4 || document.lower(at) == "зп";
    if wage && (money && digits >= 2 || (5..=7).contains(&digits)) {
        // Behind a colon, an equals sign or a quote stands the bare value of a form or file.
        let parted =
            (at + 1..number).find(|i| matches!(document.tokens[*i].kind, Kind::Sign(':' | '=' | '"' | '>')));
        let start = if parted.is_some() { number } else { at };
        out.add(Category::Income, document.tokens[start].start..document.tokens[end - 1].end, 0.62, "income");
    }
}

/// Words behind an amount that make it a wage by the month.
fn is_wage_tail(lower: &str) -> bool {
    matches!(
        lower,
        "в" | "месяц"
            | "мес"
            | "на"
            | "руки"
            | "чистыми"
            | "таза"
            | "бастап"
            | "gross"
            | "net"
            | "per"
            | "a"
            | "month"
            | "monthly"
            | "айына"
            | "қолға"
    )
}

/// `312 400 теңге лауазымдық айлық`, `650 тыс чистыми`: the amount stands before the word at token `at`.
pub(super) fn before_word(document: &Document, at: usize, out: &mut Candidates) {
    let tells = document.tokens[at].has(roles::INCOME)
        || matches!(document.lower(at), "чистыми" | "gross" | "руки" | "net");
    if !tells || document.tokens[at].line {
        return;
    }
    let mut start = at;
    let (mut digits, mut money) = (0, document.tokens[at].has(roles::MONEY));
    while start > 0 && at - start < 8 && !document.tokens[start].line {
        let token = &document.tokens[start - 1];
        let tail = is_wage_tail(document.lower(start - 1)) || document.lower(start - 1) == "лауазымдық";
        let amount = token.is_number() && token.end - token.start <= 7
            || token.has(roles::MONEY)
            || token.is('₸')
            || token.is('.')
            || token.is(',');
        if !(amount || tail && digits == 0) {
            break;
        }
        digits += if token.is_number() { token.end - token.start } else { 0 };
        money |= token.has(roles::MONEY) || token.is('₸');
        start -= 1;
    }
    while start < at && !(document.tokens[start].is_number() || document.tokens[start].has(roles::MONEY)) {
        start += 1;
    }
    if start < at && digits >= 2 && money {
        out.add(Category::Income, document.tokens[start].start..document.tokens[at].end, 0.58, "income");
    }
}
