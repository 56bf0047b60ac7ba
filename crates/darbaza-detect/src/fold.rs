//! Folding of words to the keys of the dictionaries.
//!
//! Shared by source with the command that compiles the dictionaries, so that both sides fold alike.

/// Flag bits of a dictionary entry.
///
/// The first group is said of the word itself, the second of a stem that stands for its inflected forms.
pub(crate) mod flag {
    /// Given name.
    pub(crate) const GIVEN: u64 = 1;
    /// Surname.
    pub(crate) const SURNAME: u64 = 1 << 1;
    /// Patronymic.
    pub(crate) const PATRONYMIC: u64 = 1 << 2;
    /// Short or pet form of a given name.
    pub(crate) const DIMINUTIVE: u64 = 1 << 3;
    /// Occurs as an ordinary word in lower case.
    pub(crate) const COMMON: u64 = 1 << 4;
    /// Name of a settlement or region.
    pub(crate) const PLACE: u64 = 1 << 5;
    /// Word of a street's name.
    pub(crate) const STREET: u64 = 1 << 6;
    /// Seen in news as (part of) a person's name, most of the time.
    pub(crate) const SEEN_PERSON: u64 = 1 << 7;
    /// Seen in news as anything but a person, most of the time.
    pub(crate) const SEEN_OTHER: u64 = 1 << 8;
    /// The given name has few bearers: evidence only together with other evidence.
    pub(crate) const RARE: u64 = 1 << 9;
    /// Stem of a given name in -а or -я.
    pub(crate) const STEM_A_GIVEN: u64 = 1 << 10;
    /// Stem of a surname in -а or -я.
    pub(crate) const STEM_A_SURNAME: u64 = 1 << 11;
    /// Stem of a given name in -й or -ь.
    pub(crate) const STEM_SOFT_GIVEN: u64 = 1 << 12;
    /// Stem of a surname in -ский and its like.
    pub(crate) const STEM_ADJECTIVE: u64 = 1 << 13;
    /// The surname has few bearers.
    pub(crate) const RARE_SURNAME: u64 = 1 << 14;
    /// Every bit that says "part of a person's name" of a whole word.
    pub(crate) const NAME: u64 = GIVEN | SURNAME | PATRONYMIC | DIMINUTIVE;
}

/// Marks the keys that are sound skeletons of Latin spellings.
pub(crate) const LATIN_MARK: char = '~';

/// One lower-case letter of a key: Kazakh letters become their Russian neighbours, because chats and
/// registers write either.
pub(crate) fn fold_char(c: char) -> Option<char> {
    Some(match c {
        'ё' => 'е',
        'ә' => 'а',
        'і' | 'ї' => 'и',
        'ң' => 'н',
        'ғ' | 'ґ' | 'ѓ' => 'г',
        'ү' | 'ұ' | 'ў' => 'у',
        'қ' | 'ќ' => 'к',
        'ө' => 'о',
        'һ' | 'ҳ' => 'х',
        'ҷ' => 'ч',
        'є' => 'е',
        '\'' | '’' | 'ʼ' | '`' | 'ʻ' | '‘' | '\u{301}' | '\u{306}' | '\u{308}' => return None,
        c => c,
    })
}

/// The key of a lower-case word.
pub(crate) fn fold(word: &str) -> String {
    word.chars().filter_map(fold_char).collect()
}

/// Latin letters of the Kazakh alphabets without their marks.
pub(crate) fn plain_latin(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    for c in word.chars() {
        match c {
            'á' | 'ä' | 'à' | 'â' => out.push('a'),
            'é' | 'è' | 'ë' => out.push('e'),
            'ı' | 'í' | 'ï' => out.push('i'),
            'ó' | 'ö' => out.push('o'),
            'ú' | 'ü' | 'ū' | 'û' | 'ý' => out.push('u'),
            'ğ' | 'ǵ' => out.push('g'),
            'ñ' | 'ń' => out.push('n'),
            'ş' => out.push_str("sh"),
            'ç' => out.push_str("ch"),
            c => out.push(c),
        }
    }
    out
}

/// The sound skeleton of a lower-case word, Cyrillic (folded) or Latin, so that `aigerim`,
/// `aygerim` and `айгерим` meet.
pub(crate) fn skeleton(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    let mut put = |s: &str| {
        for c in s.chars() {
            if !out.ends_with(c) {
                out.push(c);
            }
        }
    };
    let mut letters = word.chars();
    while let Some(first) = letters.next() {
        // Only Latin spellings take several letters for a sound.
        let mut ahead = letters.clone();
        let mut next = || if first.is_ascii() { ahead.next().unwrap_or(' ') } else { ' ' };
        let (second, third, fourth) = (next(), next(), next());
        let (sound, taken) = match (first, second) {
            ('s', 'h') if third == 'c' && fourth == 'h' => ("S", 4),
            ('s', 'c') if third == 'h' => ("S", 3),
            ('z', 'h') => ("j", 2),
            ('k', 'h') => ("h", 2),
            ('g', 'h') => ("g", 2),
            ('p', 'h') => ("f", 2),
            ('s', 'h') => ("S", 2),
            ('c', 'h') => ("C", 2),
            ('c', 'k') => ("k", 2),
            ('t', 's' | 'z') => ("c", 2),
            ('y' | 'j' | 'i', 'u') => ("iu", 2),
            ('y' | 'j' | 'i', 'a') => ("ia", 2),
            ('y', 'e') => ("e", 2),
            ('b', _) | ('б', _) => ("b", 1),
            ('a' | 'á' | 'ä' | 'â' | 'ә' | 'а' | 'ə' | 'å' | 'à' | 'ā', _) => ("a", 1),
            ('c', _) | ('к' | 'k' | 'q', _) => ("k", 1),
            ('d' | 'д', _) => ("d", 1),
            ('e' | 'é' | 'е' | 'э' | 'è' | 'ê', _) => ("e", 1),
            ('f' | 'ф', _) => ("f", 1),
            ('g' | 'ğ' | 'ǵ' | 'г', _) => ("g", 1),
            ('h' | 'х' | 'ḥ', _) => ("h", 1),
            ('i' | 'ı' | 'í' | 'y' | 'и' | 'й' | 'ы' | 'і', _) => ("i", 1),
            ('j' | 'ж', _) => ("j", 1),
            ('l' | 'л', _) => ("l", 1),
            ('m' | 'м', _) => ("m", 1),
            ('n' | 'ñ' | 'ń' | 'н', _) => ("n", 1),
            ('o' | 'ö' | 'ó' | 'о' | 'ō', _) => ("o", 1),
            ('p' | 'п', _) => ("p", 1),
            ('r' | 'р', _) => ("r", 1),
            ('s' | 'с', _) => ("s", 1),
            ('ş' | 'š' | 'ш' | 'щ', _) => ("S", 1),
            ('ç' | 'č' | 'ч', _) => ("C", 1),
            ('t' | 'т', _) => ("t", 1),
            ('u' | 'ü' | 'ú' | 'ū' | 'û' | 'ý' | 'w' | 'у', _) => ("u", 1),
            ('v' | 'в', _) => ("v", 1),
            ('x', _) => ("ks", 1),
            ('z' | 'з', _) => ("z", 1),
            ('ц', _) => ("c", 1),
            ('ю', _) => ("iu", 1),
            ('я', _) => ("ia", 1),
            _ => ("", 1),
        };
        put(sound);
        for _ in 1..taken {
            letters.next();
        }
    }
    out
}
