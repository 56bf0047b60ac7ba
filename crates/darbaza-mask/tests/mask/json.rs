//! JSON comes back as JSON.

use darbaza_core::Category;
use darbaza_mask::{JsonRules, MaskShape, Original};
use proptest::prelude::*;
use serde_json::{Map, Value};

use crate::support::*;

fn restore_every_way(text: &str, rules: JsonRules) -> String {
    let tokens = request().tokens;
    let whole = tokens.restore_json(text, rules);
    let mut restorer = tokens.json_stream(rules);
    let mut pieces: String = text.chars().map(|c| restorer.push(c.encode_utf8(&mut [0; 4]))).collect();
    pieces.push_str(&restorer.finish());
    assert_eq!(pieces, whole, "char by char: {text}");
    for (at, _) in text.char_indices() {
        let mut restorer = tokens.json_stream(rules);
        let mut halves = restorer.push(&text[..at]);
        halves.push_str(&restorer.push(&text[at..]));
        halves.push_str(&restorer.finish());
        assert_eq!(halves, whole, "cut at {at}: {text}");
    }
    whole
}

fn check(rules: JsonRules, template: &str, expected: &str) {
    let request = request();
    assert_eq!(restore_every_way(&request.fill(template), rules), request.fill(expected), "{template}");
}

