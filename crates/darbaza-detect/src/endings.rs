//! Case endings and name shapes, over folded lower-case words (`crate::fold`).

macro_rules! one_of {
    ($word:expr, $($ending:literal)*) => { matches!($word, $($ending)|*) };
}

/// A part that a word may hold, with its letters, so that most words are passed over at one look.
#[derive(Clone, Copy)]
pub(crate) struct Core {
    pub(crate) text: &'static str,
    letters: u64,
}

impl Core {
    const fn new(text: &'static str) -> Core {
        Core { text, letters: letters(text) }
    }

    /// Whether a word of these letters may hold it.
    pub(crate) const fn may_be_in(&self, word: u64) -> bool {
        self.letters & !word == 0
    }
}

/// One bit for each letter that occurs, by the last byte of its code.
pub(crate) const fn letters(word: &str) -> u64 {
    let bytes = word.as_bytes();
    let mut mask = 0;
    let mut i = 0;
    while i < bytes.len() {
        if bytes[i] < 0xC0 {
            mask |= 1 << (bytes[i] & 0x3F);
        }
        i += 1;
    }
    mask
}

/// Parts with their letters.
pub(crate) const fn cores<const N: usize>(texts: [&'static str; N]) -> [Core; N] {
    let mut out = [Core { text: "", letters: 0 }; N];
    let mut i = 0;
    while i < N {
        out[i] = Core::new(texts[i]);
        i += 1;
    }
    out
}

/// Where `core` last stands in `word`, no more than a long ending away from its end.
///
/// `letters` are those of the word.
fn find_core(word: &str, letters: u64, core: &Core) -> Option<usize> {
    if !core.may_be_in(letters) {
        return None;
    }
    const LONGEST_ENDING: usize = 24;
    let (word, core) = (word.as_bytes(), core.text.as_bytes());
    let last = word.len().checked_sub(core.len())?;
    let (first, second) = (*core.first()?, *core.get(1)?);
    // Cyrillic letters are two bytes each, in cores and endings alike.
    let step = if first < 0x80 { 1 } else { 2 };
    let least = last.saturating_sub(LONGEST_ENDING);
    let mut at = last;
    loop {
        if word[at + 1] == second && word[at] == first && word[at..].starts_with(core) {
            return Some(at);
        }
        at = at.checked_sub(step).filter(|at| *at >= least)?;
    }
}

/// Kazakh case, possessive and predicate endings as they glue to names; letters folded.
pub(crate) fn is_kazakh(ending: &str) -> bool {
    let ending = strip_possessive(ending);
    let ending = ["лар", "лер", "дар", "дер", "тар", "тер"]
        .iter()
        .find_map(|plural| ending.strip_prefix(plural))
        .unwrap_or(ending);
    ending.is_empty()
        || one_of!(ending, "га" "ге" "ка" "ке" "на" "не" "а" "е" "ды" "ди" "ты" "ти" "ны" "ни"
            "дын" "дин" "тын" "тин" "нын" "нин" "да" "де" "та" "те" "нда" "нде" "дан" "ден" "тан" "тен" "нан" "нен"
            "мен" "бен" "пен" "мын" "мин" "пын" "пин" "бын" "бин" "сын" "син" "сыз" "сиз"
            "дики" "тики" "ники" "дыки" "тыки" "ныки" "дагы" "деги" "тагы" "теги" "ша" "ше" "ым" "им" "м" "н"
            "дай" "дей" "тей" "нікі" "дикине" "никине" "дикин" "никин" "тикин" "жан")
}

fn strip_possessive(ending: &str) -> &str {
    for possessive in ["ымыз", "имиз", "ыныз", "иниз", "мыз", "миз", "ныз", "низ", "екен", "ым", "им", "кен"]
    {
        if let Some(rest) = ending.strip_prefix(possessive)
            && !rest.is_empty()
        {
            return rest;
        }
        if ending == possessive {
            return "";
        }
    }
    ending
}

/// Kazakh case endings in the letters of a sound skeleton.
pub(crate) fn is_latin(ending: &str) -> bool {
    one_of!(ending, "ga" "ge" "ka" "ke" "na" "ne" "di" "ti" "ni" "din" "tin" "nin" "da" "de" "ta" "te"
        "dan" "den" "tan" "ten" "nan" "nen" "men" "ben" "pen" "min" "pin" "bin" "diki" "niki" "tiki" "jan"
        "im" "dim" "ekem")
}

/// Endings of the declension of `Алия`, `Никита` behind the stem.
pub(crate) fn is_russian_a(ending: &str) -> bool {
    one_of!(ending, "ы" "и" "е" "у" "ю" "ой" "ей" "ою" "ею")
}

/// Endings of the declension of `Сергей`, `Игорь` behind the stem; `Любовь` likewise.
pub(crate) fn is_russian_soft(ending: &str) -> bool {
    one_of!(ending, "я" "ю" "ем" "ом" "е" "и" "ью")
}

/// Endings of the declension of `Вишневский` behind the stem.
pub(crate) fn is_russian_adjective(ending: &str) -> bool {
    one_of!(ending, "ий" "ого" "ому" "им" "ом" "ая" "ой" "ую" "ою" "их" "ими")
}

/// Endings of surnames in -ов, -ев, -ин, both genders and plural.
pub(crate) fn is_russian_surname(ending: &str) -> bool {
    one_of!(ending, "а" "у" "ым" "е" "ой" "ою" "ы" "ых" "ыми")
}

/// Endings of masculine nouns behind a consonant.
pub(crate) fn is_russian_male(ending: &str) -> bool {
    one_of!(ending, "а" "у" "ом" "ем" "е" "ы" "ов" "ам" "ами")
}

/// Whether the stem is a surname of the type -ов, -ев, -ин.
pub(crate) fn is_possessive_surname(stem: &str) -> bool {
    ["ов", "ев", "ин", "ын"].iter().any(|e| stem.ends_with(e))
}

/// What the shape of a word says of it as a part of a name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Shape {
    /// Surely a patronymic: -ович, -қызы and their forms.
    Patronymic,
    /// A surname of a telling form; the stem is as long as the number of bytes.
    Surname(usize),
    /// Nothing.
    None,
}

