//! Postal addresses: one span from the town or street to the flat, in the orders of three languages.

use std::ops::Range;

use darbaza_core::Category;

use crate::candidate::Candidates;
use crate::document::Document;
use crate::fold::flag;
use crate::recognise::date::date_at;
use crate::roles;
use crate::token::{Case, Kind, Token};

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
            weigh(document, at..end, out);
        }
        at = end.max(at + 1);
    }
}

/// Values under a label for addresses: the whole cell, or the line up to where the sentence ends.
fn labelled_fields(document: &Document, taken: &Taken, out: &mut Candidates) {
    const OTHER: u128 = roles::EMAIL | roles::PHONE | roles::IPWORD | roles::NEGNUM | roles::IIN;
    for field in document.fields.iter().filter(|f| f.roles & roles::ADDRESS != 0 && f.roles & OTHER == 0) {
        let mut end = field.tokens.start;
        while end < field.tokens.end && end - field.tokens.start < LONGEST {
            let token = &document.tokens[end];
            let aside = matches!(token.kind, Kind::Sign('—' | '(' | ';' | '"' | '@'));
            if taken.holds(token.start)
                || !field.exact && aside
                || ends_sentence(document, end, field.tokens.start)
            {
                break;
            }
            // A word that announces another datum ends the address.
            if !field.exact
                && token.has(roles::PHONE | roles::IIN | roles::CODE | roles::IDCARD | roles::DOB)
                && parts(document, end) == 0
                && !token.is_capital()
            {
                break;
            }
            end += 1;
        }
        while end > field.tokens.start
            && matches!(document.tokens[end - 1].kind, Kind::Sign(_))
            && !document.tokens[end - 1].is('»')
        {
            end -= 1;
        }
        let tokens = &document.tokens[field.tokens.start..end];
        let number = tokens.iter().any(|t| t.is_number() && t.end - t.start <= 4 || t.has(roles::SPOKEN));
        let known = (field.tokens.start..end).any(|i| parts(document, i) != 0)
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
        if taken.holds(token.start) || !may_belong(document, i, first) {
            break;
        }
        i += 1;
    }
    i
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
            fits && !money && !date && !percent
        }
        Kind::Word => word_may_belong(document, i, first),
        Kind::Sign(',') => i > first,
        Kind::Sign('.' | '-' | '–' | '/' | '№' | '«' | '»' | '\'') => {
            // A dash with space on both sides starts an aside; a full stop before a capital ends.
            let aside = matches!(token.kind, Kind::Sign('-' | '–'))
                && token.space
                && document.tokens.get(i + 1).is_some_and(|t| t.space && !t.is_number());
            !aside && !ends_sentence(document, i, first)
        }
        Kind::Sign(_) => false,
    }
}

/// A full stop that closes a sentence rather than an abbreviation.
fn ends_sentence(document: &Document, i: usize, first: usize) -> bool {
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
    let letters = document.word(i - 1).chars().count();
    !(before.has(PARTS) && letters <= 5 || letters <= 2 || !next.space)
}

/// The kinds of address words that token `i` stands for here; one letter alone stands for little.
fn parts(document: &Document, i: usize) -> u128 {
    let Some(token) = document.tokens.get(i) else { return 0 };
    let roles = token.roles & PARTS;
    if roles == 0 || !token.is_word() {
        return 0;
    }
    let before = i.checked_sub(1).and_then(|b| document.tokens.get(b));
    let next = document.tokens.get(i + 1);
    let after_next = document.tokens.get(i + 2);
    let letters = document.word(i).chars().count();
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

fn word_may_belong(document: &Document, i: usize, first: usize) -> bool {
    let token = &document.tokens[i];
    let before = i.checked_sub(1).and_then(|b| document.tokens.get(b));
    let next = document.tokens.get(i + 1);
    let letters = document.word(i).chars().count();
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
        "лет" | "жылдық" | "жыл" | "литер" | "лит" | "линия" | "линии" | "очередь"
    ) && i > first;
    names_place || inside_name || leads_to_street || after_number || years
}

