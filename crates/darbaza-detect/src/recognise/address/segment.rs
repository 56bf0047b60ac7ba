//! The parts of a run between commas: whether together they make an address, and its extent.

use std::ops::Range;

use darbaza_core::Category;

use super::part::parts;
use super::{DOORS, PARTS, ROADS, TOWNS};
use crate::candidate::Candidates;
use crate::document::{Document, SURNAME_SHAPE};
use crate::fold::flag;
use crate::roles;
use crate::token::{Case, Kind, Token};

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
            let surname = token.is_any(flag::SURNAME) && token.is_any(SURNAME_SHAPE);
            segment.place |= token.is_any(flag::PLACE) && !surname && parts(document, i) == 0;
            segment.street |= token.is_any(flag::STREET);
            segment.foreign += u32::from(!explained);
        }
    }
    segment
}

fn is_good(segment: &Segment) -> bool {
    segment.parts != 0 || segment.place || segment.street && segment.number
}

pub(super) fn weigh(document: &Document, run: Range<usize>, out: &mut Candidates) {
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
    } else if parts & roles::FLAT != 0 && capital_and_number && numbers >= 2 {
        0.6
    } else {
        return;
    };
    // Many words that no address explains: prose that happens to name a place.
    if chosen.iter().map(|s| s.foreign).sum::<u32>() > 7 {
        return;
    }
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
            || token.is('.') && document.tokens[i - 1].has(PARTS) && document.letters(i - 1) <= 4
            || token.is_word() && document.letters(i) == 1 && document.tokens[i - 1].is_number()
    };
    while end > first && !keeps(&document.tokens[end - 1], end - 1) {
        end -= 1;
    }
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
