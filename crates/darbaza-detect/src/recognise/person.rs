//! Names of persons.
//!
//! Words that may be parts of a name are weighed one by one, then runs of them, then what stands
//! around; a second pass marks the bare repeats of names that were found with good evidence.

mod around;
mod unit;

use std::collections::HashMap;

use darbaza_core::Category;

use crate::candidate::Candidates;
use crate::document::{Document, SURNAME_SHAPE};
use crate::fold::flag;
use crate::roles;
use unit::{Unit, unit_at};

/// Evidence from which a run of words counts as a name.
const ENOUGH: f32 = 2.0;
/// Evidence from which the words of a name mark their repeats.
const TELLS: f32 = 2.0;

/// Proposes all names of the text.
pub(crate) fn find(document: &Document, out: &mut Candidates) {
    let mut known: HashMap<u64, f32> = HashMap::new();
    let mut waiting = Vec::new();
    let mut i = 0;
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
        weigh(document, &run, &mut known, &mut waiting, out);
        i = next.max(i + 1);
    }
    repeats(document, &known, &waiting, out);
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
            // A capital name in running lower-case text does not go on in lower case, but for patronymics.
            if last.lower != unit.lower && !unit.patronymic {
                break;
            }
        }
        at = unit.tokens.end;
        run.push(unit);
    }
    run
}

/// The best stretch of a run and the verdict on it.
fn weigh(
    document: &Document,
    run: &[Unit],
    known: &mut HashMap<u64, f32>,
    waiting: &mut Vec<Unit>,
    out: &mut Candidates,
) {
    let mut rest = 0..run.len();
    while let Some(stretch) = best_stretch(&run[rest.clone()]) {
        let stretch = rest.start + stretch.start..rest.start + stretch.end;
        let units = &run[stretch.clone()];
        let own: f32 = units.iter().map(|u| u.weight).sum();
        let all_initials = units.iter().all(|u| u.initial);
        let total = own + around::weight(document, units);
        if total >= ENOUGH && !all_initials {
            let first = &document.tokens[units[0].tokens.start];
            let end = units[units.len() - 1].end;
            let score = (0.5 + 0.1 * (total - ENOUGH)).clamp(0.5, 0.95);
            out.add(Category::Person, first.start..end, score, "person");
            if total >= TELLS {
                for unit in units.iter().filter(|u| !u.initial && !u.patronymic) {
                    let best = known.entry(unit.stem).or_default();
                    *best = best.max(total);
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
fn repeats(document: &Document, known: &HashMap<u64, f32>, waiting: &[Unit], out: &mut Candidates) {
    for unit in waiting {
        if !known.contains_key(&unit.stem) || around::is_vetoed(document, std::slice::from_ref(unit)) {
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
