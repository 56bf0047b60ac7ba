//! Ordinary words and names as running text has them.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::Path;

use super::fold::{self, flag};
use super::read;
use super::words::Words;

/// Counts of one word in the news corpora.
#[derive(Default)]
struct Seen {
    lower: u32,
    person: u32,
    place: u32,
    other: u32,
}

pub(super) fn corpora(from: &Path, words: &mut Words) -> anyhow::Result<()> {
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
pub(super) fn ordinary_words_of_texts(folder: &Path, words: &mut Words) -> anyhow::Result<()> {
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
