//! Requests: which texts they have, and where edits of them end up.

use darbaza_core::Edit;
use darbaza_wire::chat::{Limits, Request, SensitiveParameter};
use darbaza_wire::{EditError, Role, Shape};

use crate::support::{bytes_as_text, fixture, read, replace, text_of, user, value_of};

#[test]
fn every_text_of_a_full_request() {
    let request = Request::read(&fixture("requests/full.json"), &Limits::default()).expect("a request");
    let mut listing = String::new();
    for text in request.texts() {
        let message = text.message.map_or("-".to_owned(), |at| at.to_string());
        let label = text.label.as_deref().map_or(String::new(), |label| format!(" <{label}>"));
        listing.push_str(&format!(
            "{}\n    {:?} {:?} {message}{label} {:?} {:?}\n",
            text.place, text.role, text.shape, text.value, text.seams
        ));
    }
    insta::assert_snapshot!(listing);
}

#[test]
fn an_unedited_request_is_written_as_it_came() {
    let body = fixture("requests/full.json");
    let request = Request::read(&body, &Limits::default()).expect("a request");
    let written = request.to_bytes();
    assert_eq!(value_of(&written), value_of(&body));
    // The order of keys and the digits, which a comparison of values would not show.
    let compact = serde_json::to_string(&value_of(&body)).expect("JSON");
    assert_eq!(bytes_as_text(written), compact);
}

