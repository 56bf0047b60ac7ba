//! Masking and then restoring gives the text, for every text and all findings.

use darbaza_core::{Category, Finding, apply_edits};
use darbaza_mask::{JsonRules, MaskShape, Masking, MaskingKey, Original, Scope, ScopeKind};
use proptest::prelude::*;
use serde_json::Value;

use crate::support::*;

fn check_identity(text: &str, findings: &[Finding], shape: MaskShape) {
    let mut masking = masking();
    let edits = masking.edits(text, findings, shape);
    for pair in edits.windows(2) {
        assert!(pair[0].range.end <= pair[1].range.start, "{edits:?}");
    }
    for finding in findings.iter().filter(|f| !f.range.is_empty()) {
        let covers = |at: usize| edits.iter().any(|edit| edit.range.contains(&at));
        assert!(finding.range.clone().all(covers), "{text:?} {finding:?} {edits:?}");
    }
    let masked = apply_edits(text, &edits);
    let tokens = masking.finish();
    assert_eq!(tokens.restore(&masked), text, "masked as {masked:?}");
    assert_eq!(tokens.restore_content(&masked), text, "masked as {masked:?}");
    let leaf = Value::from(masked.as_str()).to_string();
    let restored = tokens.restore_json(&leaf, JsonRules::CONTENT);
    assert_eq!(serde_json::from_str(&restored).ok(), Some(Value::from(text)), "masked as {leaf}");
    let chars: Vec<String> = masked.chars().map(String::from).collect();
    assert_eq!(in_pieces(&tokens, chars.iter().map(String::as_str)), text, "masked as {masked:?}");
}

#[test]
fn surroundings_of_a_value_come_back() {
    for text in [
        "{}",
        "[{}]",
        "[[{}]]",
        "\"{}\"",
        "x{}y",
        "_PERSON_{}",
        "__{}__",
        "\\[{}\\]",
        "\\{}",
        "[{}",
        "{}]",
        "«{}»",
        "{}.",
        ".{}",
        "{}.com",
        "evil.com/{}",
        "https://e.kz/{}/x",
        "[t]({})",
        "![a](\n {} )",
        "<img src={}>",
        "[1]: {}",
        "{}@e.kz",
        "{}{}",
        "{} {}",
        "{}[{}]{}",
        "{}({})",
        "{}: {}",
        "<{}>",
        "a <{}>, {}",
        "`{}`",
        "```json\n{\"a\": \"{}\", \"b\": {}}\n```\n{}",
        "```\n{\"a\": \"\\\"{}\\\"\"}\n```",
        "{}_{}",
        "PERSON_{}",
        "[PERSON_{}]",
        "PERSON\\_{}",
        "{}_k7f3qax2",
        "ә{}ғ",
        "［{}］",
        "|{}|{}|",
        "if a<b and {} then {}\n\n{}",
        "href=\"{}\" {}",
        "<script>f('{}')</script> {}",
        "<script>f('{}')",
        "<template><b>{}</b><svg>{}</svg></template>{}",
        "<!--[if mso]>{}<![endif]-->{}",
        "{\"a\": \"{}\", \"b\": {}} {}",
        "{\"a\": \"\\\"{}\\\"\"}\n{\"b\": \"{}\"}",
        "[\"{}\", [{}]]",
        "[[\"{}\"",
        "{{}}",
    ] {
        let text = text.replace("{}", PERSON);
        check_identity(&text, &find(&text), MaskShape::Free);
        check_identity(&text, &find(&text), MaskShape::Word);
        let latin = text.replace(PERSON, "Aigerim7");
        let findings: Vec<_> = latin
            .match_indices("Aigerim7")
            .map(|(at, _)| Finding {
                category: Category::Person,
                range: at..at + 8,
                score: 0.5,
                recogniser: "test",
            })
            .collect();
        check_identity(&latin, &findings, MaskShape::Free);
        check_identity(&latin, &findings, MaskShape::Word);
    }
}

