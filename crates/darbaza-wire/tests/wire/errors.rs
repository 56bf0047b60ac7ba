//! Bad requests, each with its error, and that errors and `Debug` never show content.

use darbaza_wire::chat::{Answer, Chunk, Limits, ReadError, Reply, Request, Uninspectable, Usage};

use crate::support::{decode, fixture, read, user};

const MARK: &str = "Бексұлтан";

fn refusal(body: &str) -> ReadError {
    Request::read(body.as_bytes(), &Limits::default()).expect_err(body)
}

#[test]
fn every_wrong_request_names_what_is_wrong_and_where() {
    let list = include_str!("../fixtures/requests/malformed.txt");
    let mut report = String::new();
    for line in list.lines().filter(|line| !line.is_empty()) {
        let error = refusal(line);
        assert!(matches!(error, ReadError::Malformed { .. }), "{line}: {error}");
        report.push_str(&format!("{line}\n    {error}\n"));
    }
    insta::assert_snapshot!(report);
}

#[track_caller]
fn check_not_inspectable(body: &str, expected: Uninspectable, place: &str) {
    assert_eq!(refusal(body), ReadError::NotInspectable { what: expected, at: place.to_owned() });
}

#[test]
fn what_cannot_be_read_is_named_with_its_place() {
    let part = |part: &str| user(&format!(r#""content":[{{"type":"text","text":"a"}},{part}]"#));
    let at = "messages[0].content[1]";
    check_not_inspectable(
        &part(r#"{"type":"image_url","image_url":{"url":"u"}}"#),
        Uninspectable::ImageUrl,
        at,
    );
    check_not_inspectable(&part(r#"{"type":"input_audio","input_audio":{}}"#), Uninspectable::InputAudio, at);
    check_not_inspectable(&part(r#"{"type":"file","file":{"file_id":"f"}}"#), Uninspectable::File, at);
    check_not_inspectable(&part(r#"{"type":"Бексұлтан"}"#), Uninspectable::UnknownPart, at);
    let disguised = r#"{"type":"text","text":"a","image_url":{"url":"u"}}"#;
    check_not_inspectable(&part(disguised), Uninspectable::ImageUrl, at);
    read(&user(r#""content":[{"type":"text","text":"a","image_url":null}]"#));
    let message = |member: &str| user(&format!(r#""content":"a",{member}"#));
    check_not_inspectable(
        &message(r#""audio":{"id":"a"}"#),
        Uninspectable::AudioReference,
        "messages[0].audio",
    );
    check_not_inspectable(&message(r#""images":["aGk="]"#), Uninspectable::Images, "messages[0].images");
    let top = |member: &str| format!(r#"{{"model":"m","messages":[{{"role":"user"}}],{member}}}"#);
    check_not_inspectable(&top(r#""modalities":["text","audio"]"#), Uninspectable::Modality, "modalities");
    check_not_inspectable(&top(r#""audio":{"voice":"v"}"#), Uninspectable::AudioOutput, "audio");
    let url = r#""x":["DATA:image/png;BASE64,iVBORw0KGgo="]"#;
    check_not_inspectable(&top(url), Uninspectable::DataUrl, "{2}[0]");
    check_not_inspectable(
        &part(r#"{"type":"text","text":"data:;base64,aGk="}"#),
        Uninspectable::DataUrl,
        "messages[0].content[0].text",
    );
    read(&top(r#""audio":null,"modalities":["text"],"x":"data: a,b""#));
}

#[test]
fn depth_is_counted_through_strings() {
    let nest = |times: usize| {
        let inner = "[".repeat(times) + &"]".repeat(times);
        user(&format!(r#""content":"{inner}""#))
    };
    // The body, the messages, the message and the string are four levels.
    read(&nest(60));
    let error = refusal(&nest(61));
    assert!(matches!(error, ReadError::TooDeep { limit: 64, .. }), "{error}");
    // Brackets that are no document are a text, however many.
    read(&user(&format!(r#""content":"{}x{}""#, "[".repeat(200), "]".repeat(200))));
    let error = refusal(&"[".repeat(10_000));
    assert_eq!(error.to_string(), "nested deeper than 64 levels at 1:65");
}

#[test]
fn the_number_of_values_is_bounded() {
    let body = |values: usize| user(&format!(r#""x":[{}1]"#, "1,".repeat(values - 1)));
    read(&body(190_000));
    let error = refusal(&body(200_000));
    assert_eq!(error.to_string(), "more than 200000 values at 1:400033");
}

#[test]
fn errors_and_debug_show_no_content() {
    let bodies = [
        format!(r#"{{"model":"m","messages":[{{"role":"{MARK}","content":"a"}}]}}"#),
        format!(r#"{{"model":"m","messages":[{{"role":"user","content":"a"}}],"n":"{MARK}"}}"#),
        format!(r#"{{"{MARK}":1,"{MARK}":2}}"#),
        format!(r#"{{"$serde_json::private::Number":"{MARK}"}}"#),
        format!(r#"{{"$serde_json::private::Number":{{"{MARK}":"{MARK}"}}}}"#),
        user(&format!(r#""content":[{{"type":"{MARK}"}}]"#)),
        user(&format!(r#""{MARK}":{{"{MARK}":"data:{MARK};base64,x"}}"#)),
        format!("{{\"a\":\"{MARK}\" \"{MARK}\"}}"),
        MARK.to_owned(),
    ];
    for body in bodies {
        let error = refusal(&body);
        assert!(!format!("{error} {error:?}").contains(MARK), "{error}");
    }
    let body = user(&format!(r#""content":"{MARK}","{MARK}":["{MARK}"]"#));
    let request = read(&body);
    let mut shown = format!("{request:?} {:?}", request.texts());
    let answer = format!(r#"{{"choices":[{{"message":{{"content":"{MARK}"}}}}],"{MARK}":1}}"#);
    shown += &format!("{:?}", Answer::read(answer.as_bytes()).expect("an answer"));
    shown += &format!("{:?}", Chunk::read(&answer).expect("a chunk"));
    let event = format!("event: {MARK}\ndata: {MARK}\n\ndata: {MARK}");
    shown += &format!("{:?}", decode([event.as_bytes()]));
    let usage = Usage::default();
    shown += &format!("{:?}", Reply { id: "i", created: 0, model: "m", text: MARK, n: 1, usage });
    shown += &format!("{:?}", Answer::read(MARK.as_bytes()).expect_err("no JSON"));
    assert!(!shown.contains(MARK), "{shown}");
    assert!(!fixture("requests/full.json").is_empty());
}
