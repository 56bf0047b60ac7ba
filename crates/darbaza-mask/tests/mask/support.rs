//! A request with invented values, and templates in which `{PERSON}` is the written token,
//! `{person}` its bare core and `{=person}` the value.

use darbaza_core::{Category, Finding, apply_edits};
use darbaza_mask::{MaskShape, Masking, MaskingKey, Original, Scope, ScopeKind, Tokens};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

pub(crate) const PERSON: &str = "Ахметов Серик";
pub(crate) const PHONE: &str = "+7 701 000 11 22";
pub(crate) const IIN: &str = "880101300018";
pub(crate) const EMAIL: &str = "serik@example.kz";
pub(crate) const QUOTED: &str = "ТОО \"Альфа\\Бета\"\n";
pub(crate) const URL: &str = "https://example.kz/u?iin=880101300018";

pub(crate) fn masking() -> Masking {
    let key = MaskingKey::new(3, [9; 32]);
    Masking::new(Scope::derive(&key, ScopeKind::Opening, &[b"tests"]))
}

pub(crate) struct Request {
    pub(crate) tokens: Tokens,
    names: Vec<(&'static str, String, &'static str)>,
}

pub(crate) fn request() -> Request {
    let mut masking = masking();
    let mut names = Vec::new();
    for (name, category, value, original) in [
        ("PERSON", Category::Person, PERSON, Original::String),
        ("PHONE", Category::Phone, PHONE, Original::String),
        ("IIN", Category::Iin, IIN, Original::Number),
        ("EMAIL", Category::Email, EMAIL, Original::String),
        ("QUOTED", Category::Organization, QUOTED, Original::String),
        ("URL", Category::Url, URL, Original::String),
        ("ID", Category::IdCard, "045123456", Original::String),
    ] {
        names.push((name, masking.whole(category, value, original), value));
    }
    Request { tokens: masking.finish(), names }
}

impl Request {
    pub(crate) fn fill(&self, template: &str) -> String {
        let mut text = template.to_owned();
        for (name, token, value) in &self.names {
            let core = token.trim_matches(['[', ']']);
            text = text.replace(&format!("{{{name}}}"), token);
            text = text.replace(&format!("{{{}}}", name.to_lowercase()), core);
            text = text.replace(&format!("{{={}}}", name.to_lowercase()), value);
        }
        text
    }
}

/// Restores a text, whole and in every way that matters to cut it, and compares.
pub(crate) fn restore_every_way(tokens: &Tokens, text: &str) -> String {
    let whole = tokens.restore(text);
    let chars: Vec<String> = text.chars().map(String::from).collect();
    assert_eq!(in_pieces(tokens, chars.iter().map(String::as_str)), whole, "char by char: {text:?}");
    for (at, _) in text.char_indices() {
        assert_eq!(in_pieces(tokens, [&text[..at], &text[at..]]), whole, "cut at {at}: {text:?}");
    }
    whole
}

pub(crate) fn in_pieces<'a>(tokens: &Tokens, pieces: impl IntoIterator<Item = &'a str>) -> String {
    let mut restorer = tokens.text_stream();
    let mut restored: String = pieces.into_iter().map(|piece| restorer.push(piece)).collect();
    restored.push_str(&restorer.finish());
    restored
}

pub(crate) fn content_in_pieces<'a>(tokens: &Tokens, pieces: impl IntoIterator<Item = &'a str>) -> String {
    let mut restorer = tokens.content_stream();
    let mut restored: String = pieces.into_iter().map(|piece| restorer.push(piece)).collect();
    restored.push_str(&restorer.finish());
    restored
}

pub(crate) fn mask(masking: &mut Masking, text: &str, findings: &[Finding], shape: MaskShape) -> String {
    apply_edits(text, &masking.edits(text, findings, shape))
}

