//! A text made ready for the recognisers: view, tokens with roles and flags, labelled fields.

use std::hash::{Hash, Hasher};
use std::ops::Range;

use crate::endings::{self, Core, Shape};
use crate::field::{self, Field};
use crate::fold::{self, flag};
use crate::lexicon::Lexicon;
use crate::roles::{self, Roles};
use crate::token::{self, Kind, Token};
use crate::view::View;

/// Longest word that is looked up, in bytes; longer ones are no words.
const LONGEST_WORD: usize = 64;
/// The word has the shape of a surname; beyond the flags that the dictionary stores.
pub(crate) const SURNAME_SHAPE: u64 = 1 << 40;

/// The word has the shape of a Kazakh given name.
pub(crate) const GIVEN_SHAPE: u64 = 1 << 41;

/// A text made ready for the recognisers.
pub(crate) struct Document {
    pub(crate) view: View,
    pub(crate) tokens: Vec<Token>,
    pub(crate) fields: Vec<Field>,
}

impl Document {
    pub(crate) fn new(source: &str, label: Option<&str>, lexicon: &Lexicon, roles: &Roles) -> Document {
        let view = View::new(source);
        let mut tokens = token::tokens(&view);
        annotate(&view, &mut tokens, lexicon, roles);
        let mut fields = field::fields(&view, &tokens);
        if let Some(label) = label {
            let label_view = View::new(label);
            let mut label_tokens = token::tokens(&label_view);
            annotate(&label_view, &mut label_tokens, lexicon, roles);
            let mask = label_tokens.iter().fold(0, |mask, t| mask | t.roles);
            fields.clear();
            if !tokens.is_empty() {
                fields.push(Field {
                    roles: mask,
                    range: 0..view.text.len(),
                    tokens: 0..tokens.len(),
                    exact: true,
                });
            }
        }
        Document { view, tokens, fields }
    }

    pub(crate) fn text(&self, range: Range<usize>) -> &str {
        self.view.text.get(range).unwrap_or("")
    }

    pub(crate) fn word(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |t| self.text(t.start..t.end))
    }

    /// Characters of the word at token `at`.
    pub(crate) fn letters(&self, at: usize) -> usize {
        self.tokens.get(at).map_or(0, |t| if t.is_number() { t.end - t.start } else { t.letters as usize })
    }

    pub(crate) fn lower(&self, at: usize) -> &str {
        self.tokens.get(at).and_then(|t| self.view.lower.get(t.start..t.end)).unwrap_or("")
    }

    /// The token stands glued to the one before it.
    pub(crate) fn glued(&self, at: usize) -> bool {
        at > 0 && self.tokens.get(at).is_some_and(|t| !t.space)
    }

    /// Letters glued to the number at token `at` make it a part of a code, but for its own name
    /// (`тел87015550017`, which has one of the roles `named`) and words for number.
    pub(crate) fn is_glued_to_word(&self, at: usize, named: u128) -> bool {
        let glued = |at: usize| self.before(self.tokens[at].start).is_some_and(token::is_alnum);
        if !glued(at) {
            return false;
        }
        let word_for_number = matches!(self.lower(at - 1), "n" | "no" | "id") && !glued(at - 1);
        !self.tokens[at - 1].has(named) && !word_for_number
    }

    /// Whether a value that ends at a byte offset runs on in letters or digits; a case ending in
    /// small letters is none of them (`041234567ге`).
    pub(crate) fn runs_on(&self, end: usize) -> bool {
        self.after(end).is_some_and(token::is_alnum) && {
            let at = self.token_from(end);
            let ending = self.tokens.get(at).is_some_and(|t| t.is_word() && t.case == token::Case::Lower)
                && endings::is_kazakh(&fold::fold(self.lower(at)));
            !ending || self.tokens.get(at + 1).is_some_and(|t| t.is_number() && !t.space)
        }
    }

    /// The character before a byte offset.
    pub(crate) fn before(&self, at: usize) -> Option<char> {
        self.text(0..at).chars().next_back()
    }

    /// The character at a byte offset.
    pub(crate) fn after(&self, at: usize) -> Option<char> {
        self.view.text.get(at..).and_then(|t| t.chars().next())
    }

    /// The labelled field that holds a byte offset; the innermost.
    pub(crate) fn field_at(&self, at: usize) -> Option<&Field> {
        let upto = self.fields.partition_point(|f| f.range.start <= at);
        // Fields nest a few levels at most; more are not looked at.
        self.fields[..upto].iter().rev().take(4).find(|f| f.range.end > at)
    }

    /// Index of the first token that starts at or behind a byte offset.
    pub(crate) fn token_from(&self, at: usize) -> usize {
        self.tokens.partition_point(|t| t.start < at)
    }

    /// Roles that speak of the value at token `at`: of its field's label, else of the nearest words
    /// before it on the same or the former line, among `wanted`.
    pub(crate) fn context(&self, at: usize, wanted: u128) -> u128 {
        let start = self.tokens.get(at).map_or(0, |t| t.start);
        if let Some(field) = self.field_at(start)
            && (field.exact || field.tokens.start == at)
            && field.roles & wanted != 0
        {
            return field.roles;
        }
        self.left_context(at, wanted, 8)
    }

    /// The same without fields, `reach` tokens far.
    pub(crate) fn left_context(&self, at: usize, wanted: u128, reach: usize) -> u128 {
        let mut lines = u32::from(self.tokens.get(at).is_some_and(|t| t.line));
        for back in 1..=reach.min(at) {
            let token = &self.tokens[at - back];
            if token.roles & wanted != 0 {
                let mut roles = token.roles;
                for more in 1..=2 {
                    if let Some(former) = (at - back).checked_sub(more).and_then(|i| self.tokens.get(i))
                        && former.is_word()
                    {
                        roles |= former.roles & wanted;
                    }
                }
                return roles;
            }
            if token.is(';') || token.is('|') {
                return 0;
            }
            lines += u32::from(token.line);
            if lines > 1 {
                return 0;
            }
        }
        0
    }

    /// Roles of the few words behind token `at` on the same line.
    pub(crate) fn right_context(&self, at: usize, reach: usize) -> u128 {
        let mut roles = 0;
        for token in self.tokens.iter().skip(at).take(reach) {
            if token.line || token.is(';') || token.is('|') {
                break;
            }
            roles |= token.roles;
        }
        roles
    }
}

