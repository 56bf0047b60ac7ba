//! Compiles the lists of names, places and words to the dictionary that the detector embeds.
//!
//! Sources and licences stand in docs/detection.md. The result is committed, so that a build needs no data.

// The folding is the detector's own source: both sides must fold alike.
#[expect(dead_code, reason = "the detector uses items that the compiler of dictionaries does not")]
#[path = "../../crates/darbaza-detect/src/fold.rs"]
mod fold;

mod corpora;
mod words;

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, ensure};
use corpora::{corpora, ordinary_words_of_texts};
use fold::flag;
use words::Words;

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