/// A finding wherever the values of [`request`] stand in a text.
pub(crate) fn find(text: &str) -> Vec<Finding> {
    [(PERSON, Category::Person), (PHONE, Category::Phone), (IIN, Category::Iin), (EMAIL, Category::Email)]
        .into_iter()
        .flat_map(|(value, category)| {
            text.match_indices(value).map(move |(at, _)| Finding {
                category,
                range: at..at + value.len(),
                score: 0.9,
                recogniser: "test",
            })
        })
        .collect()
}

/// So many cases, the same in every run; PROPTEST_RNG_SEED asks for others and PROPTEST_CASES (256
/// is once) for more.
pub(crate) fn cases(cases: u32) -> ProptestConfig {
    let asked = ProptestConfig::default();
    let rng_seed = match asked.rng_seed {
        RngSeed::Random => RngSeed::Fixed(230),
        given => given,
    };
    ProptestConfig { cases: cases * asked.cases / 256, rng_seed, failure_persistence: None, ..asked }
}

/// Pieces of text that have been trouble somewhere, in many scripts.
pub(crate) fn trouble() -> impl Strategy<Value = String> {
    let parts = prop::sample::select(vec![
        "[",
        "]",
        "[[",
        "]]",
        "(",
        ")",
        "](",
        "![",
        "]:",
        ": ",
        "<",
        ">",
        "</a>",
        "<img src=",
        "<b ",
        "<script>",
        "</script>",
        "<svg ",
        "/>",
        "</svg>",
        "<!--",
        "-->",
        "=",
        "\"",
        "'",
        "`",
        "```",
        "```json\n",
        "\n```\n",
        "\n",
        "\n\n",
        " ",
        "\t",
        "\r\n",
        "\\",
        "\\_",
        "_",
        "__",
        "**",
        "«",
        "»",
        "“",
        "”",
        "【",
        "】",
        "［",
        "］",
        "（",
        "）",
        "「",
        "」",
        "{",
        "}",
        "{\"a\": ",
        ", ",
        ":",
        "/",
        "//",
        "https://",
        "http://e.kz/",
        "www.",
        "mailto:",
        "data:",
        "evil.com",
        ".com",
        ".kz",
        ".",
        "?q=",
        "%2F",
        "&amp;",
        "@",
        "#",
        "|",
        "- ",
        "1. ",
        "[1]: ",
        "url(",
        "href=",
        "PERSON_",
        "PERSON_abcdefg2",
        "[PERSON_k7f3qax2]",
        "person_K7F3QAX2",
        "LITERAL_aaaaaaa2",
        "k7f3qax2",
        "РERSON_k7f3qax2",
        "PER\u{200b}SON_k7f3qax2",
        "ＰＥＲＳＯＮ＿ｋ７ｆ３ｑａｘ２",
        "email_addresses",
        "ID_CARD",
        "Ахметов",
        "Әлия",
        "қызы",
        "ға",
        "王小明",
        "さくら",
        "محمد",
        "שלום",
        "😀",
        "👨‍👩‍👧",
        "\u{200f}",
        "\u{202e}",
        "\u{feff}",
        "\u{300}",
        "x",
        "Z",
        "7",
        "880101300018",
        "a@b.kz",
        "\\u0050",
        "\\/",
        "\\\"",
        "null",
        "\u{a0}",
    ]);
    prop::collection::vec(
        prop_oneof![9 => parts.prop_map(String::from), 1 => any::<char>().prop_map(String::from)],
        0..24,
    )
    .prop_map(|parts| parts.concat())
}

/// Findings anywhere in a text, also overlapping, out of order and beyond its end.
pub(crate) fn findings(text: &str) -> impl Strategy<Value = Vec<Finding>> + use<> {
    let bounds: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let category = prop::sample::select(Category::ALL);
    let one = (any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0.0f32..1.0, category).prop_map(
        move |(a, b, score, category)| {
            let (a, b) = (bounds[a.index(bounds.len())], bounds[b.index(bounds.len())]);
            Finding { category, range: a.min(b)..a.max(b), score, recogniser: "test" }
        },
    );
    prop::collection::vec(one, 0..5)
}