/// In lower case only the patronymic of a known name counts: `айыппұлы` is a fine, not a father.
fn is_patronymic_of_name(key: &str, latin: bool, lexicon: &Lexicon) -> bool {
    const CORES: &[&str] = &[
        "улы", "кызы", "оглы", "uly", "qyzy", "kyzy", "ович", "евич", "овн", "евн", "ич", "ovich", "evich",
        "ovn", "evn",
    ];
    CORES.iter().filter_map(|core| key.get(..key.rfind(core)?)).any(|name| {
        let found = if latin { lexicon.look_up_latin(name) } else { lexicon.look_up(name) };
        found.flags & (flag::GIVEN | flag::STEM_SOFT_GIVEN) != 0 || !latin && lexicon.is_soft_stem(name)
    })
}

/// Small letters are looked at for shapes only where a list knows the word or a father's name may end it.
fn may_be_shaped(key: &str, flags: u64) -> bool {
    const CORES: [Core; 8] = endings::cores(["вич", "вн", "улы", "кызы", "uly", "yzy", "vich", "vn"]);
    flags & flag::NAME != 0 || {
        let letters = endings::letters(key);
        CORES.iter().any(|core| core.may_be_in(letters) && key.contains(core.text))
    }
}

fn latin_with_marks(key: &str) -> bool {
    key.chars().any(|c| matches!(c, '\u{C0}'..='\u{24F}'))
}

fn lower_is_kim(view: &View, token: &Token) -> bool {
    token.is_capital() && view.lower.get(token.start..token.end) == Some("ким")
}