/// What a comma-separated segment of a run holds.
#[derive(Clone, Debug, Default)]
struct Segment {
    tokens: Range<usize>,
    parts: u128,
    place: bool,
    street: bool,
    number: bool,
    capital: bool,
    index: bool,
    /// Words that no address explains.
    foreign: u32,
}

fn segments(document: &Document, run: Range<usize>) -> Vec<Segment> {
    let mut out = Vec::new();
    let mut start = run.start;
    for i in run.clone() {
        if document.tokens[i].is(',') {
            out.push(segment(document, start..i));
            start = i + 1;
        }
    }
    out.push(segment(document, start..run.end));
    out
}

fn segment(document: &Document, tokens: Range<usize>) -> Segment {
    let mut segment = Segment { tokens: tokens.clone(), ..Segment::default() };
    for i in tokens {
        let token = &document.tokens[i];
        segment.parts |= parts(document, i);
        segment.number |= token.is_number() && token.end - token.start <= 4
            || token.has(roles::SPOKEN) && !token.is_capital();
        segment.index |= token.is_number() && token.end - token.start == 6;
        if token.is_capital() && token.end - token.start > 2 {
            segment.capital = true;
            let explained = token.is_any(flag::PLACE | flag::STREET) || parts(document, i) != 0;
            segment.place |= token.is_any(flag::PLACE) && parts(document, i) == 0;
            segment.street |= token.is_any(flag::STREET);
            segment.foreign += u32::from(!explained);
        }
    }
    segment
}

fn is_good(segment: &Segment) -> bool {
    segment.parts != 0 || segment.place || segment.street && segment.number
}

fn weigh(document: &Document, run: Range<usize>, out: &mut Candidates) {
    let labelled = label(document, run.start);
    let segments = segments(document, run.clone());
    let Some(mut first) = segments.iter().position(|s| is_good(s) || labelled && s.capital || s.index) else {
        return;
    };
    // A house number may precede the street of English addresses; an index stands alone in front.
    while first + 1 < segments.len()
        && segments[first].index
        && !is_good(&segments[first])
        && !is_good(&segments[first + 1])
        && !labelled
    {
        first += 1;
    }
    let Some(last) = segments.iter().rposition(|s| {
        is_good(s) || (s.number || s.index) && s.foreign == 0 && small(document, s) || labelled && s.number
    }) else {
        return;
    };
    if last < first {
        return;
    }
    let chosen = &segments[first..=last];
    let parts = chosen.iter().fold(0, |p, s| p | s.parts);
    let place = chosen.iter().any(|s| s.place) || parts & TOWNS != 0;
    let road = parts & ROADS != 0;
    let number = numbered(document, chosen);
    let numbers = chosen
        .iter()
        .flat_map(|s| &document.tokens[s.tokens.clone()])
        .filter(|t| t.is_number() || t.has(roles::SPOKEN))
        .count();
    let flat = parts & (roles::FLAT | roles::ENTRANCE) != 0;
    let named_street = chosen.iter().any(|s| s.street && s.number);
    let capital_and_number = chosen.iter().any(|s| s.capital && s.number);
    let house = parts & roles::HOUSE != 0;
    let score = if road && number {
        if place || flat || labelled { 0.9 } else { 0.72 }
    } else if parts & roles::VILLAGE != 0 && house && number {
        0.75
    } else if labelled && number && (place || capital_and_number || house) {
        0.8
    } else if place && number && capital_and_number && (chosen.len() > 1 || flat) {
        if chosen.len() > 1 && chosen[0].place && !chosen[0].number || flat { 0.68 } else { 0.5 }
    } else if (named_street && (parts & roles::FLAT != 0 || house) || flat && house && capital_and_number)
        && numbers >= 2
    {
        0.66
    } else {
        return;
    };
    let Some(range) = trimmed(document, chosen, labelled) else { return };
    out.add(Category::Address, range, score, "address");
}

/// Numbers that are house numbers by size.
fn small(document: &Document, segment: &Segment) -> bool {
    document.tokens[segment.tokens.clone()]
        .iter()
        .filter(|t| t.is_number())
        .all(|t| t.end - t.start <= 4 || t.end - t.start == 6)
}

