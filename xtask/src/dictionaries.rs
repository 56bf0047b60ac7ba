//! Compiles the lists of names, places and words to the dictionary that the detector embeds.
//!
//! Sources and licences stand in docs/detection.md. The result is committed, so that a build needs no data.

// The folding is the detector's own source: both sides must fold alike.
#[expect(dead_code, reason = "the detector uses items that the compiler of dictionaries does not")]
#[path = "../../crates/darbaza-detect/src/fold.rs"]
mod fold;

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, ensure};
use fold::{LATIN_MARK, flag};

/// Where the compiled dictionary goes.
const TO: &str = "crates/darbaza-detect/data/lexicon.fst";
/// Surnames of fewer bearers in the source are left out.
const LEAST_SURNAME: u64 = 4;
/// Surnames of fewer bearers are marked as rare.
const RARE_SURNAME: u64 = 20;
/// Given names of fewer bearers are marked as rare.
const RARE_GIVEN: u64 = 30;

/// Reads the lists below `from` (and the texts for training beside it) and writes the dictionary.
pub(crate) fn run(from: &Path) -> anyhow::Result<()> {
    let mut words = Words::default();
    given_names(from, &mut words)?;
    surnames(from, &mut words)?;
    patronymics(from, &mut words)?;
    places(from, &mut words)?;
    corpora(from, &mut words)?;
    ordinary_words_of_texts(&from.join("../eval/train"), &mut words)?;
    words.settle();
    let mut builder = fst::MapBuilder::memory();
    for (key, flags) in &words.flags {
        builder.insert(key, *flags)?;
    }
    let bytes = builder.into_inner()?;
    eprint_size(words.flags.len(), bytes.len());
    fs::write(TO, bytes).with_context(|| format!("cannot write {TO}; run at the root of the repository"))
}

#[expect(clippy::print_stderr, reason = "a command tells what it did")]
fn eprint_size(words: usize, bytes: usize) {
    eprintln!("{words} keys, {bytes} bytes");
}

#[derive(Default)]
struct Words {
    flags: BTreeMap<String, u64>,
    /// Bits of the kinds of name that a source gives as frequent.
    frequent: BTreeMap<String, u64>,
}

/// Bits of given names, whole and as stems.
const GIVEN_KINDS: u64 = flag::GIVEN | flag::DIMINUTIVE | flag::STEM_A_GIVEN | flag::STEM_SOFT_GIVEN;
/// Bits of surnames, whole and as stems.
const SURNAME_KINDS: u64 = flag::SURNAME | flag::STEM_A_SURNAME | flag::STEM_ADJECTIVE;

