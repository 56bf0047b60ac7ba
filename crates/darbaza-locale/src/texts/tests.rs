use std::collections::{BTreeMap, BTreeSet};

use super::*;

/// Message id to the set of its places, read from the text itself.
fn messages(source: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut found = BTreeMap::new();
    let mut current = None;
    for line in source.lines().filter(|l| !l.starts_with('#') && !l.trim().is_empty()) {
        if !line.starts_with(' ')
            && let Some((id, _)) = line.split_once(" = ")
        {
            current = Some(id.to_owned());
        }
        let places = found.entry(current.clone().expect("a message first")).or_insert_with(BTreeSet::new);
        places.extend(
            line.split("{ $")
                .skip(1)
                .map(|rest| rest.split([' ', '}', ',']).next().expect("split gives one").to_owned()),
        );
    }
    found
}

#[test]
fn the_three_languages_have_the_same_messages_with_the_same_places() {
    let [kk, ru, en] = SOURCES.map(|(_, source)| messages(source));
    assert!(kk.len() > 20);
    assert_eq!(kk, ru);
    assert_eq!(ru, en);
}

#[test]
fn fluent_reads_every_message() {
    let texts = Texts::new();
    for (_, source) in SOURCES {
        if let Err((_, errors)) = FluentResource::try_new(source.to_owned()) {
            panic!("{errors:?}");
        }
        for id in messages(source).keys() {
            assert!(texts.has(id), "{id}");
        }
    }
}

#[test]
fn no_kazakh_or_russian_message_is_left_in_english() {
    for (lang, source) in SOURCES.iter().filter(|(lang, _)| *lang != Lang::En) {
        for line in source.lines().filter(|l| l.contains(" = ")) {
            assert!(line.chars().any(|c| ('\u{400}'..='\u{4ff}').contains(&c)), "{lang}: {line}");
        }
    }
}
