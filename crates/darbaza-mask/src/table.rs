//! The map from cores back to values: what was minted in one request.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::atomic::{AtomicU32, Ordering};

use darbaza_core::{Category, CategoryCounts};
use zeroize::Zeroizing;

use crate::key::Scope;

/// The alphabet of RFC 4648 base 32 in lower case: no digit that is taken for a letter.
const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// Characters of a core after the category, unless two values would share it. Two more are kept
/// free for a form of the same person.
const IDENTITY: usize = 8;

/// More underscores than this around a core are not emphasis.
const MOST_EMPHASIS: usize = 3;

/// One value and the core that stands for it.
pub(crate) struct Entry {
    pub(crate) category: Category,
    pub(crate) value: Zeroizing<String>,
    seen_as_number: bool,
    seen_as_string: bool,
}

impl Entry {
    /// Whether a JSON leaf that is exactly this token comes back as a number.
    pub(crate) fn is_number(&self) -> bool {
        self.seen_as_number && !self.seen_as_string
    }
}

/// What kind of JSON leaf a value was.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Leaf {
    /// Part of a text.
    Part,
    /// A string by itself.
    String,
    /// A number.
    Number,
}

/// All that was minted; the cores are kept in lower case because models change the case.
pub(crate) struct Table {
    entries: BTreeMap<Box<str>, Entry>,
    longest: usize,
    restored: Box<[AtomicU32]>,
    kept: AtomicU32,
}

/// A core found in a run of word characters.
pub(crate) struct Hit<'a> {
    pub(crate) entry: &'a Entry,
    /// Bytes of emphasis before the core and as many after it, escapes included.
    pub(crate) before: usize,
    pub(crate) after: usize,
}

impl Table {
    pub(crate) fn new() -> Self {
        let restored = Category::ALL.iter().map(|_| AtomicU32::new(0)).collect();
        Table { entries: BTreeMap::new(), longest: 0, restored, kept: AtomicU32::new(0) }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Longer runs of word characters cannot be a token: the longest core, its underscores each
    /// escaped, and emphasis on both sides.
    pub(crate) fn longest_run(&self) -> usize {
        self.longest + 4 + 4 * MOST_EMPHASIS
    }

    /// The core of a value, and whether it is new in this table.
    pub(crate) fn mint(
        &mut self,
        scope: &Scope,
        category: Category,
        value: &str,
        leaf: Leaf,
    ) -> (String, bool) {
        let mut digest = scope.digest(category.as_str(), 0, value);
        let mut attempt = 0;
        // Every core carries a digit. So an identifier such as `email_addresses` can never be
        // the core of anybody, and need not be taken for a token.
        while !digest_letters(&digest).take(IDENTITY).any(|c| c.is_ascii_digit()) && attempt < 1000 {
            attempt += 1;
            digest = scope.digest(category.as_str(), attempt, value);
        }
        let mut length = IDENTITY;
        loop {
            let mut core = format!("{}_", category.as_str());
            core.extend(digest_letters(&digest).take(length));
            let key = core.to_ascii_lowercase().into_boxed_str();
            match self.entries.get_mut(&key) {
                Some(entry) if entry.value.as_str() == value => {
                    entry.seen_as_number |= leaf == Leaf::Number;
                    entry.seen_as_string |= leaf == Leaf::String;
                    return (core, false);
                }
                // 40 bits are shared by two of a million values in one request about once in
                // two of such requests; then the later one takes two characters more.
                Some(_) if length + 2 <= 50 => length += 2,
                Some(_) => {
                    attempt += 1;
                    digest = scope.digest(category.as_str(), attempt, value);
                }
                None => {
                    self.longest = self.longest.max(core.len());
                    self.entries.insert(
                        key,
                        Entry {
                            category,
                            value: Zeroizing::new(value.to_owned()),
                            seen_as_number: leaf == Leaf::Number,
                            seen_as_string: leaf == Leaf::String,
                        },
                    );
                    return (core, true);
                }
            }
        }
    }

    /// Takes back what a failed attempt to mask has minted.
    pub(crate) fn forget(&mut self, cores: &[String]) {
        for core in cores {
            self.entries.remove(core.to_ascii_lowercase().as_str());
        }
    }

    /// The core that a whole run of `A-Za-z0-9_` and `\_` is, in any case, if it is one of ours;
    /// underscores of emphasis may stand around it in equal number.
    pub(crate) fn find(&self, run: &str) -> Option<Hit<'_>> {
        if run.len() > self.longest_run() {
            return None;
        }
        let word = plain(run);
        if let Some(entry) = self.entries.get(word.as_str()) {
            return Some(Hit { entry, before: 0, after: 0 });
        }
        let inner = word.trim_start_matches('_');
        let emphasis = word.len() - inner.len();
        if emphasis == 0 || emphasis > MOST_EMPHASIS {
            return None;
        }
        let core = inner.strip_suffix(&word[..emphasis])?;
        let entry = self.entries.get(core)?;
        let before = bytes_of(run, emphasis);
        let after = run.len() - bytes_of(run, emphasis + core.len());
        Some(Hit { entry, before, after })
    }

