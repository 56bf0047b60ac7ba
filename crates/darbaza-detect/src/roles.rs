//! Words that say what stands beside them: labels, titles, kinds of streets.

use fst::raw::Fst;

use crate::fold;
use crate::trunk::Trunk;

macro_rules! roles {
    ($($name:ident)*) => { roles!(@ 0u32; $($name)*); const NAMES: &[(&str, u128)] = &[$((stringify!($name), $name)),*]; };
    (@ $n:expr; $first:ident $($rest:ident)*) => {
        pub(crate) const $first: u128 = 1u128 << ($n);
        roles!(@ $n + 1u32; $($rest)*);
    };
    (@ $n:expr;) => {};
}

roles! {
    IIN BIN BIN_MAYBE PHONE EMAIL IBAN CARD IDCARD PASSPORT LICENCE DOCUMENT PLATE IPWORD HANDLE ADDRESS DOB
    PASSWORD CODE CODE_PLACE SMS NAME TITLE HONORIFIC PREHONORIFIC PERSONROLE GREETING STREET_BEFORE
    STREET_AFTER MICRO HOUSE FLAT ENTRANCE CITYWORD VILLAGE REGION ORG SOLE NAMESAKE BRAND HISTORIC NEGNUM
    VERSION SNILS INN PINFL SSN INCOME MONEY NATION FAITH CRIMEW DIAGNOSIS BIOMETRY MONTH MONTH_STRICT
    YEARWORD SPOKEN NUMBERISH NOTNAME NAME_WEAK ROAD PET CALLED PIN SAID WIFI HEALTH RELIGION ETHNICITY CRIMINAL
}

const SOURCE: &str = include_str!("../data/roles.txt");
const SPECIAL: &str = include_str!("../data/special.txt");

/// The table of roles, an automaton over folded words.
pub(crate) struct Roles {
    words: Fst<Vec<u8>>,
    trunk: Trunk,
    masks: Vec<(u128, u128)>,
}

impl Roles {
    pub(crate) fn new() -> Roles {
        // (exact, any ending) per word.
        let mut table: std::collections::BTreeMap<String, (u128, u128)> = std::collections::BTreeMap::new();
        for line in SOURCE.lines().chain(SPECIAL.lines()).filter(|l| !l.starts_with('#')) {
            let mut words = line.split_whitespace();
            let Some(mask) = words.next().and_then(|n| NAMES.iter().find(|(name, _)| *name == n)) else {
                continue;
            };
            for word in words {
                let entry = table.entry(fold::fold(word.trim_end_matches('*'))).or_default();
                entry.0 |= mask.1;
                if word.ends_with('*') {
                    entry.1 |= mask.1;
                }
            }
        }
        let mut builder = fst::raw::Builder::memory();
        let mut masks = Vec::with_capacity(table.len());
        for (word, mask) in table {
            // Words come sorted out of the table, so insertion cannot fail.
            if builder.insert(word, masks.len() as u64).is_ok() {
                masks.push(mask);
            }
        }
        let words = builder.into_fst();
        Roles { trunk: Trunk::new(&words), words, masks }
    }

    /// The roles of a folded word: of the longest stem, and of the word itself.
    pub(crate) fn of(&self, word: &[u8]) -> (u128, u128) {
        // Stems have two letters at least, so none is passed over.
        let Some(start) = self.trunk.start(word) else { return (0, 0) };
        let mut node = self.words.node(start.node);
        let mut out = start.out;
        let mut stem = 0;
        for &byte in &word[start.at..] {
            if node.is_final()
                && let Some(mask) = self.masks.get(out.cat(node.final_output()).value() as usize)
                && mask.1 != 0
            {
                stem = mask.1;
            }
            let Some(at) = node.find_input(byte) else { return (stem, 0) };
            let transition = node.transition(at);
            out = out.cat(transition.out);
            node = self.words.node(transition.addr);
        }
        if node.is_final()
            && let Some(mask) = self.masks.get(out.cat(node.final_output()).value() as usize)
        {
            return (stem, mask.0);
        }
        (stem, 0)
    }
}
