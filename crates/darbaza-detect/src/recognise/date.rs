//! Dates in figures and words of three languages.

use std::ops::Range;

use crate::document::Document;
use crate::roles;
use crate::token::{Kind, Token};

/// A date as it stands in the text.
#[derive(Clone, Debug)]
pub(crate) struct Date {
    /// Bytes of the view, with a trailing `г.` or case ending.
    pub(crate) range: Range<usize>,
    /// Tokens, the same extent.
    pub(crate) tokens: Range<usize>,
    /// Four-digit year; two-digit years are read as 1930 to 2029.
    pub(crate) year: u16,
    pub(crate) month: u8,
    pub(crate) day: u8,
}

fn number(document: &Document, at: usize) -> Option<(u16, usize)> {
    let token = document.tokens.get(at)?;
    if token.is_number() {
        let length = token.end - token.start;
        return if length <= 4 { Some((document.word(at).parse().ok()?, length)) } else { None };
    }
    None
}

/// Numbers of months by the first letters of their names, folded.
const MONTHS: &[(&str, u8)] = &[
    ("янв", 1),
    ("фев", 2),
    ("мар", 3),
    ("апр", 4),
    ("май", 5),
    ("мая", 5),
    ("мае", 5),
    ("июн", 6),
    ("июл", 7),
    ("авг", 8),
    ("сен", 9),
    ("окт", 10),
    ("ноя", 11),
    ("дек", 12),
    ("қаң", 1),
    ("ақп", 2),
    ("нау", 3),
    ("сәу", 4),
    ("мам", 5),
    ("мау", 6),
    ("шіл", 7),
    ("там", 8),
    ("қыр", 9),
    ("қаз", 10),
    ("қар", 11),
    ("жел", 12),
    ("jan", 1),
    ("feb", 2),
    ("mar", 3),
    ("apr", 4),
    ("may", 5),
    ("jun", 6),
    ("jul", 7),
    ("aug", 8),
    ("sep", 9),
    ("oct", 10),
    ("nov", 11),
    ("dec", 12),
    ("кан", 1),
    ("акп", 2),
    ("сау", 4),
    ("шил", 7),
    ("кыр", 9),
    ("каз", 10),
    ("кар", 11),
    ("qań", 1),
    ("qañ", 1),
    ("aqp", 2),
    ("nau", 3),
    ("naý", 3),
    ("sáý", 4),
    ("säu", 4),
    ("sau", 4),
    ("mam", 5),
    ("mau", 6),
    ("maý", 6),
    ("şıl", 7),
    ("shi", 7),
    ("tam", 8),
    ("qyr", 9),
    ("qaz", 10),
    ("qar", 11),
    ("jel", 12),
];

fn month_word(document: &Document, at: usize) -> Option<u8> {
    let token = document.tokens.get(at)?;
    if !token.has(roles::MONTH | roles::MONTH_STRICT) {
        return None;
    }
    let lower = document.lower(at);
    MONTHS.iter().find(|(head, _)| lower.starts_with(head)).map(|(_, n)| *n)
}

fn roman_month(document: &Document, at: usize) -> Option<u8> {
    const ROMAN: &[&str] = &["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"];
    let lower = document.lower(at);
    ROMAN.iter().position(|r| *r == lower).and_then(|n| u8::try_from(n + 1).ok())
}

fn full_year(year: u16, digits: usize) -> Option<u16> {
    match digits {
        4 if (1900..=2035).contains(&year) => Some(year),
        2 if year <= 29 => Some(2000 + year),
        2 => Some(1900 + year),
        _ => None,
    }
}

