//! Texts as people, and people with bad intent, write them.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use crate::model::Names;

/// What a writer of YAML has to quote, or a reader takes for something else.
const HOSTILE: &[&str] = &[
    "",
    " ",
    "\n",
    "\t",
    "~",
    "-",
    "---",
    "--- a",
    "...",
    "a\n---\nb",
    "null",
    "Null",
    "yes",
    "No",
    "on",
    "y",
    "true",
    "0",
    "007",
    "1e3",
    "0x1f",
    "1_000",
    "12:30:00",
    "-1.5",
    ".inf",
    ".NaN",
    "2026-11-24",
    "a: b",
    "a:",
    ": a",
    "a #b",
    "#a",
    "# a",
    "- a",
    "-a",
    "? a",
    "?",
    "|",
    ">",
    "|-\n  a",
    "&a",
    "*a",
    "!a",
    "!!str a",
    "%a",
    "@a",
    "`a",
    "<<",
    "=",
    "'",
    "''",
    "\"",
    "\"\"",
    "\\",
    "\\n",
    "it's",
    "«Сауда \"Маркет\"» ЖШС",
    "{a: b}",
    "[a, b]",
    "a, b",
    "a]",
    "}",
    " a",
    "a ",
    "  a\nb",
    "a\n",
    "a\n\n",
    "\na",
    "a\n  b\n c",
    "a \nb",
    "a\tb",
    "\ta",
    "a\r\nb",
    "a\rb",
    "\r",
    "a\u{85}b",
    "a\u{2028}b",
    "\u{feff}a",
    "a\u{feff}",
    "a\u{0}b",
    "\u{1b}[31m",
    "\u{7f}",
    "\u{202e}abc",
    "\u{200b}",
    "\u{a0}a\u{a0}",
    "Әңғүұқөһі",
    "ё",
    "и\u{306}",
    "👩🏽‍💻",
    "🇰🇿",
    "\u{10ffff}",
    "\u{fffd}",
    "${HOME}",
    "{{ a }}",
    "a\\",
];

/// The characters of such texts.
const CHARACTERS: &[char] = &[
    'a', 'z', 'Z', '0', '9', 'қ', 'Ә', 'ы', ' ', ' ', '\n', '\t', '\r', ':', '#', '-', '\'', '"', '\\', '{',
    '}', '[', ']', ',', '&', '*', '!', '|', '>', '%', '@', '`', '?', '=', '~', '.', '_', '<', '\u{85}',
    '\u{2029}', '\u{feff}', '\u{0}', '😀', '\u{301}',
];

/// A text of any characters, none to very many.
pub fn text() -> impl Strategy<Value = String> {
    let characters = || vec(prop_oneof![9 => select(CHARACTERS), 1 => any::<char>()], 0..24);
    prop_oneof![
        4 => select(HOSTILE).prop_map(str::to_owned),
        4 => characters().prop_map(String::from_iter),
        1 => characters().prop_map(|cs| String::from_iter(cs).repeat(40)),
        1 => vec(select(HOSTILE), 0..60).prop_map(|words| words.join(" ")),
        1 => Just("ұзақ".repeat(500)),
    ]
}

/// Names, mostly plain.
pub(super) fn names() -> impl Strategy<Value = Names> {
    let name = || prop_oneof![2 => Just("Атау".to_owned()), 1 => text()];
    (name(), name(), name()).prop_map(|(kk, ru, en)| Names { kk, ru, en })
}
