//! The tree: what is refused, and that nothing is lost.

use darbaza_wire::json::{Fault, JsonError, Leaf, Node, Rules, escape, parse, to_bytes};

use crate::support::bytes_as_text;

const RULES: Rules = Rules { depth: 8, values: 300_000, nested: true };

#[track_caller]
fn check_round_trip(document: &str, expected: &str) {
    let node = parse(document.as_bytes(), RULES).unwrap_or_else(|error| panic!("{document}: {error}"));
    assert_eq!(bytes_as_text(to_bytes(&node)), expected);
}

#[track_caller]
fn check_fault(document: &[u8], expected: Fault, place: (usize, usize)) {
    let (line, column) = place;
    assert_eq!(
        parse(document, RULES).expect_err("refused"),
        JsonError::Malformed { fault: expected, line, column },
        "{}",
        String::from_utf8_lossy(document)
    );
}

#[test]
fn order_digits_and_nested_strings_stay() {
    check_round_trip(r#"{ "b" : 1 , "a":[ ] }"#, r#"{"b":1,"a":[]}"#);
    for number in ["0", "-0", "0.10", "1.000", "900101300017", "12345678901234567890123", "-5", "0.1e-7"] {
        check_round_trip(number, number);
    }
    // The library writes every exponent with its sign; the value is the same.
    check_round_trip("[1E5,1e+5]", "[1e+5,1e+5]");
    check_round_trip(r#""\u04d8 \"\\\/\n\u0001\ud83d\ude00""#, r#""Ә \"\\/\n\u0001😀""#);
    let nested = r#"{"a":"  { \"k\" : \"\\u04d8\", \"k\": [ \"[1, 2]\" ] } "}"#;
    check_round_trip(nested, nested);
}

#[test]
fn what_is_no_strict_document_is_refused_with_its_place() {
    for bad in ["", "{", "[1,]", "{\"a\" 1}", "nul", "01", "1.", "NaN", "'a'", "[] []", "\"a\nb\""] {
        let error = parse(bad.as_bytes(), RULES).expect_err(bad);
        assert!(matches!(error, JsonError::Malformed { fault: Fault::Syntax, .. }), "{bad}: {error}");
    }
    check_fault(b"{}x", Fault::Syntax, (1, 3));
    check_fault(br#""\ud800""#, Fault::Syntax, (1, 8));
    check_fault(br#""\udc00 ""#, Fault::Syntax, (1, 7));
    check_fault(b"[\n\"\xFF\"]", Fault::NotUtf8, (2, 2));
    check_fault(b"\xEF\xBB\xBF{}", Fault::ByteOrderMark, (1, 1));
    check_fault(br#"{"a":{"x":1,"x":2}}"#, Fault::DuplicateKey { depth: 2, member: 1 }, (1, 18));
    check_fault(br#"{"\u0061":1,"b":2,"a":3}"#, Fault::DuplicateKey { depth: 1, member: 2 }, (1, 24));
    let reserved = r#"{"$serde_json::private::Number":"1"}"#;
    check_fault(reserved.as_bytes(), Fault::ReservedKey { depth: 1 }, (1, 35));
    for imitation in [
        r#"{"$serde_json::private::Number":"\u0031"}"#,
        r#"{"$serde_json::private::Number":1}"#,
        r#"{"$serde_json::private::Number":-1}"#,
        r#"{"$serde_json::private::Number":1.5}"#,
        r#"{"$serde_json::private::Number":null}"#,
        r#"{"$serde_json::private::Number":true}"#,
        r#"{"$serde_json::private::Number":["1"]}"#,
        r#"{"$serde_json::private::Number":{"$serde_json::private::Number":"1"}}"#,
        r#"{"\u0024serde_json::private::Number":"1"}"#,
        r#"{"a":1,"$serde_json::private::Number":"1"}"#,
        r#"["{\"$serde_json::private::Number\":\"1\"}"]"#,
    ] {
        let error = parse(imitation.as_bytes(), RULES).expect_err(imitation);
        assert!(
            matches!(error, JsonError::Malformed { fault: Fault::ReservedKey { .. }, .. }),
            "{imitation}: {error}"
        );
    }
}

#[test]
fn many_keys_are_compared_without_quadratic_time() {
    let mut keys: Vec<String> = (0..100_000).map(|number| format!("\"k{number}\":0")).collect();
    assert!(parse(format!("{{{}}}", keys.join(",")).as_bytes(), RULES).is_ok());
    keys.push("\"k70000\":0".to_owned());
    keys.push("\"k5\":0".to_owned());
    let error = parse(format!("{{{}}}", keys.join(",")).as_bytes(), RULES).expect_err("a repeated key");
    let fault = Fault::DuplicateKey { depth: 1, member: 100_000 };
    assert!(matches!(error, JsonError::Malformed { fault: found, .. } if found == fault), "{error}");
}

#[test]
fn depth_is_its_own_error_and_counts_strings() {
    let deep = |open: &str, close: &str, times: usize| open.repeat(times) + "1" + &close.repeat(times);
    assert!(parse(deep("[", "]", 8).as_bytes(), RULES).is_ok());
    assert!(parse(deep("{\"a\":", "}", 8).as_bytes(), RULES).is_ok());
    for too_deep in
        [deep("[", "]", 9), deep("{\"a\":", "}", 9), "[".repeat(10_000), "{\"a\":[".repeat(10_000)]
    {
        let error = parse(too_deep.as_bytes(), RULES).expect_err("too deep");
        assert!(matches!(error, JsonError::TooDeep { limit: 8, .. }), "{error}");
    }
    let rules = Rules { depth: usize::MAX, values: 300_000, nested: true };
    assert!(matches!(parse("[".repeat(10_000).as_bytes(), rules), Err(JsonError::TooDeep { .. })));

    // Each string around a document is a level, and the document in it is another.
    let mut document = "[1]".to_owned();
    for _ in 0..3 {
        document = format!("[{}]", serde_json::to_string(&document).expect("a string"));
    }
    assert!(parse(document.as_bytes(), RULES).is_ok());
    let deeper = format!("[{}]", serde_json::to_string(&document).expect("a string"));
    assert!(matches!(parse(deeper.as_bytes(), RULES), Err(JsonError::TooDeep { limit: 8, .. })));
}

#[test]
fn values_are_counted_through_strings() {
    let rules = Rules { values: 5, ..RULES };
    for few in ["[1,2,3,4]", r#"{"a":{"b":[null,true]}}"#, r#""[[[1]]]""#, r#"["[1","[2]"]"#] {
        assert!(parse(few.as_bytes(), rules).is_ok(), "{few}");
    }
    for many in ["[1,2,3,4,5]", r#""[[[[1]]]]""#, r#"["[1,2]","[3"]"#, r#""[1,2,3,4,5,6 ]x]""#] {
        let error = parse(many.as_bytes(), rules).expect_err(many);
        assert!(matches!(error, JsonError::TooMany { limit: 5, .. }), "{many}: {error}");
    }
}

#[test]
fn only_whole_documents_are_nested() {
    for (text, nested) in [
        ("{}", true),
        (" [1] ", true),
        ("{\"a\":1,\"a\":2}", true),
        ("1", false),
        ("\"a\"", false),
        ("[INST] hello [/INST]", false),
        ("{name}", false),
        ("[", false),
        ("{\"a\":1} and more", false),
        ("[1] [2]", false),
    ] {
        let document = serde_json::to_string(text).expect("a string");
        let node = parse(document.as_bytes(), RULES).expect("a document");
        assert_eq!(matches!(node, Node::Nested(_)), nested, "{text}");
        assert_eq!(node.as_str(), Some(text));
    }
}

#[test]
fn changed_leaves_are_written_and_nested_documents_with_them() {
    let document = br#"{"a":"{ \"id\": \"T\" }","same":"{ \"x\": 1 }","T":2}"#;
    let mut node = parse(document, RULES).expect("a document");
    node.for_each_leaf(&mut |leaf| match leaf {
        Leaf::Key(key) if key == "T" => *key = "seven \"7\"".to_owned(),
        Leaf::Value(value) if value.as_str() == Some("T") => *value = Node::Number("7.0".to_owned()),
        _ => {}
    });
    let expected = r#"{"a":"{\"id\":7.0}","same":"{ \"x\": 1 }","seven \"7\"":2}"#;
    assert_eq!(bytes_as_text(to_bytes(&node)), expected);
    assert_eq!(escape("\"\\\n\u{1}Ә"), "\\\"\\\\\\n\\u0001Ә");
}
