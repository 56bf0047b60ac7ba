//! Names of persons.
//!
//! Words that may be parts of a name are weighed one by one, then runs of them, then what stands
//! around; a second pass marks the bare repeats of names that were found with good evidence.

mod around;
mod figures;
mod unit;
mod veto;

use std::collections::HashMap;

use darbaza_core::Category;

use crate::candidate::Candidates;
use crate::document::{Document, GIVEN_SHAPE, SURNAME_SHAPE};
use crate::fold::flag;
use crate::roles;
use unit::{Unit, unit_at};

/// Evidence from which a run of words counts as a name.
const ENOUGH: f32 = 2.0;
/// Evidence from which the words of a name mark their repeats.
const TELLS: f32 = 2.0;

/// Proposes all names of the text.
pub(crate) fn find(document: &Document, out: &mut Candidates) {
    let mut known: HashMap<u64, bool> = HashMap::new();
    let mut waiting = Vec::new();
    let speakers = around::speakers(document);
    let mut i = 0;
    named_fields(document, out);
    while i < document.tokens.len() {
        let token = &document.tokens[i];
        if !token.is_word() || !(token.is_capital() || may_be_lower_name(document, i)) {
            i += 1;
            continue;
        }
        let run = run_from(document, i);
        if run.is_empty() {
            i += 1;
            continue;
        }
        let next = run.last().map_or(i + 1, |u| u.tokens.end);
        weigh(document, &run, &speakers, &mut known, &mut waiting, out);
        i = next.max(i + 1);
    }
    repeats(document, &known, &waiting, out);
}

/// Values under a label for names are names, whatever the words.
fn named_fields(document: &Document, out: &mut Candidates) {
    const OTHER: u128 = roles::ORG
        | roles::BRAND
        | roles::ADDRESS
        | roles::DOB
        | roles::PHONE
        | roles::EMAIL
        | roles::IIN
        | roles::DOCUMENT
        | roles::NEGNUM
        | roles::PET;
    for field in document.fields.iter().filter(|f| f.exact && f.roles & OTHER == 0) {
        let tokens = &document.tokens[field.tokens.clone()];
        let words = tokens.iter().filter(|t| t.is_word()).count();
        let others = tokens.iter().any(|t| t.is_number() || t.is('«') || t.is(':') || t.is('@'));
        if !(1..=5).contains(&words)
            || others
            || tokens.len() > 10
            || tokens.iter().any(|t| t.has(roles::ORG | roles::NOTNAME))
        {
            continue;
        }
        let known = |t: &crate::token::Token| {
            t.is_any(flag::GIVEN | flag::DIMINUTIVE | flag::PATRONYMIC | SURNAME_SHAPE)
                && !t.is_any(flag::COMMON)
                || t.is_any(flag::SURNAME) && !t.is_any(flag::COMMON)
        };
        let own_label = tokens.iter().any(|t| t.has(roles::NAME | roles::NAME_WEAK | roles::DOB))
            || words == 1
                && tokens.iter().any(|t| t.is_any(flag::COMMON) && !t.is_any(flag::GIVEN | flag::SURNAME));
        let figure = figures::is_figure(document, &run_from(document, field.tokens.start));
        if own_label || figure {
            continue;
        }
        let lower_name = |t: &crate::token::Token| {
            t.is_any(flag::GIVEN | flag::DIMINUTIVE | flag::PATRONYMIC | SURNAME_SHAPE)
                && !t.is_any(flag::COMMON)
        };
        let strong = field.roles & roles::NAME != 0 && tokens.iter().any(|t| t.is_capital() || lower_name(t));
        let weak = field.roles & (roles::NAME_WEAK | roles::PERSONROLE | roles::PREHONORIFIC) != 0
            && (2..=4).contains(&words)
            && tokens.iter().all(|t| !t.is_word() || t.is_capital() && !t.is_any(flag::COMMON) || known(t))
            && tokens.iter().any(known);
        if strong || weak {
            out.add(Category::Person, field.range.clone(), if strong { 0.85 } else { 0.7 }, "person_field");
        }
    }
}

fn may_be_lower_name(document: &Document, i: usize) -> bool {
    let token = &document.tokens[i];
    token.is_any(flag::GIVEN | flag::DIMINUTIVE | flag::PATRONYMIC | flag::SURNAME)
        || token.is_any(SURNAME_SHAPE)
        || around::calls_for_name(document, i)
}

/// Units that stand side by side from token `first` on.
fn run_from(document: &Document, first: usize) -> Vec<Unit> {
    let mut run: Vec<Unit> = Vec::new();
    let mut at = first;
    while run.len() < 7 {
        let Some(unit) = unit_at(document, at) else { break };
        if let Some(last) = run.last() {
            let token = &document.tokens[at];
            let gap = token.start - document.tokens[last.tokens.end - 1].end;
            let glued_initial = gap == 0 && (last.initial || unit.initial);
            if token.line || gap > 2 || (gap == 0 && !glued_initial) {
                break;
            }
            if last.initial && unit.initial && gap > 1 {
                break;
            }
            // A capital name in running lower-case text does not go on in lower case, but for patronymics.
            if last.lower != unit.lower && !unit.patronymic {
                break;
            }
        }
        at = unit.tokens.end;
        run.push(unit);
        at = behind_maiden_name(document, &mut run, at);
    }
    run
}

