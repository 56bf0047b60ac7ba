//! Historic figures, whose names are no personal data of a living person.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::unit::Unit;
use crate::document::Document;
use crate::fold;

const SOURCE: &str = include_str!("../../../data/figures.txt");

/// Given names and initials by surname, folded.
static FIGURES: LazyLock<HashMap<String, Vec<String>>> = LazyLock::new(|| {
    let mut figures: HashMap<String, Vec<String>> = HashMap::new();
    for line in SOURCE.lines().filter(|l| !l.starts_with('#')) {
        let mut words = line.split_whitespace().map(fold::fold);
        if let Some(surname) = words.next() {
            figures.entry(surname).or_default().extend(words);
        }
    }
    figures
});

/// Whether the units name a historic figure by surname and given name or initial, no more.
pub(crate) fn is_figure(document: &Document, units: &[Unit]) -> bool {
    if units.len() != 2 && units.len() != 3 {
        return false;
    }
    let words: Vec<String> = units.iter().map(|u| fold::fold(document.lower(u.tokens.start))).collect();
    words.iter().enumerate().any(|(i, surname)| {
        let Some(given) = known(surname) else { return false };
        words.iter().enumerate().filter(|(k, _)| *k != i).all(|(k, w)| {
            given.iter().any(|g| {
                if units[k].initial || g.chars().count() == 1 {
                    units[k].initial && g.starts_with(w.as_str())
                } else {
                    w.starts_with(cut(g))
                }
            })
        })
    })
}

/// A given name without its last letter, which case endings replace: `Абай`, `Абая`.
fn cut(name: &str) -> &str {
    match name.char_indices().next_back() {
        Some((at, _)) if name.chars().count() > 3 => &name[..at],
        _ => name,
    }
}

/// The figure whose surname the word is a form of.
fn known(word: &str) -> Option<&'static Vec<String>> {
    let mut upto = word.len();
    // A case ending takes a few letters at most.
    for _ in 0..7 {
        if let Some(given) = word.get(..upto).and_then(|stem| FIGURES.get(stem)) {
            return Some(given);
        }
        upto = word[..upto].char_indices().next_back()?.0;
        if upto < 6 {
            return None;
        }
    }
    None
}