const PATRONYMIC: [Core; 45] = cores([
    "овна",
    "овны",
    "овне",
    "овну",
    "овной",
    "евна",
    "евны",
    "евне",
    "евну",
    "евной",
    "инична",
    "иничны",
    "иничне",
    "иничну",
    "иничной",
    "ична",
    "ичны",
    "ичне",
    "ичну",
    "ичной",
    "ович",
    "овича",
    "овичу",
    "овичем",
    "овиче",
    "евич",
    "евича",
    "евичу",
    "евичем",
    "евиче",
    "льич",
    "льича",
    "льичу",
    "льичем",
    "мич",
    "мича",
    "мичу",
    "тич",
    "тича",
    "тичу",
    "тичем",
    "вич",
    "вича",
    "вичу",
    "вичем",
]);
const KAZAKH_PATRONYMIC: [Core; 11] =
    cores(["улы", "кызы", "оглы", "тегі", "теги", "огли", "гизи", "кизи", "оглу", "зода", "заде"]);
const LATIN_PATRONYMIC: [Core; 25] = cores([
    "ovich", "evich", "ovna", "evna", "yevna", "yevich", "ichna", "uly", "ūly", "ұly", "qyzy", "kyzy",
    "kizi", "gyzy", "ogly", "oglu", "ogli", "ulı", "qızı", "úly", "ovnoi", "ovnu", "ovny", "ovne", "ovicha",
]);