/// `Горбуновой (Фишер) Эллы`: the surname in brackets belongs to the surname before it.
fn behind_maiden_name(document: &Document, run: &mut [Unit], at: usize) -> usize {
    let open = document.tokens.get(at).is_some_and(|t| t.is('(') && t.space && !t.line);
    let inside = document.tokens.get(at + 1).is_some_and(|t| t.is_capital() && !t.space);
    let close = document.tokens.get(at + 2).is_some_and(|t| t.is(')') && !t.space);
    let next =
        unit_at(document, at + 3).filter(|u| u.weight > 0.8 && !u.lower && !document.tokens[at + 3].line);
    match (run.last_mut(), next) {
        (Some(last), Some(_)) if open && inside && close && last.weight > 0.8 && !last.initial => {
            last.tokens.end = at + 3;
            last.end = document.tokens[at + 2].end;
            at + 3
        }
        _ => at,
    }
}

/// The best stretch of a run and the verdict on it.
fn weigh(
    document: &Document,
    run: &[Unit],
    speakers: &HashMap<u64, u32>,
    known: &mut HashMap<u64, bool>,
    waiting: &mut Vec<Unit>,
    out: &mut Candidates,
) {
    let run = &together(document, run);
    let mut rest = 0..run.len();
    while let Some(stretch) = best_stretch(&run[rest.clone()]) {
        let stretch = rest.start + stretch.start..rest.start + stretch.end;
        let units = &run[stretch.clone()];
        let own: f32 = units.iter().map(|u| u.weight).sum();
        let all_initials = units.iter().all(|u| u.initial);
        let speaks = units.len() == 1
            && document.tokens.get(units[0].tokens.end).is_some_and(|t| t.is(':'))
            && speakers.get(&units[0].stem).is_some_and(|n| *n >= 2);
        let total =
            own + around::weight(document, units) + if speaks && units[0].weight > 0.0 { 1.6 } else { 0.0 };
        if total >= ENOUGH && !all_initials {
            let first = &document.tokens[units[0].tokens.start];
            let end = units[units.len() - 1].end;
            let score = (0.5 + 0.1 * (total - ENOUGH)).clamp(0.5, 0.95);
            out.add(Category::Person, first.start..end, score, "person");
            if total >= TELLS {
                for unit in units.iter().filter(|u| !u.initial && !u.patronymic) {
                    *known.entry(unit.stem).or_default() |= unit.lower;
                }
            }
        } else {
            waiting.extend(units.iter().filter(|u| !u.initial).cloned());
        }
        rest.start = stretch.end;
        if rest.is_empty() {
            break;
        }
    }
}

/// Weighs words by their neighbours: a short or rare surname beside a given name is one (`Ким Людмила`),
/// a plain word behind an initial is a surname (`Б. Өсербай`).
fn together(document: &Document, run: &[Unit]) -> Vec<Unit> {
    let mut out = run.to_vec();
    for (i, unit) in out.iter_mut().enumerate() {
        let near = |k: Option<usize>| k.and_then(|k| run.get(k));
        let neighbours = [near(i.checked_sub(1)), near(Some(i + 1))];
        let strong = neighbours.iter().flatten().any(|u| {
            u.patronymic || !u.lower && u.flags & (flag::GIVEN | flag::DIMINUTIVE) != 0 && u.weight > 0.5
        });
        let initial = neighbours.iter().flatten().any(|u| u.initial);
        let listed = unit.flags & (flag::SURNAME | flag::GIVEN | SURNAME_SHAPE) != 0;
        let never = unit.weight < -1.45;
        if unit.initial || unit.lower || never {
            continue;
        }
        // `министр Украины Петр Ким`: a whole name follows, so the unknown word before it is none of it.
        let whole_follows = i == 0
            && run.len() >= 3
            && run[1].flags & flag::GIVEN != 0
            && (run[2].flags & (flag::SURNAME | SURNAME_SHAPE) != 0 && !run[2].patronymic)
            && unit.flags & (flag::NAME | SURNAME_SHAPE | GIVEN_SHAPE) == 0;
        if whole_follows {
            unit.weight = unit.weight.min(-0.1);
        } else if listed && (strong || initial) {
            unit.weight = unit.weight.max(0.9);
        } else if initial
            && unit.flags & (flag::COMMON | flag::PLACE | flag::SEEN_OTHER) == 0
            && document.letters(unit.tokens.start) > 2
        {
            unit.weight = unit.weight.max(1.2);
        }
    }
    out
}

/// The contiguous stretch of greatest weight, if any weighs more than nothing.
fn best_stretch(units: &[Unit]) -> Option<std::ops::Range<usize>> {
    let mut best: Option<(f32, std::ops::Range<usize>)> = None;
    let mut start = 0;
    let mut sum = 0.0;
    for (i, unit) in units.iter().enumerate() {
        if sum <= 0.0 {
            start = i;
            sum = 0.0;
        }
        sum += unit.weight;
        if sum > 0.0 && best.as_ref().is_none_or(|(weight, _)| sum > *weight) {
            best = Some((sum, start..i + 1));
        }
    }
    best.map(|(_, range)| range)
}

/// Marks words that were too weak alone but repeat a name of the text.
fn repeats(document: &Document, known: &HashMap<u64, bool>, waiting: &[Unit], out: &mut Candidates) {
    for unit in waiting {
        // Small letters repeat a name only where the text writes it so elsewhere too.
        if !known.get(&unit.stem).is_some_and(|lower| *lower || !unit.lower)
            || veto::is_vetoed(document, std::slice::from_ref(unit))
        {
            continue;
        }
        let token = &document.tokens[unit.tokens.start];
        let common = token.is_any(flag::COMMON);
        if unit.lower && common
            || token.has(roles::NOTNAME)
            || common && around::starts_sentence(document, unit.tokens.start)
        {
            continue;
        }
        out.add(Category::Person, token.start..unit.end, 0.6, "person_repeat");
    }
}
