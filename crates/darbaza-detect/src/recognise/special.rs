//! Special categories and income: careful versions that go by labels and telling words.

mod income;

use darbaza_core::Category;

use crate::candidate::Candidates;
use crate::document::Document;
use crate::roles;
use crate::token::{Case, Kind, Token};

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
    let about_somebody = speaks_of_somebody(document, out);
    let mut last: Option<(Category, usize, usize)> = None;
    for (at, token) in document.tokens.iter().enumerate() {
        if token.has(roles::INCOME) {
            income::behind_word(document, at, out);
        }
        if token.is_word() && about_somebody {
            income::before_word(document, at, out);
        }
        let Some((_, category)) = TELLING.iter().find(|(role, _)| about_somebody && token.has(*role)) else {
            continue;
        };
        // A label's value is read with its field.
        if document.tokens.get(at + 1).is_some_and(|t| t.is(':') || t.is('"') || t.is('=')) {
            continue;
        }
        let tokens = phrase(document, at, *category);
        let joined =
            last.filter(|(former, end, _)| former == category && joins(document, *end, tokens.start));
        match joined {
            Some((_, _, index)) => {
                // One enumeration of facts is one finding.
                if let Some(candidate) = out.0.get_mut(index) {
                    candidate.range.end = document.tokens[tokens.end - 1].end.max(candidate.range.end);
                }
                last = Some((*category, tokens.end, index));
            }
            None => {
                let range = document.tokens[tokens.start].start..document.tokens[tokens.end - 1].end;
                last = Some((*category, tokens.end, out.0.len()));
                out.add(*category, range, 0.5, "special_word");
            }
        }
    }
}

/// Only a comma or a conjunction stands between two phrases, or they overlap.
fn joins(document: &Document, end: usize, start: usize) -> bool {
    start <= end
        || start - end <= 2
            && !document.tokens[start].line
            && (end..start).all(|i| {
                document.tokens[i].is(',') || matches!(document.lower(i), "и" | "және" | "мен" | "and")
            })
}

/// Whether the text is about a person at all: a law or a price list that names an illness tells nothing.
fn speaks_of_somebody(document: &Document, out: &Candidates) -> bool {
    /// Letters of the longest of these words.
    const LONGEST_PERSONAL: u32 = 5;
    const PERSONAL: &[&str] = &[
        "я",
        "меня",
        "мне",
        "мной",
        "мой",
        "моя",
        "моей",
        "мою",
        "моего",
        "он",
        "она",
        "его",
        "ее",
        "её",
        "ему",
        "ей",
        "него",
        "неё",
        "нее",
        "мен",
        "менің",
        "маған",
        "менде",
        "ол",
        "оның",
        "i",
        "my",
        "me",
        "he",
        "she",
        "his",
        "her",
        "him",
        "ұлым",
        "қызым",
        "балам",
        "сын",
        "дочь",
        "муж",
        "жена",
        "мама",
    ];
    let found = out.0.iter().any(|c| {
        c.score >= 0.55
            && matches!(c.category, Category::Person | Category::Iin | Category::Dob | Category::IdCard)
    });
    let may_be = |token: &Token| token.is_word() && token.letters <= LONGEST_PERSONAL;
    found
        || (0..document.tokens.len())
            .any(|i| may_be(&document.tokens[i]) && PERSONAL.contains(&document.lower(i)))
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
        if token.is('.') && next_starts && i > from && document.letters(i - 1) > 2 {
            return i;
        }
        i += 1;
    }
    while i > from && matches!(document.tokens[i - 1].kind, Kind::Sign('.' | ',' | ';')) {
        i -= 1;
    }
    i
}

/// The telling word with the words that hang on it: adjectives before, the rest of the phrase behind.
fn phrase(document: &Document, at: usize, category: Category) -> std::ops::Range<usize> {
    let article = category == Category::Criminal
        && document.tokens.get(at + 1).is_some_and(|t| {
            !t.line
                && (matches!(document.lower(at + 1), "по" | "за" | "в" | "of" | "for" | "under")
                    || t.is_number())
        });
    let (mut start, mut end) = (at, at + 1);
    let reach = if category == Category::Health { 5 } else { 3 };
    while start > 0 && at - start < 2 && !document.tokens[start].line && leads(document, start - 1) {
        start -= 1;
    }
    let names_group = !matches!(category, Category::Ethnicity | Category::Religion);
    while let Some(next) = document.tokens.get(end).filter(|t| !t.line && t.space && end < at + reach) {
        let degree = next.is_number() || follows(document, end);
        let word = names_group
            && next.is_word()
            && next.case == Case::Lower
            && !is_predicate(document.lower(end))
            && next.roles & (roles::PHONE | roles::ADDRESS | roles::HONORIFIC | roles::PREHONORIFIC) == 0;
        if !(degree || word) {
            break;
        }
        end += 1;
    }
    if article {
        // The article, the term and what became of it belong to the fact.
        let limit = (at + 26).min(document.tokens.len());
        let stop = (at + 1..limit).find(|i| {
            document.tokens[*i].line
                || matches!(document.tokens[*i].kind, Kind::Sign(';' | '|' | '"' | '»'))
                || document.tokens[*i].is('.')
                    && document.tokens.get(i + 1).is_some_and(|t| {
                        t.is_capital() && t.case != Case::Upper && document.letters(i - 1) > 3
                    })
        });
        end = stop.unwrap_or(limit).max(end);
        while end > at + 1 && matches!(document.tokens[end - 1].kind, Kind::Sign(',' | '(' | '.')) {
            end -= 1;
        }
    }
    // A preposition or conjunction at the end belongs to what comes after.
    while end > at + 1
        && document.letters(end - 1) <= 2
        && document.tokens[end - 1].case == Case::Lower
        && !document.tokens[end - 1].is_number()
    {
        end -= 1;
    }
    start..end
}

/// Words before a telling word that belong to it.
fn leads(document: &Document, at: usize) -> bool {
    let token = &document.tokens[at];
    let lower = document.lower(at);
    let negation = matches!(
        lower,
        "не" | "нет"
            | "жоқ"
            | "ранее"
            | "бұрын"
            | "no"
            | "not"
            | "после"
            | "состоит"
            | "при"
            | "ішемиялық"
    );
    let adjective = !token.latin
        && token.case == Case::Lower
        && [
            "ый", "ий", "ой", "ая", "яя", "ого", "его", "ым", "ной", "ную", "лық", "лік", "дік", "тық",
            "тік", "дық",
        ]
        .iter()
        .any(|e| lower.ends_with(e))
        && lower.chars().count() > 4;
    token.is_word() && (negation || adjective)
}

fn follows(document: &Document, at: usize) -> bool {
    matches!(
        document.lower(at),
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
            | "iv"
            | "жоқ"
            | "нет"
            | "не"
            | "бар"
            | "имею"
            | "читает"
            | "оқиды"
            | "оқимын"
            | "ұстайды"
            | "на"
            | "по"
            | "и"
    )
}

/// Verbs that begin what is said next rather than belong to the fact.
fn is_predicate(lower: &str) -> bool {
    [
        "ет", "ит", "ют", "ят", "ла", "ло", "лся", "лась", "ды", "ді", "ты", "ті", "мын", "мін", "са", "се",
        "йді",
    ]
    .iter()
    .any(|e| lower.ends_with(e))
        && lower.chars().count() > 3
}
