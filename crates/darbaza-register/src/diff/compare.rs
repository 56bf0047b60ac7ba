//! Trees of facts beside each other.

use std::collections::{BTreeMap, BTreeSet};

use super::show::escaped;
use super::{Change, EntryDifference, FieldChange};
use crate::facts::Facts;

/// Kinds as a document has them, and one entry of each; in the order in which they name each other.
const KINDS: [(&str, &str); 7] = [
    ("organisations", "organisation"),
    ("bases", "base"),
    ("countries", "country"),
    ("vendors", "vendor"),
    ("routes", "route"),
    ("systems", "system"),
    ("rules", "rule"),
];

/// The entries that differ, by kind and key.
pub(super) fn registers(old: &Facts, new: &Facts) -> Vec<EntryDifference> {
    let mut found = Vec::new();
    for (plural, kind) in KINDS {
        for (key, old, new) in beside(old.field(plural), new.field(plural)) {
            let change = match (old, new) {
                (None, _) => Change::Added,
                (_, None) => Change::Removed,
                (Some(old), Some(new)) if old == new => continue,
                (Some(old), Some(new)) => Change::Changed(fields(old, new)),
            };
            found.push(EntryDifference { kind, key: key.to_owned(), change });
        }
    }
    found
}

fn fields(old: &Facts, new: &Facts) -> Vec<FieldChange> {
    let mut changes = Vec::new();
    walk(&mut String::new(), Some(old), Some(new), &mut changes);
    changes
}

fn walk(path: &mut String, old: Option<&Facts>, new: Option<&Facts>, into: &mut Vec<FieldChange>) {
    if old == new {
        return;
    }
    let change = |old: Option<&String>, new: Option<&String>| FieldChange {
        path: path.clone(),
        old: old.cloned(),
        new: new.cloned(),
    };
    if let (Some(Facts::Word(old)), Some(Facts::Word(new))) = (old, new) {
        into.push(change(Some(old), Some(new)));
        return;
    }
    let (gone, come) = (words(old), words(new));
    into.extend(gone.difference(&come).map(|word| change(Some(word), None)));
    into.extend(come.difference(&gone).map(|word| change(None, Some(word))));
    for (name, old, new) in beside(old, new) {
        let length = path.len();
        step(path, name);
        walk(path, old, new, into);
        path.truncate(length);
    }
}

fn words(facts: Option<&Facts>) -> BTreeSet<&String> {
    match facts {
        Some(Facts::Word(word)) => BTreeSet::from([word]),
        Some(Facts::Words(words)) => words.iter().collect(),
        Some(Facts::Fields(_) | Facts::Entries(_)) | None => BTreeSet::new(),
    }
}

type Parts<'f> = Option<&'f Facts>;

/// The parts of both under their names, in order.
fn beside<'f>(old: Parts<'f>, new: Parts<'f>) -> Vec<(&'f str, Parts<'f>, Parts<'f>)> {
    let mut names: BTreeMap<&str, (Parts<'_>, Parts<'_>)> = BTreeMap::new();
    for (name, part) in parts(old) {
        names.entry(name).or_default().0 = Some(part);
    }
    for (name, part) in parts(new) {
        names.entry(name).or_default().1 = Some(part);
    }
    names.into_iter().map(|(name, (old, new))| (name, old, new)).collect()
}

fn parts(facts: Option<&Facts>) -> impl Iterator<Item = (&str, &Facts)> {
    let parts = match facts {
        Some(Facts::Fields(parts) | Facts::Entries(parts)) => Some(parts),
        Some(Facts::Word(_) | Facts::Words(_)) | None => None,
    };
    parts.into_iter().flatten().map(|(name, part)| (name.as_str(), part))
}

/// Plain words are parted by points, other names stand in brackets.
fn step(path: &mut String, name: &str) {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if name.is_empty() || !name.chars().all(plain) {
        path.push('[');
        path.extend(name.chars().flat_map(escaped));
        path.push(']');
        return;
    }
    if !path.is_empty() {
        path.push('.');
    }
    path.push_str(name);
}
