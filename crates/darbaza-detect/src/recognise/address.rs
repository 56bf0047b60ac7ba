//! Postal addresses: one span from the town or street to the flat, in the orders of three languages.

mod part;
mod segment;

use std::ops::Range;

use darbaza_core::Category;

use crate::candidate::Candidates;
use crate::document::Document;
use crate::fold::flag;
use crate::recognise::date::date_at;
use crate::roles;
use crate::token::{Case, Kind, Token};
use part::{ends_sentence, parts, word_may_belong};

const PARTS: u128 = roles::STREET_BEFORE
    | roles::STREET_AFTER
    | roles::MICRO
    | roles::HOUSE
    | roles::FLAT
    | roles::ENTRANCE
    | roles::CITYWORD
    | roles::VILLAGE
    | roles::REGION;
const ROADS: u128 = roles::STREET_BEFORE | roles::STREET_AFTER | roles::MICRO;
const DOORS: u128 = roles::HOUSE | roles::FLAT | roles::ENTRANCE;
const TOWNS: u128 = roles::CITYWORD | roles::VILLAGE | roles::REGION;
/// Tokens of an address at most.
const LONGEST: usize = 60;

/// Proposes the addresses of the text; what stronger recognisers found ends a run.
pub(crate) fn find(document: &Document, out: &mut Candidates) {
    let mut taken: Vec<Range<usize>> =
        out.0.iter().filter(|c| c.score >= 0.5).map(|c| c.range.clone()).collect();
    taken.sort_by_key(|r| r.start);
    let taken = Taken { ranges: taken };
    labelled_fields(document, &taken, out);
    let mut at = 0;
    while at < document.tokens.len() {
        let end = run_end(document, at, &taken);
        if end > at + 1 {
            segment::weigh(document, at..end, out);
        }
        at = end.max(at + 1);
    }
}

/// A label for addresses; `street` alone labels a quoted value.
fn is_label(mask: u128, exact: bool) -> bool {
    mask & roles::ADDRESS != 0 || exact && mask & (roles::STREET_AFTER | roles::STREET_BEFORE) != 0
}

/// Values under a label for addresses: the whole cell, or the line up to where the sentence ends.
fn labelled_fields(document: &Document, taken: &Taken, out: &mut Candidates) {
    const OTHER: u128 = roles::EMAIL | roles::PHONE | roles::IPWORD | roles::NEGNUM | roles::IIN;
    for field in document.fields.iter().filter(|f| is_label(f.roles, f.exact) && f.roles & OTHER == 0) {
        let mut end = field.tokens.start;
        while end < field.tokens.end && end - field.tokens.start < LONGEST {
            let token = &document.tokens[end];
            if let Some(behind) = behind_remark(document, end).filter(|b| *b <= field.tokens.end) {
                end = behind;
                continue;
            }
            let aside = matches!(token.kind, Kind::Sign('—' | '(' | ';' | '"' | '@'));
            if taken.holds(token.start)
                || !field.exact && aside
                || ends_sentence(document, end, field.tokens.start)
            {
                break;
            }
            // A word that announces another datum ends the address.
            // Behind the numbers a phrase in small letters is no part of it: `кв. 19, просит взыскать`.
            let phrase = !field.exact
                && end > field.tokens.start
                && document.tokens[end - 1].is(',')
                && [end, end + 1].iter().all(|i| {
                    document.tokens.get(*i).is_some_and(|t| {
                        t.is_word()
                            && t.case == Case::Lower
                            && !t.has(roles::SPOKEN)
                            && parts(document, *i) == 0
                    })
                });
            const VERBS: &[&str] =
                &["ит", "ет", "ся", "сь", "ла", "ло", "ют", "ят", "емый", "емая", "щий", "щая", "ған", "ген"];
            let phrase = phrase && VERBS.iter().any(|e| document.lower(end).ends_with(e));
            if phrase && document.tokens[field.tokens.start..end].iter().any(Token::is_number) {
                break;
            }
            let announces = token.has(
                roles::PHONE
                    | roles::IIN
                    | roles::CODE
                    | roles::IDCARD
                    | roles::PASSPORT
                    | roles::DOB
                    | roles::CODE_PLACE,
            ) && parts(document, end) == 0;
            let person =
                token.is_any(flag::PATRONYMIC) && !document.tokens.get(end + 1).is_some_and(|t| t.has(ROADS));
            let before_sign = end > field.tokens.start && !document.tokens[end - 1].is_word();
            if !field.exact && (announces && (!token.is_capital() || before_sign) || person || token.is(')'))
            {
                break;
            }
            end += 1;
        }
        // A flat on the next line still belongs to the value.
        let cut = !field.exact && end == field.tokens.end && end > field.tokens.start;
        if cut && (document.tokens[end - 1].is(',') || parts(document, end) & roles::FLAT != 0) {
            let next_line = end;
            while end < document.tokens.len()
                && end - next_line < 12
                && (end == next_line || !document.tokens[end].line)
                && !taken.holds(document.tokens[end].start)
                && may_belong(document, end, field.tokens.start)
            {
                end += 1;
            }
        }
        while end > field.tokens.start
            && matches!(document.tokens[end - 1].kind, Kind::Sign(_))
            && !document.tokens[end - 1].is('»')
        {
            end -= 1;
        }
        let tokens = &document.tokens[field.tokens.start..end];
        let number = tokens.iter().any(|t| t.is_number() && t.end - t.start <= 4 || t.has(roles::SPOKEN));
        let street = field.roles & (roles::STREET_AFTER | roles::STREET_BEFORE) != 0;
        let known = street
            || (field.tokens.start..end).any(|i| parts(document, i) != 0)
            || tokens.iter().any(|t| t.is_any(flag::PLACE | flag::STREET) && t.is_capital());
        if number && known && tokens.len() >= 2 && (field.exact || tokens.len() <= 30) {
            let range = document.tokens[field.tokens.start].start..document.tokens[end - 1].end;
            out.add(Category::Address, range, if field.exact { 0.93 } else { 0.91 }, "address_field");
        }
    }
}