#[test]
fn what_the_gate_asks_of_a_request() {
    let mut full = Request::read(&fixture("requests/full.json"), &Limits::default()).expect("a request");
    assert_eq!(full.model(), "gpt-test");
    assert!(full.stream() && full.include_usage() && full.asks_logprobs() && full.json_output());
    assert_eq!(full.n(), 2);
    use SensitiveParameter as P;
    let present = [P::PromptCacheRetention, P::Store, P::ServiceTier, P::WebSearchOptions, P::VendorTools];
    assert_eq!(full.present_parameters(), present);
    full.set_model("other");
    assert_eq!(full.model(), "other");
    assert!(bytes_as_text(full.to_bytes()).starts_with(r#"{"model":"other","messages":["#));

    let plain = read(&user(r#""content":"a""#));
    assert!(!plain.stream() && !plain.include_usage() && !plain.asks_logprobs() && !plain.json_output());
    assert_eq!(plain.n(), 1);
    assert_eq!(plain.present_parameters(), []);
}

#[track_caller]
fn check_sensitive(member: &str, expected: &[SensitiveParameter]) {
    let body = format!(r#"{{"model":"m","messages":[{{"role":"user","content":"a"}}],{member}}}"#);
    assert_eq!(read(&body).present_parameters(), expected, "{member}");
}

#[test]
fn parameters_that_change_retention_recipients_or_place() {
    use SensitiveParameter as P;
    for off in [
        r#""store":false"#,
        r#""store":null"#,
        r#""service_tier":"auto""#,
        r#""service_tier":"default""#,
        r#""prompt_cache_retention":"in_memory""#,
        r#""background":false"#,
        r#""tools":[]"#,
        r#""tools":[{"type":"function","function":{"name":"f"}},{"type":"custom"},{"function":{"name":"g"}}]"#,
        r#""plugins":[]"#,
        r#""web_search_options":null"#,
        r#""x":{"store":true}"#,
    ] {
        check_sensitive(off, &[]);
    }
    check_sensitive(r#""store":true"#, &[P::Store]);
    check_sensitive(r#""service_tier":"flex""#, &[P::ServiceTier]);
    check_sensitive(r#""prompt_cache_retention":"24h""#, &[P::PromptCacheRetention]);
    check_sensitive(r#""background":true"#, &[P::Background]);
    check_sensitive(r#""previous_response_id":"r""#, &[P::PreviousResponseId]);
    check_sensitive(r#""web_search_options":{}"#, &[P::WebSearchOptions]);
    check_sensitive(r#""tools":[{"type":"web_search"}]"#, &[P::VendorTools]);
    check_sensitive(r#""tools":[{"type":"function"},{"type":"mcp","server_url":"u"}]"#, &[P::VendorTools]);
    check_sensitive(r#""tools":[{"googleSearch":{}}]"#, &[P::VendorTools]);
    check_sensitive(r#""plugins":[{"id":"web"}],"models":["a"]"#, &[P::Plugins, P::Models]);
    // Each name of the list is known, whatever a vendor takes as its value.
    for parameter in SensitiveParameter::ALL {
        let value = if matches!(parameter, P::Store | P::Background) { "true" } else { r#""x""# };
        let value = if *parameter == P::VendorTools { r#"[{"type":"x"}]"# } else { value };
        let body = format!(r#"{{"model":"m","messages":[{{"role":"user"}}],"{parameter}":{value}}}"#);
        assert_eq!(read(&body).present_parameters(), [*parameter]);
    }
}

#[test]
fn a_value_split_over_parts_is_one_text() {
    let parts = r#""content":[{"type":"text","text":"ЖСН 9001"},{"type":"text","text":""},{"type":"text","text":"01300017, Ерлан"}]"#;
    let mut request = read(&user(parts));
    assert_eq!(request.texts().len(), 1);
    let text = &request.texts()[0];
    assert_eq!(
        (text.value.as_str(), text.place.as_str()),
        ("ЖСН 900101300017, Ерлан", "messages[0].content[0].text")
    );
    let boundary = "ЖСН 9001".len();
    assert_eq!(text.seams, [boundary, boundary]);
    let range = |what: &str| {
        let start = text.value.find(what).expect("there");
        start..start + what.len()
    };
    let edits = [
        Edit { range: range("900101300017"), with: "[IIN_x]".to_owned() },
        Edit { range: range("Ерлан"), with: "[PERSON_y]".to_owned() },
        Edit { range: text.value.len()..text.value.len(), with: "!".to_owned() },
    ];
    let id = text.id;
    request.apply(id, &edits).expect("they fit");
    let expected = r#""content":[{"type":"text","text":"ЖСН [IIN_x]"},{"type":"text","text":""},{"type":"text","text":", [PERSON_y]!"}]"#;
    assert_eq!(bytes_as_text(request.to_bytes()), user(expected));
    // Edits replace what was applied before, and none of them brings the original back.
    request.apply(id, &[]).expect("they fit");
    assert_eq!(bytes_as_text(request.to_bytes()), user(parts));
}

#[test]
fn documents_and_other_parts_end_a_run_of_parts() {
    let parts = r#""content":[{"type":"text","text":"a"},{"type":"text","text":"[1]"},{"type":"text","text":"b"},{"type":"refusal","refusal":"c","x":"d"},{"type":"text","text":"e"}]"#;
    let request = read(&user(parts));
    let values: Vec<&str> = request.texts().iter().map(|text| text.value.as_str()).collect();
    assert_eq!(values, ["a", "1", "bc", "x", "d", "e"]);
    let part = r#"{"role":"user","content":[{"type":"text","text":"a"}]}"#;
    let request = read(&format!(r#"{{"model":"m","messages":[{part},{part}]}}"#));
    assert_eq!(request.texts().len(), 2, "messages are never joined");
}

#[track_caller]
fn check_edit(members: &str, value: &str, what: &str, with: &str, expected: &str) {
    let mut request = read(&user(members));
    let id = text_of(&request, value).id;
    replace(&mut request, id, what, with);
    assert_eq!(bytes_as_text(request.to_bytes()), user(expected));
}

#[test]
fn edits_end_up_in_their_leaves() {
    check_edit(r#""content":"сәлем Ерлан""#, "сәлем Ерлан", "Ерлан", "\"T\"", r#""content":"сәлем \"T\"""#);
    // Numbers become strings, keys stay keys.
    check_edit(
        r#""x":{"900101300017":900101300018}"#,
        "900101300018",
        "900101300018",
        "[T]",
        r#""x":{"900101300017":"[T]"}"#,
    );
    check_edit(
        r#""x":{"900101300017":900101300018}"#,
        "900101300017",
        "900101300017",
        "[T]",
        r#""x":{"[T]":900101300018}"#,
    );
    // A document in a string is compact once it is edited, and untouched else.
    check_edit(
        r#""x":"[ 1 ]","content":"{ \"\\u0430\\u0442\": \"\\u0415\\u0440\\u043b\\u0430\\u043d\", \"n\": 1.50 }""#,
        "Ерлан",
        "Ерлан",
        "[T]",
        r#""x":"[ 1 ]","content":"{\"ат\":\"[T]\",\"n\":1.50}""#,
    );
    check_edit(
        r#""content":"[ \"[ \\\"Ерлан\\\", 2 ]\", \"[ 3 ]\" ]""#,
        "Ерлан",
        "Ерлан",
        "T",
        r#""content":"[\"[\\\"T\\\",2]\",\"[ 3 ]\"]""#,
    );
    // Escapes in the middle of a text are read, and kept where nothing was found.
    check_edit(
        r#""content":"see {\"\\u0430\": \"\\u0415\\u0440 \\u043b\"} now""#,
        "see {\"а\": \"Ер л\"} now",
        "Ер",
        "[T]",
        r#""content":"see {\"\\u0430\": \"[T] \\u043b\"} now""#,
    );
}

#[test]
fn edits_that_do_not_fit_change_nothing() {
    let mut request = read(&user(r#""content":"Ерлан""#));
    let id = request.texts()[0].id;
    let edit = |range| Edit { range, with: "T".to_owned() };
    assert_eq!(request.apply(id, &[edit(0..1)]), Err(EditError::Range(0)));
    assert_eq!(request.apply(id, &[edit(0..99)]), Err(EditError::Range(0)));
    assert_eq!(request.apply(id, &[edit(2..4), edit(2..6)]), Err(EditError::Range(1)));
    #[expect(clippy::reversed_empty_ranges, reason = "the wrong range is what is tested")]
    let reversed = edit(4..2);
    assert_eq!(request.apply(id, &[reversed]), Err(EditError::Range(0)));
    assert_eq!(bytes_as_text(request.to_bytes()), user(r#""content":"Ерлан""#));
    let foreign = read(&user(r#""content":"a","x":["b","c"]"#)).texts()[2].id;
    assert_eq!(request.apply(foreign, &[]), Err(EditError::UnknownText(2)));
}

#[test]
fn numbers_of_the_protocol_are_texts_where_they_could_name_somebody() {
    let members = r#""seed":1,"max_tokens":999999,"max_completion_tokens":1000000,"temperature":0.9001013,"n":3,"logit_bias":{"1234567":1,"900101300017":1,"5":900101300017}"#;
    let request = read(&format!(r#"{{"model":"m","messages":[{{"role":"user"}}],{members}}}"#));
    let texts: Vec<(&str, Shape)> =
        request.texts().iter().map(|text| (text.value.as_str(), text.shape)).collect();
    let expected = [
        ("1", Shape::Parameter),
        ("1000000", Shape::Parameter),
        ("0.9001013", Shape::Parameter),
        ("900101300017", Shape::Key),
        ("1", Shape::Number),
        ("900101300017", Shape::Parameter),
    ];
    assert_eq!(texts, expected);
}

#[test]
fn names_that_a_client_maps_back_have_one_shape() {
    let tools = r#"{"model":"m","messages":[{"role":"assistant","tool_calls":[{"function":{"name":"f","arguments":"{\"Ерлан\":1}"}}]}],"tools":[{"function":{"name":"f","parameters":{"properties":{"Ерлан":{}},"required":["Ерлан"]}}}]}"#;
    let request = read(tools);
    let shapes = |value: &str| -> Vec<Shape> {
        request.texts().iter().filter(|text| text.value == value).map(|text| text.shape).collect()
    };
    assert_eq!(shapes("Ерлан"), [Shape::Word; 3]);
    assert_eq!(shapes("f"), [Shape::Word; 2]);
    assert!(request.texts().iter().all(|text| matches!(text.role, Role::Assistant | Role::Definition)));
}

#[test]
fn the_opening_stays_equal_through_a_conversation() {
    let opening = |messages: &str| read(&format!(r#"{{"model":"m","messages":[{messages}]}}"#)).opening();
    let first = r#"{"role":"system","content":"s"},{"role":"user","content":"a"}"#;
    let later = [
        format!(r#"{first},{{"role":"assistant","content":"b"}},{{"role":"user","content":"c"}}"#),
        format!(r#"{first},{{"role":"developer","content":"new rule"}}"#),
        r#"{"role":"developer","content":[{"type":"text","text":"s"}]},{"role":"user","name":"n","content":[{"type":"text","text":"a"}]}"#.to_owned(),
    ];
    for later in later {
        assert_eq!(opening(first), opening(&later), "{later}");
    }
    let others = [
        r#"{"role":"user","content":"sa"}"#,
        r#"{"role":"system","content":"sa"},{"role":"user","content":""}"#,
        r#"{"role":"system","content":""},{"role":"user","content":"sa"}"#,
        r#"{"role":"system","content":"s"},{"role":"user","content":"b"}"#,
    ];
    for other in others {
        assert_ne!(opening(first), opening(other), "{other}");
    }
    let last =
        |messages: &str| read(&format!(r#"{{"model":"m","messages":[{messages}]}}"#)).last_user_message();
    let parts = r#"{"role":"user","content":[{"type":"text","text":"1"},{"type":"text","text":"2"}]}"#;
    assert_eq!(last(&format!(r#"{first},{parts},{{"role":"assistant"}}"#)).as_deref(), Some("12"));
    assert_eq!(last(r#"{"role":"system","content":"s"}"#), None);
}