/// A number stands at or behind the first road, door or village word.
fn numbered(document: &Document, chosen: &[Segment]) -> bool {
    chosen.iter().any(|s| {
        let numbers = document.tokens[s.tokens.clone()]
            .iter()
            .filter(|t| t.is_number() && t.end - t.start <= 4)
            .count();
        // The number of a numbered street or district is not yet a house.
        let only_ordinal =
            numbers == 1 && s.parts & roles::MICRO != 0 && s.parts & DOORS == 0 && chosen.len() == 1;
        s.number && !only_ordinal
    })
}

fn label(document: &Document, at: usize) -> bool {
    let start = document.tokens[at].start;
    if document.field_at(start).is_some_and(|f| f.roles & roles::ADDRESS != 0 && f.tokens.start + 2 >= at) {
        return true;
    }
    document.left_context(at, roles::ADDRESS, 3) != 0
}

/// The extent without what does not belong at either end.
fn trimmed(document: &Document, chosen: &[Segment], labelled: bool) -> Option<Range<usize>> {
    let mut first = chosen.first()?.tokens.start;
    let mut end = chosen.last()?.tokens.end;
    let last_segment = chosen.last()?;
    let belongs_first = |i: usize| -> bool {
        let token = &document.tokens[i];
        let next = document.tokens.get(i + 1);
        match token.kind {
            Kind::Number => true,
            Kind::Word => {
                let door = token.has(DOORS) && !token.has(ROADS | TOWNS);
                let door_alone = door
                    && !next.is_some_and(|t| t.is_number() || t.is('.') || t.is('№'))
                    && !i.checked_sub(1).is_some_and(|b| document.tokens[b].is('-'));
                !door_alone
            }
            Kind::Sign('«' | '№') => true,
            Kind::Sign(_) => false,
        }
    };
    while first < end && !belongs_first(first) {
        first += 1;
    }
    // Capital words in front that no address explains, before the first kind of place.
    if !labelled {
        first = skip_foreign_head(document, first, chosen.first()?.tokens.end);
    }
    let keeps = |token: &Token, i: usize| -> bool {
        token.is_number()
            || parts(document, i) != 0
            || token.has(roles::SPOKEN)
            || token.is_any(flag::PLACE | flag::STREET) && token.is_capital()
            || token.is_capital()
                && i > 0
                && (matches!(token.case, Case::Single)
                    || labelled
                    || document.tokens[i - 1].has(ROADS)
                    || document.glued(i))
            || document.glued(i) && token.is_word()
            || token.is('»') && document.tokens[i - 1].end - document.tokens[i - 1].start <= 2
            || token.is('.') && document.tokens[i - 1].has(PARTS) && document.word(i - 1).chars().count() <= 4
            || token.is_word() && document.word(i).chars().count() == 1 && document.tokens[i - 1].is_number()
    };
    while end > first && !keeps(&document.tokens[end - 1], end - 1) {
        end -= 1;
    }
    let _ = last_segment;
    (end > first).then(|| document.tokens[first].start..document.tokens[end - 1].end)
}

/// Skips words such as a person's name that stand before an address without a comma.
fn skip_foreign_head(document: &Document, first: usize, end: usize) -> usize {
    let mut i = first;
    while i < end {
        let token = &document.tokens[i];
        let explained = token.is_number()
            || parts(document, i) != 0
            || token.is_any(flag::PLACE | flag::STREET)
            || token.is('«');
        if explained {
            return i;
        }
        // A name leads on to its kind: `Желтоқсан көшесі`, `Karasai batyr st`.
        let leads =
            document.tokens[i..end].iter().take(5).any(|t| t.has(roles::STREET_AFTER | roles::MICRO | TOWNS));
        let number_follows = document.tokens[i..end].iter().take(3).any(|t| t.is_number());
        let starts_lower = token.case == Case::Lower;
        if token.is_word() && !starts_lower && (leads || number_follows) {
            return i;
        }
        i += 1;
    }
    first
}