/// The date that begins at token `at`, if any.
pub(crate) fn date_at(document: &Document, at: usize) -> Option<Date> {
    let token = document.tokens.get(at)?;
    // A number that goes on from digits before it is no date's start.
    if document.glued(at)
        && document.tokens[at - 1].kind != Kind::Sign('(')
        && document.before(token.start).is_some_and(|c| {
            crate::token::is_alnum(c)
                || matches!(c, '.' | '-' | '/')
                    && at > 1
                    && document.glued(at - 1)
                    && document.tokens[at - 2].is_number()
        })
    {
        return None;
    }
    figures(document, at)
        .or_else(|| worded(document, at))
        .or_else(|| year_first(document, at))
        .or_else(|| month_first(document, at))
}

fn make(document: &Document, tokens: Range<usize>, year: u16, month: u8, day: u16) -> Option<Date> {
    let day = u8::try_from(day).ok()?;
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let start = document.tokens.get(tokens.start)?.start;
    let end = document.tokens.get(tokens.end - 1)?.end;
    Some(Date { range: start..end, tokens, year, month, day })
}

/// `17.04.1992`, `1992-04-17`, `17/04/92`, `4.VI.2013`, `18FEB93`, `«12» августа 1993`.
fn figures(document: &Document, at: usize) -> Option<Date> {
    let (first, first_digits) = number(document, at)?;
    let sign = document.tokens.get(at + 1)?;
    if sign.is_word() && !sign.space && first_digits <= 2 {
        // 18FEB93
        let month = month_word(document, at + 1)?;
        let (year, digits) = number(document, at + 2)?;
        return if document.glued(at + 2) {
            make(document, at..at + 3, full_year(year, digits)?, month, first)
        } else {
            None
        };
    }
    let separator = match sign.kind {
        Kind::Sign(c @ ('.' | '-' | '/')) => c,
        _ => return None,
    };
    let second_at = at + 2;
    let third_sign = document.tokens.get(at + 3)?;
    let third_at = at + 4;
    let loose = third_sign.is(separator) || matches!(third_sign.kind, Kind::Sign('-' | '.'));
    if let Some(month) = roman_month(document, second_at) {
        let with_sign = loose && !third_sign.is_number();
        let year_at = if with_sign { third_at } else { at + 3 };
        let (year, digits) = number(document, year_at)?;
        let date = make(document, at..year_at + 1, full_year(year, digits)?, month, first)?;
        return Some(with_tail(document, date));
    }
    let (second, second_digits) = number(document, second_at)?;
    if !loose || third_sign.space && !document.tokens[second_at].space {
        return None;
    }
    let (third, third_digits) = number(document, third_at)?;
    let tokens = at..third_at + 1;
    if document.glued(third_at + 1)
        && document.tokens[third_at + 1].is('.')
        && document.glued(third_at + 2)
        && document.tokens[third_at + 2].is_number()
    {
        return None;
    }
    let date = if first_digits == 4 && second_digits <= 2 && third_digits <= 2 {
        make(document, tokens, full_year(first, 4)?, u8::try_from(second).ok()?, third)?
    } else if first_digits <= 2 && second_digits <= 2 && (third_digits == 4 || third_digits == 2) {
        let year = full_year(third, third_digits)?;
        let month = u8::try_from(second).ok()?;
        make(document, tokens.clone(), year, month, first)
            // Month before day, as in American forms.
            .or_else(|| make(document, tokens, year, u8::try_from(first).ok()?, second))?
    } else {
        return None;
    };
    Some(with_tail(document, date))
}

/// Position behind a case ending that hangs on a number: `30-шы`, `8-ші`, `17th`.
fn behind_ordinal(document: &Document, at: usize) -> usize {
    match (document.tokens.get(at), document.tokens.get(at + 1)) {
        (Some(hyphen), Some(ending))
            if hyphen.is('-')
                && !hyphen.space
                && !ending.space
                && ending.is_word()
                && ending.end - ending.start <= 10 =>
        {
            at + 2
        }
        (Some(ending), _)
            if matches!(document.lower(at), "st" | "nd" | "rd" | "th" | "ші" | "шы") && !ending.line =>
        {
            at + 1
        }
        _ => at,
    }
}

