//! The words gathered so far, with what is known of each.

use std::collections::BTreeMap;

use super::fold::{self, LATIN_MARK, flag};

#[derive(Default)]
pub(super) struct Words {
    pub(super) flags: BTreeMap<String, u64>,
    /// Bits of the kinds of name that a source gives as frequent.
    frequent: BTreeMap<String, u64>,
}

/// Bits of given names, whole and as stems.
const GIVEN_KINDS: u64 = flag::GIVEN | flag::DIMINUTIVE | flag::STEM_A_GIVEN | flag::STEM_SOFT_GIVEN;
/// Bits of surnames, whole and as stems.
const SURNAME_KINDS: u64 = flag::SURNAME | flag::STEM_A_SURNAME | flag::STEM_ADJECTIVE;

impl Words {
    pub(super) fn add(&mut self, word: &str, flags: u64) {
        let key = fold::fold(&word.trim().to_lowercase());
        if key.chars().count() >= 2 {
            self.put(key, flags);
        }
    }

    fn put(&mut self, key: String, flags: u64) {
        if flags & flag::RARE == 0 {
            *self.frequent.entry(key.clone()).or_default() |= flags & (GIVEN_KINDS | SURNAME_KINDS);
        }
        *self.flags.entry(key).or_default() |= flags & !flag::RARE;
    }

    /// Marks what no source gives as frequent.
    pub(super) fn settle(&mut self) {
        for (key, flags) in &mut self.flags {
            let frequent = self.frequent.get(key).copied().unwrap_or(0);
            if *flags & GIVEN_KINDS != 0 && frequent & GIVEN_KINDS == 0 {
                *flags |= flag::RARE;
            }
            if *flags & SURNAME_KINDS != 0 && frequent & SURNAME_KINDS == 0 {
                *flags |= flag::RARE_SURNAME;
            }
        }
    }

    pub(super) fn latin(&mut self, word: &str, flags: u64) {
        let skeleton = fold::skeleton(&fold::fold(&word.trim().to_lowercase()));
        if skeleton.chars().count() >= 3 {
            self.put(format!("{LATIN_MARK}{skeleton}"), flags);
        }
    }

    /// A given name with the stem that stands for its oblique Russian forms.
    pub(super) fn given(&mut self, name: &str, flags: u64) {
        let name = name.trim();
        self.add(name, flags);
        let rare = flags & flag::RARE;
        let lower = name.to_lowercase();
        for (endings, stem_flag) in [(&['а', 'я'], flag::STEM_A_GIVEN), (&['й', 'ь'], flag::STEM_SOFT_GIVEN)]
        {
            if let Some(stem) = lower.strip_suffix(endings)
                && stem.chars().count() >= 2
            {
                self.add(stem, stem_flag | rare);
            }
        }
        self.latin(name, flags);
    }

    /// A place with its oblique forms; a city's name is rarely a person's.
    pub(super) fn place(&mut self, name: &str, city: bool) {
        let bits = flag::PLACE | if city { flag::SEEN_OTHER } else { 0 };
        let lower = name.trim().to_lowercase();
        self.latin(&lower, bits);
        self.add(&lower, bits);
        let stem = lower.trim_end_matches(['а', 'я', 'ь', 'й']);
        let endings: &[&str] = if stem.len() == lower.len() {
            &["а", "у", "ом", "е"]
        } else {
            &["ы", "и", "е", "у", "ю", "ой", "ей", "я", "ем"]
        };
        if stem.chars().count() >= 3 {
            for ending in endings {
                self.add(&format!("{stem}{ending}"), bits);
            }
        }
    }

    pub(super) fn surname(&mut self, name: &str, flags: u64) {
        let lower = name.trim().to_lowercase();
        let adjective = ["ский", "цкий"].iter().any(|e| lower.ends_with(e));
        if adjective {
            self.add(&lower[..lower.len() - "ий".len()], flag::STEM_ADJECTIVE | (flags & flag::RARE));
        }
        if let Some(stem) = lower.strip_suffix(['а', 'я'])
            && !["ов", "ев", "ин", "ын"].iter().any(|e| stem.ends_with(e))
            && stem.chars().count() >= 3
        {
            self.add(stem, flag::STEM_A_SURNAME | (flags & flag::RARE));
        }
        self.add(&lower, flags);
    }
}