/// Looks every word up.
fn annotate(view: &View, tokens: &mut [Token], lexicon: &Lexicon, roles: &Roles) {
    let mut key = String::with_capacity(LONGEST_WORD);
    for i in 0..tokens.len() {
        let token = tokens[i];
        if token.kind == Kind::Sign('№') {
            tokens[i].roles |= roles::NUMBERISH;
        }
        if !token.is_word() || token.end - token.start > LONGEST_WORD {
            continue;
        }
        key.clear();
        fold_into(view.lower.get(token.start..token.end).unwrap_or(""), token.mixed_script, &mut key);
        let (stem_roles, own_roles) = roles.of(key.as_bytes());
        let (stem_roles, own_roles) = if (token.latin || token.mixed_script) && latin_with_marks(&key) {
            // Kazakh in Latin letters has four spellings; without their marks they meet.
            let plain = fold::plain_latin(&key);
            let more = roles.of(plain.as_bytes());
            (stem_roles | more.0, own_roles | more.1)
        } else {
            (stem_roles, own_roles)
        };
        let mut found = own_roles;
        let latin = token.latin && !token.mixed_script;
        // `PGPASSWORD`, `userPassword`: names of variables are joined without a sign.
        if latin && ["password", "passwd", "passphrase"].iter().any(|end| key.ends_with(end)) {
            found |= roles::PASSWORD;
        }
        let word_end = key.len();
        if let Some(joined) = joined_roles(view, tokens, i, &mut key, roles) {
            found |= joined;
            for follower in tokens.iter_mut().skip(i + 1).take(2) {
                follower.roles |= joined;
            }
        }
        key.truncate(word_end);
        let target = &mut tokens[i];
        target.roles |= found;
        let mut stem = key.len();
        if latin {
            let plain = lexicon.look_up(&key);
            target.flags = plain.flags;
            if key.len() >= 3 && (token.is_capital() || target.flags & flag::COMMON == 0) {
                let sound = lexicon.look_up_latin(&key);
                target.flags |= sound.flags;
                target.inflected = sound.inflected;
                let skeleton = fold::skeleton(&key);
                let cut = if sound.flags & flag::NAME != 0 { sound.stem } else { skeleton.len() };
                target.stem = hash(skeleton.get(..cut).unwrap_or(&skeleton));
            }
        } else {
            let entry = lexicon.look_up(&key);
            target.flags = entry.flags;
            target.inflected = entry.inflected;
            if entry.flags & (flag::NAME | flag::SEEN_PERSON) != 0 {
                stem = entry.stem;
            }
        }
        if token.is_capital()
            || token.case == token::Case::Lower
                && target.flags & flag::COMMON == 0
                && may_be_shaped(&key, target.flags)
        {
            let lower = view.lower.get(token.start..token.end).unwrap_or("");
            // The Kazakh genitive in -ің folds to the ending of Russian surnames.
            let genitive = lower.ends_with('ң');
            match endings::shape(&key, latin) {
                Shape::Patronymic
                    // `Основной` ends like a patronymic in the instrumental.
                    if token.is_capital() && !key.ends_with("овной")
                        || is_patronymic_of_name(&key, latin, lexicon) =>
                {
                    target.flags |= flag::PATRONYMIC;
                }
                Shape::Surname(cut) if !genitive => {
                    target.flags |= SURNAME_SHAPE;
                    stem = stem.min(cut);
                }
                _ if token.is_capital() && endings::is_kazakh_given(&key) => {
                    target.flags |= GIVEN_SHAPE;
                }
                _ => {}
            }
        }
        // `Ким` is a surname, `кім` asks who; folded they are one.
        if lower_is_kim(view, &token) {
            target.roles = 0;
        }
        // A stem such as "наурыз" inside a surname is no label.
        let name = target.flags & (flag::NAME | SURNAME_SHAPE | flag::SEEN_PERSON) != 0;
        if !(name && target.flags & flag::COMMON == 0 && token.is_capital()) {
            target.roles |= stem_roles;
        }
        if !latin && (token.is_capital() || target.flags & (flag::NAME | SURNAME_SHAPE) != 0) {
            // Stems in -а and the like are cut, so that forms of one name meet.
            let cut = key.get(..stem).unwrap_or(&key).trim_end_matches(['а', 'я', 'ь', 'й']);
            target.stem = hash(&fold::skeleton(cut));
        }
    }
}

/// Roles of an abbreviation of two words with a sign between: `к-сі`, `р/с`, `г.р`, `birth_date`.
fn joined_roles(view: &View, tokens: &[Token], i: usize, key: &mut String, roles: &Roles) -> Option<u128> {
    let (sign, second) = (tokens.get(i + 1)?, tokens.get(i + 2)?);
    let Kind::Sign(c @ ('-' | '/' | '.' | '_')) = sign.kind else { return None };
    let short = second.end.saturating_sub(tokens[i].start) <= LONGEST_WORD;
    if sign.space || second.space || !second.is_word() || !short {
        return None;
    }
    key.push(c);
    fold_into(view.lower.get(second.start..second.end)?, second.mixed_script, key);
    let found = roles.of(key.as_bytes());
    // A stem of the first word alone was found without the sign already.
    let found = found.0 | found.1;
    (found != 0).then_some(found)
}

fn fold_into(lower: &str, mixed_script: bool, key: &mut String) {
    for c in lower.chars() {
        let c = if mixed_script { cyrillic_twin(c) } else { c };
        if let Some(c) = fold::fold_char(c) {
            key.push(c);
        }
    }
}

/// The Cyrillic letter that looks like a Latin one.
fn cyrillic_twin(c: char) -> char {
    match c {
        'a' => 'а',
        'b' => 'в',
        'c' => 'с',
        'e' => 'е',
        'h' => 'н',
        'k' => 'к',
        'm' => 'м',
        'o' => 'о',
        'p' => 'р',
        't' => 'т',
        'x' => 'х',
        'y' => 'у',
        'i' | 'ı' => 'і',
        'n' => 'п',
        'u' => 'и',
        c => c,
    }
}

fn hash(text: &str) -> u64 {
    // FNV-1a: short keys, no attacker gains anything by a collision of name stems.
    struct Fnv(u64);
    impl Hasher for Fnv {
        fn finish(&self) -> u64 {
            self.0
        }
        fn write(&mut self, bytes: &[u8]) {
            for b in bytes {
                self.0 = (self.0 ^ u64::from(*b)).wrapping_mul(0x100_0000_01b3);
            }
        }
    }
    let mut hasher = Fnv(0xcbf2_9ce4_8422_2325);
    text.hash(&mut hasher);
    hasher.finish()
}
