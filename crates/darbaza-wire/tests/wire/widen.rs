//! Room for tokens in schemas.

use crate::support::{bytes_as_text, read, replace, text_of, value_of};

/// Widens a request with these members and compares what is written, member by member.
#[track_caller]
fn check(members: &str, widened: &str) {
    let body = |members| format!(r#"{{"model":"m","messages":[{{"role":"user","content":"x"}}],{members}}}"#);
    let mut request = read(&body(members));
    assert_eq!(request.widen_schemas(), members != widened, "{members}");
    assert_eq!(bytes_as_text(request.to_bytes()), body(widened));
    assert_eq!(request.widen_schemas(), members != widened, "widening twice is widening once");
    assert_eq!(bytes_as_text(request.to_bytes()), body(widened));
}

/// The same in each place that holds a schema.
#[track_caller]
fn check_schema(schema: &str, widened: &str) {
    for place in [
        r#""tools":[{"type":"function","function":{"name":"f","strict":true,"parameters":SCHEMA}}]"#,
        r#""functions":[{"name":"f","parameters":SCHEMA,"description":"d"}]"#,
        r#""response_format":{"type":"json_schema","json_schema":{"name":"n","schema":SCHEMA}}"#,
        r#""response_format":{"type":"json_object","schema":SCHEMA}"#,
    ] {
        check(&place.replace("SCHEMA", schema), &place.replace("SCHEMA", widened));
    }
}

#[test]
fn what_leaves_no_room_for_a_token_goes_and_all_else_stays() {
    check_schema(
        r#"{"type":"string","pattern":"^[0-9]{12}$","minLength":12,"maxLength":12,"description":"d"}"#,
        r#"{"type":"string","description":"d"}"#,
    );
    check_schema(r#"{"pattern":"a"}"#, "{}");
    check_schema(r#"{"format":"email","type":"string"}"#, r#"{"type":"string"}"#);
    check_schema(
        r#"{"type":"integer","minimum":100000,"maximum":999999}"#,
        r#"{"type":["integer","string"],"minimum":100000,"maximum":999999}"#,
    );
    check_schema(r#"{"type":["number","null"]}"#, r#"{"type":["number","string","null"]}"#);
    check_schema(
        r#"{"type":"object","properties":{"a":{"type":"array","items":[{"type":"number"}]},"b":{"anyOf":[{"format":"date"},{"$ref":"c"}]}},"$defs":{"c":{"maxLength":3,"enum":["x"]}}}"#,
        r#"{"type":"object","properties":{"a":{"type":"array","items":[{"type":["number","string"]}]},"b":{"anyOf":[{},{"$ref":"c"}]}},"$defs":{"c":{"enum":["x"]}}}"#,
    );
    for same in [
        r#"{"type":"object","properties":{"pattern":{"type":"string"},"format":{"enum":["a"]},"type":{}}}"#,
        r#"{"type":["string","integer"],"enum":[1,"a"],"const":{"pattern":"p","type":"integer"}}"#,
        r#"{"type":"boolean","default":{"format":"x"},"examples":[{"minLength":1}],"x-own":{"pattern":"p"}}"#,
        r#""no schema""#,
        "{}",
    ] {
        check_schema(same, same);
    }
    check(
        r#""tools":[{"type":"custom","custom":{"name":"c","format":{"type":"grammar","grammar":{"syntax":"lark","definition":"d"}}}}]"#,
        r#""tools":[{"type":"custom","custom":{"name":"c"}}]"#,
    );
    let text = r#""tools":[{"type":"custom","custom":{"name":"c","format":{"type":"text"}}}]"#;
    check(text, text);
    let beside = r#""metadata":{"parameters":{"pattern":"p","type":"integer"}}"#;
    check(beside, beside);
}

#[test]
fn edits_behind_what_was_taken_out_still_end_up_in_their_leaves() {
    let body = r#"{"model":"m","tools":[{"type":"function","function":{"name":"f","parameters":{
        "pattern":"Ерлан","type":"integer","enum":[900101300017],"description":"of Ерлан"}}}],
        "messages":[{"role":"user","content":"Сәлем, Ерлан"}],"user":"{\"a\":\"Ерлан\"}"}"#;
    let mut request = read(body);
    for value in ["of Ерлан", "Сәлем, Ерлан", "Ерлан", "900101300017"] {
        // The first "Ерлан" is the pattern; the last one stands in the document in `user`.
        let found: Vec<_> = request.texts().iter().filter(|text| text.value == value).cloned().collect();
        for text in found {
            let what = if value.ends_with("Ерлан") { "Ерлан" } else { value };
            replace(&mut request, text.id, what, "[T]");
        }
    }
    assert!(request.widen_schemas());
    let sent = value_of(&request.to_bytes());
    let schema = &sent["tools"][0]["function"]["parameters"];
    let expected = serde_json::json!({
        "type": ["integer", "string"], "enum": ["[T]"], "description": "of [T]"
    });
    assert_eq!(*schema, expected);
    assert_eq!(sent["messages"][0]["content"], "Сәлем, [T]");
    assert_eq!(sent["user"], r#"{"a":"[T]"}"#);
    assert_eq!(text_of(&request, "of Ерлан").value, "of Ерлан", "the texts stay as they were read");
}
