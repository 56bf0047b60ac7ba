//! What holds for every text: no panic, order, boundaries, no overlap, and time that grows with length only.

use std::time::{Duration, Instant};

use darbaza_detect::Detector;
use proptest::prelude::*;

fn holds(detector: &Detector, text: &str) {
    let mut end = 0;
    for finding in detector.detect(text) {
        assert!(
            finding.range.start >= end && finding.range.start < finding.range.end,
            "sorted, not empty, apart"
        );
        assert!(text.get(finding.range.clone()).is_some(), "character boundaries");
        assert!((0.0..=1.0).contains(&finding.score));
        end = finding.range.end;
    }
}

/// Pieces that wake the recognisers, to be strung together at random.
const PIECES: &[&str] = &[
    "ИИН ",
    "791028302728",
    "8 701 ",
    "123-45-67",
    "@",
    "t.me/",
    "пароль: ",
    "код ",
    "ул. ",
    "Абая ",
    ", ",
    "кв. 5",
    "\n",
    "|",
    ";",
    "\"",
    ":",
    "«",
    "»",
    "17.04.1992",
    " г.р.",
    "Ахметов ",
    "А.Б. ",
    "Нұрлан",
    "ға",
    "\\u0410",
    "\\ud83d",
    "&amp;",
    "%D0%90",
    "\u{200B}",
    "😀",
    "İ",
    "ß",
    "KZ86",
    " 125K",
    "$2y$10$",
    "-----BEGIN ",
    "PRIVATE KEY",
    "://",
    "::1",
    "...",
    "(",
    ")",
    "ұлы",
    "-",
    "+7",
    "сегіз жеті ",
    "туған ",
    "№",
    "º",
    "Ａ",
    "٣",
    "1.2.3.4",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_text_is_read(text in any::<String>()) {
        holds(&Detector::new(), &text);
    }

    #[test]
    fn any_string_of_pieces_is_read(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..60)) {
        let text = pieces.concat();
        let detector = Detector::new();
        holds(&detector, &text);
        for label in ["жсн", "адрес", "password", "x"] {
            let _ = detector.detect_labelled(&text, Some(label));
        }
    }
}

#[test]
fn an_empty_value_has_no_findings_under_any_label() {
    let detector = Detector::new();
    for label in ["жсн", "адрес", "password", "фио", "код", "диагноз", ""] {
        for text in ["", " ", "\u{200B}", "\n"] {
            assert!(detector.detect_labelled(text, Some(label)).is_empty(), "{label} {text:?}");
        }
    }
}

#[test]
fn hostile_repetition_takes_linear_time() {
    let detector = Detector::new();
    for piece in PIECES.iter().chain(&[
        "1 ",
        "a@",
        "_",
        ".",
        "А. ",
        "\"a\":\"",
        "Ахметов Ахмет ",
        "a|b;c,",
        "{[(",
        "8 701 123 45 67 ",
    ]) {
        let time = |length: usize| {
            let text = piece.repeat(length / piece.len());
            let start = Instant::now();
            holds(&detector, &text);
            start.elapsed()
        };
        // Eight times the text may take eight times as long; quadratic growth would take sixty-four,
        // at every try. A machine that was busy elsewhere is given another one.
        let tries: Vec<_> = (0..5).map(|_| (time(8_000), time(64_000))).collect();
        let linear = tries.iter().any(|(short, long)| *long < *short * 30 + Duration::from_millis(50));
        assert!(linear, "{piece:?}: {tries:?}");
    }
}
