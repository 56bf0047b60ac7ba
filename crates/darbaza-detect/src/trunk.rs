//! The states of an automaton behind the first two or three Cyrillic letters of its keys.
//!
//! Nearly every word of a text begins with such letters, and the nodes next to the root are the
//! widest, so that walking them costs about as much as the rest of the word.

use fst::raw::{CompiledAddr, Fst, Output};

/// Letters of a folded Cyrillic word, а to я.
const LETTERS: usize = 32;

/// Where the walk of a key begins.
#[derive(Clone, Copy)]
pub(crate) struct Start {
    /// The state.
    pub(crate) node: CompiledAddr,
    /// What the transitions up to it put out.
    pub(crate) out: Output,
    /// Bytes of the key that lead to it.
    pub(crate) at: usize,
}

/// The tables of states by two and by three letters.
pub(crate) struct Trunk {
    root: Start,
    twos: Vec<Option<Start>>,
    /// Where a key ends with the first two letters, the state behind these, so that it is not passed over.
    threes: Vec<Option<Start>>,
}

impl Trunk {
    pub(crate) fn new<D: AsRef<[u8]>>(words: &Fst<D>) -> Trunk {
        let root = Start { node: words.root().addr(), out: Output::zero(), at: 0 };
        let letters = || (0..LETTERS as u8).map(|n| if n < 16 { [0xD0, 0xB0 + n] } else { [0xD1, 0x70 + n] });
        let walk =
            |from: Start, letter: [u8; 2]| letter.iter().try_fold(from, |at, byte| step(words, at, *byte));
        let twos: Vec<Option<Start>> = letters()
            .map(|first| walk(root, first))
            .flat_map(|one| letters().map(move |second| walk(one?, second)))
            .collect();
        let further = |two: Start, third| {
            if words.node(two.node).is_final() { Some(two) } else { walk(two, third) }
        };
        let threes =
            twos.iter().flat_map(|two| letters().map(move |third| further((*two)?, third))).collect();
        Trunk { root, twos, threes }
    }

    /// Where the walk of a key begins, or none where no key begins so. What ends within the first
    /// letter is passed over.
    pub(crate) fn start(&self, key: &[u8]) -> Option<Start> {
        let pair = |at: usize| letter(*key.get(at)?, *key.get(at + 1)?);
        let Some(two) = pair(0).and_then(|first| Some(first * LETTERS + pair(2)?)) else {
            return Some(self.root);
        };
        match pair(4) {
            Some(third) => self.threes[two * LETTERS + third],
            None => self.twos[two],
        }
    }
}

fn step<D: AsRef<[u8]>>(words: &Fst<D>, start: Start, byte: u8) -> Option<Start> {
    let node = words.node(start.node);
    let transition = node.transition(node.find_input(byte)?);
    Some(Start { node: transition.addr, out: start.out.cat(transition.out), at: start.at + 1 })
}

/// Place in the alphabet of the letter that two bytes make.
fn letter(first: u8, second: u8) -> Option<usize> {
    match (first, second) {
        (0xD0, 0xB0..=0xBF) => Some(usize::from(second - 0xB0)),
        (0xD1, 0x80..=0x8F) => Some(usize::from(second - 0x70)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where a walk of the key ends, and each place on the way, behind the first letter, where a key does.
    fn walk(words: &Fst<Vec<u8>>, start: Option<Start>, key: &[u8]) -> (Vec<(usize, u64)>, bool) {
        let Some(mut now) = start else { return (Vec::new(), false) };
        let mut ends = Vec::new();
        loop {
            let node = words.node(now.node);
            if node.is_final() && now.at > 2 {
                ends.push((now.at, now.out.cat(node.final_output()).value()));
            }
            let Some(next) = key.get(now.at).and_then(|byte| step(words, now, *byte)) else {
                let whole = now.at == key.len();
                return (ends, whole);
            };
            now = next;
        }
    }

    #[test]
    fn a_walk_from_the_table_passes_every_end_that_a_walk_from_the_root_does() {
        let keys = ["bank", "аз", "аза", "азамат", "ми", "мир", "но", "нота", "ток", "я", "яя"];
        let mut builder = fst::raw::Builder::memory();
        for (number, key) in keys.iter().enumerate() {
            builder.insert(key, 7 + number as u64 * 100).unwrap();
        }
        let words = builder.into_fst();
        let trunk = Trunk::new(&words);
        let root = trunk.root;
        let letters = ["", "а", "з", "м", "и", "р", "н", "о", "т", "к", "я", "b", "ә", "-"];
        let mut skipped = 0;
        for first in letters {
            for second in letters {
                for third in letters {
                    for rest in ["", "а", "мат", "bank"] {
                        let key = [first, second, third, rest].concat();
                        let start = trunk.start(key.as_bytes());
                        let (ends, whole) = walk(&words, start, key.as_bytes());
                        let (expected, reached) = walk(&words, Some(root), key.as_bytes());
                        assert_eq!(ends, expected, "{key}");
                        // A walk that is not begun reaches nothing that a key ends with.
                        assert!(whole == reached || start.is_none() && expected.is_empty(), "{key}");
                        skipped += usize::from(start.is_some_and(|start| start.at == 6));
                    }
                }
            }
        }
        assert!(skipped > 0, "three letters are skipped where none of them ends a key");
    }
}