#[test]
fn values_are_spliced_as_json() {
    for rules in [JsonRules::TOOL_ARGUMENTS, JsonRules::CONTENT] {
        for (template, expected) in [
            (r#"{"a": "{PERSON}"}"#, r#"{"a": "{=person}"}"#),
            (r#"{"a":"{QUOTED}"}"#, r#"{"a":"ТОО \"Альфа\\Бета\"\n"}"#),
            (r#"{"a":"<{QUOTED}>é"}"#, r#"{"a":"<ТОО \"Альфа\\Бета\"\n>é"}"#),
            (r#"{"a":"{IIN}"}"#, r#"{"a":{=iin}}"#),
            (r#"{"a": "{iin}" , "b":1}"#, r#"{"a": {=iin} , "b":1}"#),
            (r#"["{IIN}"]"#, r#"[{=iin}]"#),
            (r#"{"a":"ИИН {IIN}"}"#, r#"{"a":"ИИН {=iin}"}"#),
            (r#"{"{IIN}" : "{PHONE}"}"#, r#"{"{=iin}" : "{=phone}"}"#),
            (r#"{"{PERSON}":1.500e3}"#, r#"{"{=person}":1.500e3}"#),
            (r#"{"a":"\u005b{person}\u005d"}"#, r#"{"a":"{=person}"}"#),
            (r#"{"a":"\u005b{iin}\u005D"}"#, r#"{"a":{=iin}}"#),
            (
                r#"{"a":"\ud83d\ude00 {PERSON} \ud83d \/ \u0430"}"#,
                r#"{"a":"\ud83d\ude00 {=person} \ud83d \/ \u0430"}"#,
            ),
            (r#"{"a":"{URL}"}"#, r#"{"a":"{=url}"}"#),
            (r#"{"a":"\"{PERSON}\""}"#, r#"{"a":"\"{=person}\""}"#),
            (r#"{"a":"{PERSON"#, r#"{"a":"{PERSON"#),
            (r#"{"a":"{PERSON}"#, r#"{"a":"{=person}"#),
            (r#"{"a":"{IIN}"#, r#"{"a":"{=iin}"#),
            (r#"{"a":"{IIN}""#, r#"{"a":{=iin}"#),
            (r#"{"a":{IIN},"b":[{iin}]"#, r#"{"a":{=iin},"b":{=iin}"#),
            (r#"{"a":"x\"#, r#"{"a":"x\"#),
            (r#"{"a":"x\u00"#, r#"{"a":"x\u00"#),
            (r#"{"a":"\q{PERSON}"}"#, r#"{"a":"\q{=person}"}"#),
            ("}{\"\u{1}", "}{\"\u{1}"),
        ] {
            check(rules, template, expected);
        }
    }
}

#[test]
fn a_leaf_with_a_url_of_the_model() {
    for (template, content) in [
        (r#"{"u":"https://e/?q={PERSON}"}"#, None),
        (r#"{"u":"https:\/\/e\/{PERSON}"}"#, None),
        (r#"{"u":"\u0068ttps:\u002f\u002fe/{PERSON}"}"#, None),
        (r#"{"u":"{PERSON} https://e/"}"#, Some(r#"{"u":"{=person} https://e/"}"#)),
        (r#"{"u":"см. www.e.kz/a и {PERSON}"}"#, Some(r#"{"u":"см. www.e.kz/a и {=person}"}"#)),
        (r#"{"u":"mailto:{EMAIL}"}"#, None),
        (r#"{"u":"{PERSON}.evil.com"}"#, None),
    ] {
        check(JsonRules::TOOL_ARGUMENTS, template, template);
        check(JsonRules::CONTENT, template, content.unwrap_or(template));
    }
    check(
        JsonRules::TOOL_ARGUMENTS,
        r#"{"u":"https://e/","p":"{PERSON}"}"#,
        r#"{"u":"https://e/","p":"{=person}"}"#,
    );
}

#[test]
fn a_long_script_in_a_leaf_gets_no_value() {
    let template = r#"{"h":"<script>{}f(\"{PERSON}\")","p":"{PERSON}"}"#.replace("{}", &"a; ".repeat(2000));
    let request = request();
    let text = request.fill(&template);
    let (script, expected) = template.split_at(template.len() - 16);
    let expected = request.fill(script) + &request.fill(&expected.replace("{PERSON}", "{=person}"));
    for rules in [JsonRules::TOOL_ARGUMENTS, JsonRules::CONTENT] {
        assert_eq!(request.tokens.restore_json(&text, rules), expected);
    }
    // Read as text, the script goes on.
    assert_eq!(request.tokens.restore_content(&text), text);
}

#[test]
fn fenced_json_in_text() {
    let request = request();
    for (template, expected) in [
        (
            "Вот:\n```json\n{\"a\": \"{QUOTED}\", \"b\": \"{IIN}\"}\n```\n{QUOTED}",
            "Вот:\n```json\n{\"a\": \"ТОО \\\"Альфа\\\\Бета\\\"\\n\", \"b\": {=iin}}\n```\n{=quoted}",
        ),
        ("```\n[\"{IIN}\"]\n```", "```\n[{=iin}]\n```"),
        ("```python\nx = \"{QUOTED}\"\n```", "```python\nx = \"{=quoted}\"\n```"),
        (
            "```json\n{\"u\": \"https:\\/\\/e\\/{IIN}\"}\n```",
            "```json\n{\"u\": \"https:\\/\\/e\\/{IIN}\"}\n```",
        ),
    ] {
        let restored = crate::support::restore_every_way(&request.tokens, &request.fill(template));
        assert_eq!(restored, request.fill(expected));
    }
}

#[test]
fn content_that_is_json_is_restored_as_json() {
    let request = request();
    let escaped = r#"ТОО \"Альфа\\Бета\"\n"#;
    for (template, expected) in [
        (r#"{"a": "{QUOTED}", "b": "{IIN}"}"#, r#"{"a": "{E}", "b": {=iin}}"#),
        ("\n  {\n  \"a\": \"x {QUOTED}\"}\n", "\n  {\n  \"a\": \"x {E}\"}\n"),
        (r#"["{QUOTED}"]"#, r#"["{E}"]"#),
        (r#" [ { "{QUOTED}" : 1}]"#, r#" [ { "{E}" : 1}]"#),
        (r#"[[ "{QUOTED}"]]"#, r#"[[ "{E}"]]"#),
        (r#"[1, "{QUOTED}"]"#, r#"[1, "{E}"]"#),
        (r#"{"a":[{"b":"]}"}],"c":"{QUOTED}"}"#, r#"{"a":[{"b":"]}"}],"c":"{E}"}"#),
        ("{\"a\":\"{QUOTED}\"}\n{\"a\":\"{QUOTED}\"}", "{\"a\":\"{E}\"}\n{\"a\":\"{E}\"}"),
        (r#"{"a":"{QUOTED}"} то есть "{QUOTED}"."#, r#"{"a":"{E}"} то есть "{=quoted}"."#),
        ("{\"a\":1}\n```json\n[\"{QUOTED}\"]\n```\n", "{\"a\":1}\n```json\n[\"{E}\"]\n```\n"),
        ("{\"a\":\n```python\n\"{QUOTED}\"", "{\"a\":\n```python\n\"{=quoted}\""),
        (r#"[[], null, "{QUOTED}"]"#, r#"[[], null, "{E}"]"#),
        (r#"[ null, "{QUOTED}"]"#, r#"[ null, "{E}"]"#),
        (r#"[nu "{QUOTED}"]"#, r#"[nu "{=quoted}"]"#),
        (r#"[t rue "{QUOTED}"]"#, r#"[t rue "{=quoted}"]"#),
        (r#"[{IIN}, "{QUOTED}"]"#, r#"[{=iin}, "{=quoted}"]"#),
        (r#"{PERSON}: "{QUOTED}""#, r#"{=person}: "{=quoted}""#),
        (r#"{имя} "{QUOTED}""#, r#"{имя} "{=quoted}""#),
        (r#"[см. "{QUOTED}"]"#, r#"[см. "{=quoted}"]"#),
        (r#"[1] "{QUOTED}""#, r#"[1] "{=quoted}""#),
        (r#"- [ ] "{QUOTED}""#, r#"- [ ] "{=quoted}""#),
        (r#"[ ] "{QUOTED}""#, r#"[ ] "{=quoted}""#),
        (r#"Вот {"a":"{QUOTED}"}"#, r#"Вот {"a":"{=quoted}"}"#),
        (
            r#"{"u":"https://e/?q={PERSON}","p":"{PERSON}"}"#,
            r#"{"u":"https://e/?q={PERSON}","p":"{=person}"}"#,
        ),
        (
            r#"{"h":"<script>f(\"https://e/\"+\"{PERSON}\")</script>","p":"{PERSON}"}"#,
            r#"{"h":"<script>f(\"https://e/\"+\"{PERSON}\")</script>","p":"{=person}"}"#,
        ),
        // Read as Markdown, this has a target.
        (r#"{"a":"![x](https://e/","b":"{PERSON})"}"#, r#"{"a":"![x](https://e/","b":"{PERSON})"}"#),
        (r#"{"a":"{IIN}"#, r#"{"a":"{=iin}"#),
        ("{", "{"),
        (" [[ ", " [[ "),
    ] {
        let (text, expected) = (request.fill(template), request.fill(&expected.replace("{E}", escaped)));
        let whole = request.tokens.restore_content(&text);
        assert_eq!(whole, expected, "{template}");
        let chars: Vec<String> = text.chars().map(String::from).collect();
        assert_eq!(content_in_pieces(&request.tokens, chars.iter().map(String::as_str)), whole, "{template}");
        for (at, _) in text.char_indices() {
            assert_eq!(
                content_in_pieces(&request.tokens, [&text[..at], &text[at..]]),
                whole,
                "{template} at {at}"
            );
        }
    }
}

fn trees() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        trouble().prop_map(Value::String),
        any::<i64>().prop_map(Value::from),
        Just(Value::from(880101300018u64)),
        Just(Value::from("880101300018")),
        Just(Value::Null),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            prop::collection::vec((trouble(), inner), 0..4)
                .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    })
}

/// Masks a tree as the wire does: numbers whole, strings by their findings, keys too.
fn mask_tree(masking: &mut darbaza_mask::Masking, tree: &Value) -> Value {
    match tree {
        Value::Number(number) => {
            Value::String(masking.whole(Category::Iin, &number.to_string(), Original::Number))
        }
        Value::String(text) => Value::String(mask(masking, text, &find(text), MaskShape::Free)),
        Value::Array(items) => Value::Array(items.iter().map(|item| mask_tree(masking, item)).collect()),
        Value::Object(pairs) => {
            let pairs = pairs.iter().map(|(key, value)| {
                (mask(masking, key, &find(key), MaskShape::Free), mask_tree(masking, value))
            });
            Value::Object(pairs.collect::<Map<_, _>>())
        }
        other => other.clone(),
    }
}

/// Numbers that are also string leaves of the same request come back as strings.
fn loosen(tree: &Value) -> Value {
    match tree {
        Value::Number(number) => Value::String(number.to_string()),
        Value::Array(items) => Value::Array(items.iter().map(loosen).collect()),
        Value::Object(pairs) => Value::Object(pairs.iter().map(|(k, v)| (k.clone(), loosen(v))).collect()),
        other => other.clone(),
    }
}

proptest! {
    #![proptest_config(cases(800))]

    #[test]
    fn a_tree_comes_back(tree in trees()) {
        let mut masking = masking();
        let masked = mask_tree(&mut masking, &tree).to_string();
        let tokens = masking.finish();
        if tree.is_object() || tree.is_array() {
            // What would be a link to a reader of text stays masked, but JSON it is.
            let content = tokens.restore_content(&masked);
            prop_assert!(serde_json::from_str::<Value>(&content).is_ok(), "{}", content);
        }
        let restored = tokens.restore_json(&masked, JsonRules::CONTENT);
        let read: Value = serde_json::from_str(&restored).unwrap();
        let mixed = tree.to_string().contains("\"880101300018\"");
        if mixed {
            prop_assert_eq!(loosen(&read), loosen(&tree));
        } else {
            prop_assert_eq!(read, tree);
        }
    }

    #[test]
    fn broken_json_is_copied_and_cut_anywhere(text in trouble()) {
        let tokens = request().tokens;
        for rules in [JsonRules::TOOL_ARGUMENTS, JsonRules::CONTENT] {
            prop_assert_eq!(tokens.restore_json(&text, rules), text.clone());
            let mut restorer = tokens.json_stream(rules);
            let mut pieces: String = text.chars().map(|c| restorer.push(c.encode_utf8(&mut [0; 4]))).collect();
            pieces.push_str(&restorer.finish());
            prop_assert_eq!(pieces, text.clone());
        }
    }
}