proptest! {
    #![proptest_config(cases(2000))]

    #[test]
    fn any_text_comes_back(
        (text, findings) in trouble().prop_flat_map(|text| { let f = findings(&text); (Just(text), f) }),
        word in any::<bool>(),
    ) {
        check_identity(&text, &findings, if word { MaskShape::Word } else { MaskShape::Free });
    }

    #[test]
    fn a_name_of_a_tool_stays_a_name(
        (text, findings) in "[A-Za-z0-9_-]{0,40}".prop_flat_map(|text| { let f = findings(&text); (Just(text), f) }),
    ) {
        check_identity(&text, &findings, MaskShape::Word);
        let masked = mask(&mut masking(), &text, &findings, MaskShape::Word);
        prop_assert!(masked.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-'), "{}", masked);
    }

    #[test]
    fn texts_of_one_request_do_not_disturb_each_other(
        texts in prop::collection::vec(trouble().prop_flat_map(|text| { let f = findings(&text); (Just(text), f) }), 2..4),
    ) {
        let mut masking = masking();
        let masked: Vec<_> =
            texts.iter().map(|(text, findings)| mask(&mut masking, text, findings, MaskShape::Free)).collect();
        let tokens = masking.finish();
        for ((text, _), masked) in texts.iter().zip(masked) {
            prop_assert_eq!(&tokens.restore(&masked), text);
        }
    }
}

#[test]
fn one_value_has_one_token_and_two_values_have_two() {
    let key = MaskingKey::new(1, [1; 32]);
    let scope = |part: &[u8]| Scope::derive(&key, ScopeKind::Opening, &[part]);
    let token =
        |scope: Scope, category, value: &str| Masking::new(scope).whole(category, value, Original::String);
    let one = token(scope(b"a"), Category::Person, PERSON);
    assert_eq!(one, token(scope(b"a"), Category::Person, PERSON));
    assert_ne!(one, token(scope(b"b"), Category::Person, PERSON));
    assert_ne!(one[8..], token(scope(b"a"), Category::Phone, PERSON)[7..]);

    let mut masking = Masking::new(scope(b"a"));
    let tokens: std::collections::HashSet<_> =
        (0..20_000).map(|n| masking.whole(Category::Iin, &n.to_string(), Original::String)).collect();
    assert_eq!(tokens.len(), 20_000);
    for token in tokens.iter().take(100) {
        let body = token.strip_prefix("[IIN_").and_then(|rest| rest.strip_suffix(']')).unwrap();
        assert!(body.len() >= 8 && body.bytes().all(|b| matches!(b, b'a'..=b'z' | b'2'..=b'7')), "{token}");
    }
}

#[test]
fn a_url_with_a_finding_is_one_token() {
    for (text, left) in [
        ("см. https://e.kz/u?iin=880101300018&x=1, там", ("см. ", ", там")),
        ("<a href=\"https://e.kz/880101300018\">", ("", "")),
        ("[дело](https://e.kz/880101300018).", ("[дело]", ".")),
        ("880101300018.e.kz!", ("", "!")),
        ("\"https://e.kz/880101300018\",", ("\"", "\",")),
    ] {
        let mut masking = masking();
        let edits = masking.edits(text, &find(text), MaskShape::Free);
        assert_eq!(edits.len(), 1, "{text}");
        assert!(edits[0].with.starts_with("[URL_"), "{text}: {edits:?}");
        assert_eq!((&text[..edits[0].range.start], &text[edits[0].range.end..]), left, "{text}");
    }
}

#[test]
fn an_element_with_a_finding_is_one_token() {
    let padding = "let a = 1; ".repeat(2000);
    for (template, left) in [
        ("до <script>{}f('{p}'); g('{p}')</script> после {p}", ("до ", " после ")),
        ("<svg><svg>{}</svg>{p}</svg>.", ("", ".")),
        ("x<!--[if mso]>{}{p}-->y", ("x", "y")),
        ("x <template>{}{p}", ("x ", "")),
    ] {
        let text = template.replace("{}", &padding).replace("{p}", PERSON);
        check_identity(&text, &find(&text), MaskShape::Free);
        let edits = masking().edits(&text, &find(&text), MaskShape::Free);
        let next = edits.get(1).map_or(text.len(), |edit| edit.range.start);
        assert!(edits[0].with.starts_with("[URL_"), "{template}");
        assert_eq!((&text[..edits[0].range.start], &text[edits[0].range.end..next]), left, "{template}");
    }
}

#[test]
fn ordinary_text_keeps_one_token_per_finding() {
    for text in [
        "Клиент:{p}.Далее",
        "({p}), тел. {t}.",
        "{p}/{p}",
        "1.{p}\n2.{p}",
        "|{p}|{t}|",
        "fio={p}&phone={t}",
        "{p}: {t}",
        "{p} <{m}>, {t}",
        "<name>{p}</name>",
        "<client name=\"{p}\" phone=\"{t}\"/>",
        "{\"url\":\"https://e.kz\",\"fio\":\"{p}\"}",
        "[см. {p}] {t}",
        "{p}-{t}",
    ] {
        let text = text.replace("{p}", PERSON).replace("{t}", PHONE).replace("{m}", EMAIL);
        let findings = find(&text);
        let edits = masking().edits(&text, &findings, MaskShape::Free);
        assert_eq!(edits.len(), findings.len(), "{text}: {edits:?}");
    }
}

#[test]
fn long_text_without_white_space_keeps_its_tokens() {
    let record = "{\"url\":\"https://e.kz/a\",\"iin\":\"880101300018\",\"n\":1},";
    let text = record.repeat(500);
    check_identity(&text, &find(&text), MaskShape::Free);
    assert_eq!(masking().edits(&text, &find(&text), MaskShape::Free).len(), 500);
    let text = format!("{}https://e.kz/{}880101300018", ";".repeat(5000), "y".repeat(9000));
    let edits = masking().edits(&text, &find(&text), MaskShape::Free);
    assert_eq!((edits.len(), edits[0].range.len()), (1, 9025));
}

#[test]
fn a_fenced_string_with_escapes_is_masked_with_its_quotes() {
    let text = r#"```json
{"a": "ул. \"Абая\" 1", "b": 2}
```"#;
    let start = text.find("ул").unwrap();
    let range = start..text.find(" 1\"").unwrap() + 2;
    let finding = Finding { category: Category::Address, range, score: 0.9, recogniser: "test" };
    check_identity(text, std::slice::from_ref(&finding), MaskShape::Free);
    let edits = masking().edits(text, &[finding], MaskShape::Free);
    assert_eq!(&text[..edits[0].range.start], "```json\n{\"a\": ");
    assert_eq!(&text[edits[0].range.end..], ", \"b\": 2}\n```");
}

#[test]
fn look_alikes_cannot_smuggle_a_core() {
    let mut first = masking();
    let stolen = first.whole(Category::Person, PERSON, Original::String);
    let core = stolen.trim_matches(['[', ']']);
    for planted in [
        stolen.clone(),
        core.to_owned(),
        core.to_uppercase(),
        core.to_lowercase(),
        format!("__{core}__"),
        core.replace('_', "\\_"),
        core.replace('P', "Р"),
        core.replace("SON", "S\u{200b}ON"),
        format!("а{core}а"),
    ] {
        let mut masking = masking();
        let text = format!("повтори: {planted} и всё");
        let masked = mask(&mut masking, &text, &[], MaskShape::Free);
        assert!(masked.contains("[LITERAL_"), "{masked}");
        masking.whole(Category::Person, PERSON, Original::String);
        let restored = masking.finish().restore(&masked);
        assert_eq!(restored, text);
    }
}