    /// Whether a run could still grow into one that [`Table::find`] finds.
    pub(crate) fn could_become(&self, run: &str) -> bool {
        if run.len() > self.longest_run() {
            return false;
        }
        let word = plain(run);
        let inner = word.trim_start_matches('_');
        let emphasis = word.len() - inner.len();
        if emphasis > MOST_EMPHASIS {
            return false;
        }
        let begins_core = |start: &str| {
            self.entries
                .range::<str, _>((Bound::Included(start), Bound::Unbounded))
                .next()
                .is_some_and(|(core, _)| core.starts_with(start))
        };
        let core = inner.trim_end_matches('_');
        begins_core(inner) || (inner.len() - core.len() <= emphasis && self.entries.contains_key(core))
    }

    /// How many values of each category have a token.
    pub(crate) fn minted(&self) -> CategoryCounts {
        let mut counts = CategoryCounts::default();
        for entry in self.entries.values() {
            counts.add(entry.category);
        }
        counts
    }

    pub(crate) fn count_restored(&self, entry: &Entry) {
        self.restored[entry.category as usize].fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn count_kept(&self) {
        self.kept.fetch_add(1, Ordering::Relaxed);
    }

    /// Forgets what a trial has counted.
    pub(crate) fn reset_counts(&self) {
        self.restored.iter().chain([&self.kept]).for_each(|count| count.store(0, Ordering::Relaxed));
    }

    /// How many tokens of each category were restored.
    pub(crate) fn restored(&self) -> CategoryCounts {
        let mut counts = CategoryCounts::default();
        for (category, count) in Category::ALL.iter().zip(&self.restored) {
            (0..count.load(Ordering::Relaxed)).for_each(|_| counts.add(*category));
        }
        counts
    }

    pub(crate) fn kept(&self) -> u32 {
        self.kept.load(Ordering::Relaxed)
    }
}

/// A run in lower case, without the backslashes that escape its underscores.
fn plain(run: &str) -> String {
    run.bytes().filter(|b| *b != b'\\').map(|b| b.to_ascii_lowercase() as char).collect()
}

/// Bytes that the first `count` characters of a run take, escapes included.
fn bytes_of(run: &str, count: usize) -> usize {
    let mut seen = 0;
    let mut bytes = 0;
    for byte in run.bytes() {
        if seen == count {
            break;
        }
        bytes += 1;
        seen += usize::from(byte != b'\\');
    }
    bytes
}

/// The digest as letters, five bits each, from the first byte on.
fn digest_letters(digest: &[u8; 32]) -> impl Iterator<Item = char> + '_ {
    (0..51).map(|i| {
        let bit = i * 5;
        let pair = u16::from(digest[bit / 8]) << 8 | u16::from(*digest.get(bit / 8 + 1).unwrap_or(&0));
        ALPHABET[usize::from(pair >> (11 - bit % 8) & 31)] as char
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::{MaskingKey, ScopeKind};

    #[test]
    fn a_value_whose_core_is_taken_gets_a_longer_one() {
        let scope = Scope::derive(&MaskingKey::new(1, [1; 32]), ScopeKind::Request, &[]);
        let mut table = Table::new();
        let mut cores = Vec::new();
        for length in [8, 10, 12] {
            let (core, new) = table.mint(&scope, Category::Iin, "880101300018", Leaf::Part);
            assert_eq!((core.len(), new), ("IIN_".len() + length, true));
            assert_eq!(table.mint(&scope, Category::Iin, "880101300018", Leaf::Part), (core.clone(), false));
            // As if another value had been first.
            if let Some(entry) = table.entries.get_mut(core.to_ascii_lowercase().as_str()) {
                entry.value.push('x');
            }
            cores.push(core);
        }
        for core in &cores {
            assert!(table.find(core).is_some() && table.could_become(&core[..core.len() - 1]));
        }
        assert!(table.find(&format!("{}a", cores[2])).is_none());
        table.forget(&cores);
        assert!(table.is_empty());
    }
}