impl Words {
    fn add(&mut self, word: &str, flags: u64) {
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
    fn settle(&mut self) {
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

    fn latin(&mut self, word: &str, flags: u64) {
        let skeleton = fold::skeleton(&fold::fold(&word.trim().to_lowercase()));
        if skeleton.chars().count() >= 3 {
            self.put(format!("{LATIN_MARK}{skeleton}"), flags);
        }
    }

    /// A given name with the stem that stands for its oblique Russian forms.
    fn given(&mut self, name: &str, flags: u64) {
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
    fn place(&mut self, name: &str, city: bool) {
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

    fn surname(&mut self, name: &str, flags: u64) {
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

fn read(path: &Path) -> anyhow::Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

fn read_gz(path: &Path) -> anyhow::Result<String> {
    let out = Command::new("gzip").arg("-dc").arg(path).output().context("cannot run gzip")?;
    ensure!(out.status.success(), "gzip cannot read {}", path.display());
    Ok(String::from_utf8(out.stdout)?)
}

fn given_names(from: &Path, words: &mut Words) -> anyhow::Result<()> {
    for line in read(&from.join("names/kk.given.tsv"))?.lines().skip(1) {
        for name in line.split('\t').take(2).filter(|n| !n.is_empty()) {
            words.given(name, flag::GIVEN);
        }
    }
    for line in read(&from.join("names/diminutives.tsv"))?.lines().skip(1) {
        if let Some(name) = line.split('\t').next() {
            words.given(name, flag::DIMINUTIVE);
        }
    }
    // The project's own list; the only source that lies in the repository.
    for line in read(Path::new("crates/darbaza-detect/data/latin_given.txt"))?.lines() {
        for name in line.split_whitespace().filter(|_| !line.starts_with('#')) {
            words.add(name, flag::GIVEN);
        }
    }
    let maybe = read(&from.join("names/ru.maybe_first.natasha.txt"))?;
    for line in read_gz(&from.join("names/ru.names.tsv.gz"))?.lines().skip(1) {
        let fields: Vec<&str> = line.split('\t').collect();
        let count: u64 = fields.get(2).and_then(|c| c.parse().ok()).unwrap_or(0);
        if count >= 4 {
            let rare = if count < RARE_GIVEN { flag::RARE } else { 0 };
            words.given(fields[0], flag::GIVEN | rare);
        }
    }
    for line in read(&from.join("names/ru.first.natasha.txt"))?.lines() {
        words.given(line, flag::GIVEN);
    }
    for line in maybe.lines() {
        if let Some(name) = line.split_whitespace().next() {
            words.add(name, flag::COMMON | flag::GIVEN);
        }
    }
    // The mimesis file is JSON; quoted words of Cyrillic letters are all that matters here.
    for name in read(&from.join("names/kk.mimesis.person.json"))?.split('"') {
        if name.chars().count() > 3 && name.chars().all(char::is_alphabetic) && !name.is_ascii() {
            let surname = ["ов", "ев", "ин", "ова", "ева", "ина"].iter().any(|e| name.ends_with(e));
            if surname {
                words.surname(name, flag::SURNAME);
            }
        }
    }
    Ok(())
}

fn surnames(from: &Path, words: &mut Words) -> anyhow::Result<()> {
    for line in read(&from.join("names/kk.surnames.tsv"))?.lines().skip(1) {
        for name in line.split('\t').filter(|n| !n.is_empty()) {
            words.surname(name, flag::SURNAME);
            words.latin(name, flag::SURNAME);
        }
    }
    for line in read_gz(&from.join("names/ru.surnames.tsv.gz"))?.lines().skip(1) {
        let fields: Vec<&str> = line.split('\t').collect();
        let count: u64 = fields.get(3).and_then(|c| c.parse().ok()).unwrap_or(0);
        if count >= LEAST_SURNAME && fields[0].chars().count() > 2 {
            let rare = if count < RARE_SURNAME { flag::RARE } else { 0 };
            words.surname(fields[0], flag::SURNAME | rare);
            if count >= 40 {
                words.latin(fields[0], flag::SURNAME | flag::RARE);
                if !fields[2].is_empty() {
                    words.latin(fields[2], flag::SURNAME | flag::RARE);
                }
            }
        }
    }
    Ok(())
}

fn patronymics(from: &Path, words: &mut Words) -> anyhow::Result<()> {
    for line in read_gz(&from.join("names/ru.patronymics.tsv.gz"))?.lines().skip(1) {
        let fields: Vec<&str> = line.split('\t').collect();
        let count: u64 = fields.get(2).and_then(|c| c.parse().ok()).unwrap_or(0);
        // The usual shapes are known to the code; only others need to be listed.
        if count >= 10 && !["вич", "вна"].iter().any(|e| fields[0].ends_with(e)) {
            words.add(fields[0], flag::PATRONYMIC);
        }
    }
    Ok(())
}

fn places(from: &Path, words: &mut Words) -> anyhow::Result<()> {
    for (file, bit) in [("settlements", flag::PLACE), ("streets", flag::STREET)] {
        for line in read(&from.join(format!("places/{file}.tsv")))?.lines().skip(1) {
            let city = ["\tcity", "\tregion"].iter().any(|k| line.ends_with(k));
            for name in line.split('\t').take(2) {
                for word in name.split_whitespace().flat_map(|w| w.split('-').chain([w])) {
                    if word.starts_with(char::is_uppercase) {
                        words.add(word, bit);
                        if bit == flag::PLACE {
                            words.place(word, city);
                        }
                    }
                }
            }
        }
    }
    for name in WORLD.split_whitespace() {
        words.place(name, true);
    }
    Ok(())
}

/// Countries and cities of the world that texts of Kazakhstan name; from general knowledge.
const WORLD: &str = "Россия Ресей Китай Қытай Турция Түркия Германия Польша Узбекистан Өзбекстан Кыргызстан Қырғызстан \
    Таджикистан Туркменистан Казахстан Қазақстан Грузия Армения Азербайджан Украина Беларусь Италия Франция Испания \
    Америка Англия Корея Япония Индия Иран Ирак Израиль Египет Монголия Москва Мәскеу Дубай Рим Баку Ташкент Бишкек \
    Душанбе Ашхабад Анкара Стамбул Пекин Сеул Лондон Париж Берлин Киев Минск Тбилиси Ереван Казань Омск Новосибирск \
    Екатеринбург Анталья Пхукет Бангкок Токио Варшава Прага Мадрид Милан Вена Хайфа Тенгиз Медеу Шымбулак Боровое \
    Бурабай Сарайшық Россия Европа Азия Африка Сибирь Алтай Урал Қарашығанақ Кашаган";

/// Counts of one word in the news corpora.
#[derive(Default)]
struct Seen {
    lower: u32,
    person: u32,
    place: u32,
    other: u32,
}

fn corpora(from: &Path, words: &mut Words) -> anyhow::Result<()> {
    for lang in ["kk", "ru", "en"] {
        let mut seen: HashMap<String, Seen> = HashMap::new();
        let text = read(&from.join(format!("ner/{lang}.train.iob2")))?;
        let mut first = true;
        for line in text.lines() {
            let Some((word, tag)) = line.split_once('\t') else {
                first = true;
                continue;
            };
            if !word.chars().all(|c| c.is_alphabetic() || c == '-') {
                continue;
            }
            let count = seen.entry(fold::fold(&word.to_lowercase())).or_default();
            if word.starts_with(char::is_lowercase) {
                count.lower += u32::from(tag == "O");
            } else if tag.ends_with("PERSON") {
                count.person += 1;
            } else if tag.ends_with("LOCATION") {
                count.place += 1;
            } else if !first || tag != "O" {
                count.other += 1;
            }
            first = false;
        }
        for (word, n) in &seen {
            let capital = n.person + n.place + n.other;
            let mut flags = 0;
            if n.lower > n.person {
                flags |= flag::COMMON;
            }
            if n.person >= 2 && 10 * n.person >= 8 * (capital + n.lower) && lang != "en" {
                flags |= flag::SEEN_PERSON;
            }
            if n.person >= 2 && 10 * n.person >= 8 * (capital + n.lower) && lang == "en" && n.lower == 0 {
                flags |= flag::GIVEN;
            }
            if capital >= 2 && 10 * n.person <= 2 * capital {
                flags |= flag::SEEN_OTHER;
            }
            if n.place >= 2 && 10 * n.place >= 6 * capital {
                flags |= flag::PLACE;
            }
            if flags != 0 {
                words.add(word, flags);
            }
        }
    }
    Ok(())
}

/// Lower-case words of annotated texts outside every mark are ordinary words.
fn ordinary_words_of_texts(folder: &Path, words: &mut Words) -> anyhow::Result<()> {
    if !folder.is_dir() {
        return Ok(());
    }
    let mut counts: BTreeMap<String, u32> = BTreeMap::new();
    let mut marked: BTreeMap<String, u32> = BTreeMap::new();
    for entry in fs::read_dir(folder)? {
        let text = read(&entry?.path())?;
        for (piece, person) in pieces(&text) {
            for word in piece.split(|c: char| !(c.is_alphabetic() || matches!(c, '@' | '.' | '_' | '/'))) {
                // Parts of addresses and file names are no words of a language; a full stop may end one.
                let word = word.trim_end_matches('.');
                let plain = word.chars().all(char::is_alphabetic);
                if plain && word.starts_with(char::is_lowercase) && word.chars().count() > 2 {
                    let into = if person { &mut marked } else { &mut counts };
                    *into.entry(word.to_owned()).or_default() += 1;
                }
            }
        }
    }
    for (word, count) in counts {
        let known = words.flags.get(&fold::fold(&word)).copied().unwrap_or(0);
        // A name needs more than one slip of the shift key to count as an ordinary word.
        let name = known & (flag::GIVEN | flag::DIMINUTIVE) != 0;
        let latin = word.is_ascii();
        let least = if name {
            4
        } else if latin {
            3
        } else {
            1
        };
        if count >= least && marked.get(&word).copied().unwrap_or(0) * 2 <= count {
            words.add(&word, flag::COMMON);
        }
    }
    Ok(())
}

/// The text cut at its marks `[[CATEGORY|...]]`; true for the inside of a person's mark. What else is
/// marked (an e-mail address, an account) is left out.
fn pieces(text: &str) -> Vec<(&str, bool)> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find("[[") {
        out.push((&rest[..at], false));
        let inside = &rest[at + 2..];
        let end = inside.find("]]").unwrap_or(inside.len());
        let (category, surface) = inside[..end].split_once('|').unwrap_or(("", &inside[..end]));
        if matches!(category, "PERSON" | "HEALTH" | "CRIMINAL" | "INCOME" | "RELIGION") {
            out.push((surface, category == "PERSON"));
        }
        rest = inside.get(end + 2..).unwrap_or("");
    }
    out.push((rest, false));
    out
}
