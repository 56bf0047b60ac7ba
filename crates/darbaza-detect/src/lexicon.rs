//! The embedded dictionary of names, places and ordinary words, and words' case endings.

use fst::raw::{Fst, Output};

use crate::endings;
use crate::fold::{self, flag};
use crate::trunk::Trunk;

const BYTES: &[u8] = include_bytes!("../data/lexicon.fst");

/// The dictionary.
pub(crate) struct Lexicon {
    /// Missing only in a damaged build; shapes and checks still work without.
    words: Option<(Fst<&'static [u8]>, Trunk)>,
}

/// What the dictionary knows of a word.
#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct Entry {
    /// Flags of the word, or of the name it is a case form of.
    pub(crate) flags: u64,
    /// Bytes of the key that belong to the stem.
    pub(crate) stem: usize,
    /// Found through an ending.
    pub(crate) inflected: bool,
}

impl Lexicon {
    pub(crate) fn new() -> Lexicon {
        let words = Fst::new(BYTES).ok();
        Lexicon {
            words: words.map(|words| {
                let trunk = Trunk::new(&words);
                (words, trunk)
            }),
        }
    }

    /// Looks a folded key up, with the case endings of both languages.
    pub(crate) fn look_up(&self, key: &str) -> Entry {
        let bytes = key.as_bytes();
        let Some((words, trunk)) = &self.words else { return Entry::default() };
        let mut best = Entry { stem: bytes.len(), ..Entry::default() };
        let Some(start) = trunk.start(bytes) else { return best };
        let mut node = words.node(start.node);
        let mut out = start.out;
        for (at, &byte) in bytes.iter().enumerate().skip(start.at) {
            if node.is_final() && at >= 4 {
                let flags = out.cat(node.final_output()).value();
                let names = flags & !(flag::COMMON | flag::PLACE | flag::STREET | flag::SEEN_OTHER);
                if names != 0
                    && let Some(ending) = key.get(at..)
                    && let Some(found) = inflected(flags, ending, key)
                {
                    // Common-word flags of the stem stay: they make a bare mention doubtful.
                    best = Entry { flags: found, stem: at, inflected: true };
                }
            }
            let Some(next) = node.find_input(byte) else { return best };
            let transition = node.transition(next);
            out = out.cat(transition.out);
            node = words.node(transition.addr);
        }
        if node.is_final() {
            let flags = out.cat(node.final_output()).value();
            let own =
                flag::NAME | flag::COMMON | flag::PLACE | flag::STREET | flag::RARE | flag::RARE_SURNAME;
            let own = flags & (own | flag::SEEN_PERSON | flag::SEEN_OTHER);
            // An ordinary word that could also be a form of a name is the ordinary word.
            let ordinary = own & flag::COMMON != 0 && own & flag::SEEN_PERSON == 0;
            if own & flag::NAME != 0 || best.flags == 0 || ordinary {
                best = Entry { flags: own, stem: bytes.len(), inflected: false };
            } else {
                // A form of a name that is also a word or place of its own.
                best.flags |= own & !(flag::RARE | flag::RARE_SURNAME);
            }
        }
        best
    }

    /// Whether the key is the stem of a given name in -й or -ь: `серге`, `игор`.
    pub(crate) fn is_soft_stem(&self, key: &str) -> bool {
        let flags = self.words.as_ref().and_then(|(words, _)| words.get(key)).map_or(0, |out| out.value());
        flags & flag::STEM_SOFT_GIVEN != 0
    }

    /// Looks up the sound skeleton of a Latin spelling; only names come out.
    pub(crate) fn look_up_latin(&self, word: &str) -> Entry {
        let skeleton = fold::skeleton(word);
        let Some((words, _)) = &self.words else { return Entry::default() };
        let mut node = words.root();
        let mut out = Output::zero();
        let mut best = Entry::default();
        let mark = fold::LATIN_MARK as u8;
        for (at, byte) in std::iter::once(mark).chain(skeleton.bytes()).enumerate() {
            if node.is_final() && at > 4 && skeleton.get(at - 1..).is_some_and(endings::is_latin) {
                let flags = out.cat(node.final_output()).value();
                best = Entry { flags, stem: at - 1, inflected: true };
            }
            let Some(next) = node.find_input(byte) else { return best };
            let transition = node.transition(next);
            out = out.cat(transition.out);
            node = words.node(transition.addr);
        }
        if node.is_final() {
            let flags = out.cat(node.final_output()).value();
            best = Entry { flags, stem: skeleton.len(), inflected: false };
        }
        best
    }
}

/// Flags of the name that `key` is a form of, when `ending` is one of its endings.
fn inflected(flags: u64, ending: &str, key: &str) -> Option<u64> {
    let keep = flags
        & (flag::RARE
            | flag::RARE_SURNAME
            | flag::COMMON
            | flag::PLACE
            | flag::SEEN_OTHER
            | flag::SEEN_PERSON);
    if flags & flag::STEM_A_GIVEN != 0 && endings::is_russian_a(ending) {
        return Some(flag::GIVEN | flags & (flag::RARE | flag::RARE_SURNAME));
    }
    if flags & flag::STEM_A_SURNAME != 0 && endings::is_russian_a(ending) {
        return Some(flag::SURNAME | flags & (flag::RARE | flag::RARE_SURNAME));
    }
    if flags & flag::STEM_SOFT_GIVEN != 0 && endings::is_russian_soft(ending) {
        return Some(flag::GIVEN | flags & (flag::RARE | flag::RARE_SURNAME));
    }
    if flags & flag::STEM_ADJECTIVE != 0 && endings::is_russian_adjective(ending) {
        return Some(flag::SURNAME | flags & (flag::RARE | flag::RARE_SURNAME));
    }
    let names = flags & (flag::GIVEN | flag::SURNAME | flag::PATRONYMIC | flag::DIMINUTIVE);
    if names == 0 {
        return (flags & flag::SEEN_PERSON != 0 && endings::is_kazakh(ending)).then_some(flag::SEEN_PERSON);
    }
    if endings::is_kazakh(ending) {
        return Some(names | keep);
    }
    if flags & flag::SURNAME != 0 {
        let stem = &key[..key.len() - ending.len()];
        let possessive = endings::is_possessive_surname(stem);
        if possessive && endings::is_russian_surname(ending) {
            return Some(flag::SURNAME | keep);
        }
        if !possessive && !stem.ends_with(['а', 'о', 'и', 'е', 'у', 'я']) && endings::is_russian_male(ending)
        {
            return Some(flag::SURNAME | keep);
        }
    }
    if flags & (flag::GIVEN | flag::DIMINUTIVE) != 0 {
        let stem = &key[..key.len() - ending.len()];
        if !stem.ends_with(['а', 'о', 'и', 'е', 'у', 'я', 'ь', 'й']) && endings::is_russian_male(ending)
        {
            return Some(names & !flag::SURNAME | keep);
        }
    }
    None
}