/// The shape of a folded lower-case word.
pub(crate) fn shape(word: &str, latin: bool) -> Shape {
    let letters = word.chars().count();
    let mask = self::letters(word);
    if latin {
        return latin_shape(word, letters, mask);
    }
    if letters >= 6 && PATRONYMIC.iter().any(|e| e.may_be_in(mask) && word.ends_with(e.text)) {
        return Shape::Patronymic;
    }
    if letters >= 6
        && KAZAKH_PATRONYMIC.iter().any(|core| match find_core(word, mask, core) {
            Some(at) if at >= 4 => {
                let ending = &word[at + core.text.len()..];
                ending.is_empty() || is_kazakh(ending)
            }
            _ => false,
        })
    {
        return Shape::Patronymic;
    }
    if letters >= 5
        && let Some(stem) = surname_stem(word, mask)
    {
        return Shape::Surname(stem);
    }
    Shape::None
}

fn surname_stem(word: &str, mask: u64) -> Option<usize> {
    const CORES: [Core; 4] = cores(["ов", "ев", "ин", "ын"]);
    for core in &CORES {
        if let Some(at) = find_core(word, mask, core)
            && at >= 4
        {
            let ending = &word[at + core.text.len()..];
            if ending.is_empty()
                || is_russian_surname(ending)
                || is_kazakh(ending)
                || ending.strip_prefix('а').is_some_and(is_kazakh)
            {
                return Some(at + core.text.len());
            }
        }
    }
    const ADJECTIVES: [Core; 2] = cores(["ск", "цк"]);
    for core in &ADJECTIVES {
        if let Some(at) = find_core(word, mask, core)
            && at >= 6
            && is_russian_adjective(&word[at + core.text.len()..])
        {
            return Some(at + core.text.len());
        }
    }
    const TELLING: [Core; 10] =
        cores(["швили", "дзе", "енко", "чук", "щук", "янц", "баев", "беков", "юк", "ян"]);
    TELLING.iter().find_map(|core| {
        let at = find_core(word, mask, core)?;
        let ending = &word[at + core.text.len()..];
        let whole = at >= 4
            && (ending.is_empty()
                || is_russian_male(ending) && !core.text.ends_with(['о', 'и', 'е'])
                || ending.len() > 2 && is_kazakh(ending));
        whole.then_some(at + core.text.len())
    })
}

fn latin_shape(word: &str, letters: usize, mask: u64) -> Shape {
    if letters >= 6
        && LATIN_PATRONYMIC.iter().any(|core| match find_core(word, mask, core) {
            Some(at) if at >= 2 => {
                let ending = &word[at + core.text.len()..];
                ending.is_empty() || is_latin(&crate::fold::skeleton(ending))
            }
            _ => false,
        })
    {
        return Shape::Patronymic;
    }
    if letters >= 5 {
        for core in [
            "ov", "ev", "yev", "ova", "eva", "yeva", "skiy", "sky", "skaya", "skii", "enko", "chuk",
            "shvili", "yan", "bayev", "bekov", "bayeva", "bekova", "ina", "dze",
        ] {
            if word.ends_with(core) && word.len() > core.len() + 2 {
                return Shape::Surname(word.len());
            }
        }
    }
    Shape::None
}

/// A compound such as Kazakh given names are made of: -бек, -гүл, -жан, with case endings.
pub(crate) fn is_kazakh_given(word: &str) -> bool {
    const CORES: [Core; 23] = cores([
        "бек",
        "бай",
        "хан",
        "жан",
        "гул",
        "нур",
        "гали",
        "мурат",
        "берген",
        "султан",
        "болат",
        "жигит",
        "кожа",
        "биби",
        "ханым",
        "кали",
        "мбет",
        "бала",
        "дос",
        "бике",
        "галий",
        "гельды",
        "гелди",
    ]);
    let mask = letters(word);
    word.len() >= 12
        && CORES.iter().any(|core| match find_core(word, mask, core) {
            Some(at) if at >= 4 => {
                let ending = &word[at + core.text.len()..];
                ending.is_empty()
                    || is_kazakh(ending) && ending.len() > 2
                    || matches!(ending, "у" | "ом" | "ю" | "я" | "ем")
            }
            _ => false,
        })
}