/// `17 апреля 1992 г.`, `17 April 1992`, `9 қараша 1960 жыл`, `«12» августа 1993 г.`
fn worded(document: &Document, at: usize) -> Option<Date> {
    let mut i = at;
    let quoted = document.tokens.get(at).is_some_and(|t| t.is('«') || t.is('"') || t.is('“'));
    if quoted {
        i += 1;
    }
    let (day, digits) = number(document, i)?;
    if digits > 2 {
        return None;
    }
    i = behind_ordinal(document, i + 1);
    if quoted {
        if !document.tokens.get(i).is_some_and(|t| t.is('»') || t.is('"') || t.is('”')) {
            return None;
        }
        i += 1;
    }
    let of = usize::from(document.lower(i) == "of");
    let month = month_word(document, i + of)?;
    i += of + 1;
    while document.tokens.get(i).is_some_and(|t| t.is(',') || t.is('.')) {
        i += 1;
    }
    let (year, digits) = number(document, i)?;
    if document.tokens[i].line {
        return None;
    }
    let year = full_year(year, digits).filter(|_| {
        digits == 4 || digits == 2 && year_word(document.tokens.get(behind_ordinal(document, i + 1)))
    })?;
    let date = make(document, at..i + 1, year, month, day)?;
    Some(with_tail(document, date))
}

fn year_word(token: Option<&Token>) -> bool {
    token.is_some_and(|t| t.has(roles::YEARWORD) && !t.line)
}

/// `1992 жылғы 17 сәуір`, `2011 ж. 19 мамыр`, `1970 года, 28 октября`.
fn year_first(document: &Document, at: usize) -> Option<Date> {
    let (year, digits) = number(document, at)?;
    let year = full_year(year, digits).filter(|_| digits == 4)?;
    let mut i = behind_ordinal(document, at + 1);
    if !year_word(document.tokens.get(i)) {
        return None;
    }
    i += 1;
    while document.tokens.get(i).is_some_and(|t| t.is('.') || t.is(',') || t.is('«')) {
        i += 1;
    }
    let (day, _) = number(document, i).filter(|(_, digits)| *digits <= 2)?;
    i = behind_ordinal(document, i + 1);
    while document.tokens.get(i).is_some_and(|t| t.is('»')) {
        i += 1;
    }
    let month = month_word(document, i)?;
    make(document, at..i + 1, year, month, day)
}

/// `April 17, 1992`.
fn month_first(document: &Document, at: usize) -> Option<Date> {
    let month = month_word(document, at).filter(|_| document.tokens[at].latin)?;
    let (day, digits) = number(document, at + 1)?;
    if digits > 2 {
        return None;
    }
    let i = behind_ordinal(document, at + 2);
    let i = i + usize::from(document.tokens.get(i).is_some_and(|t| t.is(',')));
    let (year, digits) = number(document, i)?;
    make(document, at..i + 1, full_year(year, digits).filter(|_| digits == 4)?, month, day)
}

/// Takes a trailing `г.`, `года`, `ж.`, `жыл` in.
fn with_tail(document: &Document, mut date: Date) -> Date {
    let at = date.tokens.end;
    let i = behind_ordinal(document, at);
    let Some(word) = document.tokens.get(i) else { return date };
    if !word.has(roles::YEARWORD)
        || word.line
        || document
            .tokens
            .get(i + 1)
            .is_some_and(|t| t.is('.') && document.lower(i + 2) == "р" && !document.tokens[i + 2].line)
    {
        return date;
    }
    // In `1992 ж.т.` and `1992 г/р` the abbreviation is another word.
    if word.has(roles::DOB) {
        return date;
    }
    date.tokens.end = i + 1;
    date.range.end = word.end;
    if let Some(dot) =
        document.tokens.get(i + 1).filter(|t| t.is('.') && !t.space && word.end - word.start <= 4)
    {
        date.tokens.end += 1;
        date.range.end = dot.end;
    }
    date
}
