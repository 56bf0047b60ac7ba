//! Special categories and income: careful versions that go by labels and telling words.

use darbaza_core::Category;

use crate::candidate::Candidates;
use crate::document::Document;
use crate::roles;
use crate::token::{Kind, Token};

/// Roles of telling words, by category.
const TELLING: [(u128, Category); 4] = [
    (roles::HEALTH, Category::Health),
    (roles::RELIGION, Category::Religion),
    (roles::ETHNICITY, Category::Ethnicity),
    (roles::CRIMINAL, Category::Criminal),
];

/// Proposes the special facts of the text.
pub(crate) fn find(document: &Document, out: &mut Candidates) {
    for field in &document.fields {
        let category = match field.roles {
            r if r & roles::DIAGNOSIS != 0 => Category::Health,
            r if r & roles::NATION != 0 => Category::Ethnicity,
            r if r & roles::FAITH != 0 => Category::Religion,
            r if r & roles::CRIMEW != 0 => Category::Criminal,
            r if r & roles::INCOME != 0 => Category::Income,
            r if r & roles::BIOMETRY != 0 => Category::Biometric,
            _ => continue,
        };
        let tokens = &document.tokens[field.tokens.clone()];
        if tokens.is_empty()
            || field.roles & (roles::NEGNUM | roles::NAME | roles::PHONE) != 0 && category != Category::Health
        {
            continue;
        }
        let end = sentence_end(document, field.tokens.start, field.tokens.end);
        let words = tokens.iter().filter(|t| t.is_word()).count();
        let fits = match category {
            Category::Ethnicity | Category::Religion => (1..=6).contains(&words),
            Category::Income => tokens.iter().any(Token::is_number) && tokens.len() <= 14,
            Category::Biometric => tokens.iter().any(Token::is_number) && tokens.len() <= 24,
            Category::Criminal => words >= 1 && tokens.len() <= 40,
            _ => words >= 1 && tokens.len() <= 60 && !is_nothing(document, field.tokens.start),
        };
        if fits && end > field.tokens.start {
            let range = document.tokens[field.tokens.start].start..document.tokens[end - 1].end;
            let score = if field.exact { 0.7 } else { 0.6 };
            // A country's code under "nationality" is a citizenship.
            let code =
                category == Category::Ethnicity && words == 1 && document.word(field.tokens.start).len() <= 3;
            if !code {
                out.add(category, range, score, "special_field");
            }
        }
    }
    for (at, token) in document.tokens.iter().enumerate() {
        if token.has(roles::INCOME) {
            income(document, at, out);
        }
        if let Some((_, category)) = TELLING.iter().find(|(role, _)| token.has(*role)) {
            out.add(*category, phrase(document, at), 0.5, "special_word");
        }
    }
}

/// "None" under a label of health says nothing about health.
fn is_nothing(document: &Document, at: usize) -> bool {
    matches!(
        document.lower(at),
        "нет" | "жоқ" | "none" | "no" | "не" | "отсутствует" | "отсутствуют" | "null"
    )
}

/// Token behind the last one of the sentence that begins at `from`.
fn sentence_end(document: &Document, from: usize, end: usize) -> usize {
    let mut i = from;
    while i < end {
        let token = &document.tokens[i];
        let next_starts = document.tokens.get(i + 1).is_none_or(|t| t.is_capital() && t.space);
        if token.is('.') && next_starts && i > from && document.word(i - 1).chars().count() > 2 {
            return i;
        }
        i += 1;
    }
    while i > from && matches!(document.tokens[i - 1].kind, Kind::Sign('.' | ',' | ';')) {
        i -= 1;
    }
    i
}

/// The telling word with the words that hang on it.
fn phrase(document: &Document, at: usize) -> std::ops::Range<usize> {
    let mut start = at;
    let mut end = at + 1;
    let not = |i: usize| matches!(document.lower(i), "не" | "нет" | "жоқ" | "ранее" | "бұрын" | "no" | "not");
    if start > 0 && not(start - 1) && !document.tokens[start].line {
        start -= 1;
    }
    while let Some(next) = document.tokens.get(end).filter(|t| !t.line && t.space && end < at + 4) {
        let degree = next.is_number()
            || matches!(
                document.lower(end),
                "тип"
                    | "типа"
                    | "степени"
                    | "дәреже"
                    | "группы"
                    | "топ"
                    | "топтағы"
                    | "гр"
                    | "группа"
                    | "ii"
                    | "iii"
                    | "i"
                    | "жоқ"
                    | "нет"
                    | "не"
                    | "бар"
                    | "имею"
                    | "читает"
                    | "оқиды"
                    | "оқимын"
                    | "ұстайды"
            );
        if !degree {
            break;
        }
        end += 1;
    }
    document.tokens[start].start..document.tokens[end - 1].end
}

/// `оклад 320 000 тг`, `айлығы 142 500 теңге`: the amount with the words that make it a wage.
fn income(document: &Document, at: usize, out: &mut Candidates) {
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
    let digits: usize =
        document.tokens[number..end].iter().filter(|t| t.is_number()).map(|t| t.end - t.start).sum();
    let money = document.tokens[number..end].iter().any(|t| t.has(roles::MONEY) || t.is('₸') || t.is('$'));
    let wage = document.tokens[at].end - document.tokens[at].start > 4 || document.lower(at) == "зп";
    if wage && (money && digits >= 2 || (5..=7).contains(&digits)) {
        out.add(Category::Income, document.tokens[at].start..document.tokens[end - 1].end, 0.62, "income");
    }
}
