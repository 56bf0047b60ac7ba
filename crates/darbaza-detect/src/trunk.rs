//! The states of an automaton behind the first two Cyrillic letters of its keys.
//!
//! Nearly every word of a text begins with two such letters, and the nodes next to the root are the
//! widest, so that walking them costs about as much as the rest of the word.

use fst::raw::{CompiledAddr, Fst, Output};

/// Letters of a folded Cyrillic word, а to я.
const LETTERS: usize = 32;
/// Bytes of two letters.
const LENGTH: usize = 4;

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

/// The table of states by two letters.
pub(crate) struct Trunk {
    root: Start,
    branches: Vec<Option<Start>>,
}

impl Trunk {
    pub(crate) fn new<D: AsRef<[u8]>>(words: &Fst<D>) -> Trunk {
        let root = Start { node: words.root().addr(), out: Output::zero(), at: 0 };
        let letters = || (0..LETTERS as u8).map(|n| if n < 16 { [0xD0, 0xB0 + n] } else { [0xD1, 0x70 + n] });
        let branches = letters()
            .flat_map(|first| letters().map(move |second| [first, second].concat()))
            .map(|bytes| bytes.iter().try_fold(root, |start, byte| step(words, start, *byte)))
            .collect();
        Trunk { root, branches }
    }

    /// Where the walk of a key begins, or none where no key begins so. What ends within the first
    /// letter is passed over.
    pub(crate) fn start(&self, key: &[u8]) -> Option<Start> {
        match key.first_chunk::<LENGTH>().map(|[a, b, c, d]| (letter(*a, *b), letter(*c, *d))) {
            Some((Some(first), Some(second))) => self.branches[first * LETTERS + second],
            _ => Some(self.root),
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