struct Taken {
    ranges: Vec<Range<usize>>,
}

impl Taken {
    fn holds(&self, at: usize) -> bool {
        let upto = self.ranges.partition_point(|r| r.start <= at);
        self.ranges[..upto].iter().rev().take(3).any(|r| r.end > at)
    }
}

/// Token behind the run of tokens from `first` on that may all belong to an address.
fn run_end(document: &Document, first: usize, taken: &Taken) -> usize {
    let mut i = first;
    while i < document.tokens.len() && i - first < LONGEST {
        let token = &document.tokens[i];
        if i > first && token.line {
            // A line ends an address unless the value visibly goes on.
            let goes_on = document.tokens[i - 1].is(',') && !document.tokens[i - 1].line
                || document.tokens[i - 1].is('–') && token.is_number();
            if !goes_on || i + 1 < document.tokens.len() && document.tokens[i + 1].is(':') {
                break;
            }
        }
        if taken.holds(token.start) {
            break;
        }
        let placed = || {
            (first..i).any(|k| {
                parts(document, k) & (ROADS | TOWNS) != 0
                    || document.tokens[k].is_any(flag::PLACE) && !document.tokens[k].is_any(flag::SURNAME)
            })
        };
        if let Some(behind) = behind_remark(document, i).filter(|_| placed()) {
            i = behind;
            continue;
        }
        if !may_belong(document, i, first) {
            break;
        }
        i += 1;
    }
    i
}

/// A short remark in brackets inside an address, `Риддер (бывший Лениногорск), ул. …`: the token behind it.
fn behind_remark(document: &Document, i: usize) -> Option<usize> {
    if !document.tokens[i].is('(') {
        return None;
    }
    let close = (i + 1..(i + 8).min(document.tokens.len()))
        .find(|k| document.tokens[*k].is(')') || document.tokens[*k].line)?;
    let goes_on = document.tokens.get(close + 1).is_some_and(|t| t.is(',') && !t.line);
    (document.tokens[close].is(')') && goes_on).then_some(close + 1)
}

/// The number counts volumes, chapters, classes: `2-том`, `9-сынып`.
fn counts_other(document: &Document, i: usize) -> bool {
    const OTHER: &[&str] = &[
        "том",
        "тарау",
        "кітап",
        "сынып",
        "курс",
        "класс",
        "бет",
        "топ",
        "орын",
        "карьер",
        "маусым",
        "шілде",
        "тамыз",
        "стр",
        "серия",
    ];
    let hyphen = document.tokens.get(i + 1).is_some_and(|t| t.is('-') && !t.space);
    hyphen && document.glued(i + 2) && OTHER.iter().any(|o| document.lower(i + 2).starts_with(o))
}

fn may_belong(document: &Document, i: usize, first: usize) -> bool {
    let token = &document.tokens[i];
    match token.kind {
        Kind::Number => {
            let length = token.end - token.start;
            let runs_on = document.glued(i + 1) && document.tokens[i + 1].is_word();
            let fits = length <= 4 || length == 6 && !runs_on;
            let money = document
                .tokens
                .get(i + 1)
                .is_some_and(|t| t.has(roles::MONEY) && !t.line && t.end - t.start > 2);
            let date = token.space && date_at(document, i).is_some();
            let percent = document.tokens.get(i + 1).is_some_and(|t| t.is('%') || t.is('₸') || t.is('°'));
            fits && !money && !date && !percent && !counts_other(document, i)
        }
        Kind::Word => word_may_belong(document, i, first),
        Kind::Sign(',') => i > first,
        Kind::Sign('.' | '-' | '–' | '/' | '№' | '«' | '»' | '\'') => {
            // A dash with space on both sides starts an aside; a full stop before a capital ends.
            let aside = matches!(token.kind, Kind::Sign('-' | '–'))
                && token.space
                && document.tokens.get(i + 1).is_some_and(|t| t.space);
            !aside && !ends_sentence(document, i, first)
        }
        Kind::Sign(_) => false,
    }
}
