//! Whole answers.

use darbaza_wire::chat::{Answer, AnswerError, ErrorBody, Reply, Usage, models_list};
use darbaza_wire::json::Member;

use crate::support::{bytes_as_text, fixture, value_of};

#[test]
fn every_text_of_a_full_answer() {
    let body = fixture("answers/full.json");
    let mut answer = Answer::read(&body).expect("an answer");
    assert!(!answer.is_error());
    assert_eq!(answer.finish_reasons(), [(0, "tool_calls"), (1, "stop")]);
    assert_eq!(answer.usage(), Some(Usage { prompt: 19, completion: 10, total: 29 }));
    let compact = serde_json::to_string(&value_of(&body)).expect("JSON");
    assert_eq!(bytes_as_text(answer.to_bytes()), compact);

    let mut listing = String::new();
    answer.for_each_text(|place, text| {
        listing.push_str(&format!("{} {:?} {text}\n", place.choice, place.field));
        text.insert_str(0, "Ә\"");
    });
    answer.drop_logprobs();
    answer.set_model("asked");
    listing.push_str(&bytes_as_text(answer.to_bytes()));
    insta::assert_snapshot!(listing);
}

#[track_caller]
fn check_error(body: &str, code: Option<&str>) {
    let answer = Answer::read(body.as_bytes()).unwrap_or_else(|error| panic!("{error}: {body}"));
    assert!(answer.is_error(), "{body}");
    assert_eq!(answer.error_code(), code, "{body}");
}

#[test]
fn error_bodies_of_vendors_are_known() {
    check_error(
        r#"{"error":{"message":"m","type":"server_error","param":null,"code":null}}"#,
        Some("server_error"),
    );
    check_error(
        r#"{"error":{"message":"m","type":"t","code":"rate_limit_exceeded"}}"#,
        Some("rate_limit_exceeded"),
    );
    check_error(
        r#"{"type":"error","error":{"type":"overloaded_error","message":"m"}}"#,
        Some("overloaded_error"),
    );
    check_error(r#"{"error":{"code":429,"status":"RESOURCE_EXHAUSTED"}}"#, Some("RESOURCE_EXHAUSTED"));
    check_error(r#"{"error":"model not found"}"#, None);
    check_error(r#"{"error":{"code":"Ерлан 900101300017"}}"#, None);
    check_error(r#"{"detail":"Not Found"}"#, None);
    check_error(r#"{"choices":[],"error":{"code":"late"}}"#, Some("late"));
    check_error(r#"{"choices":null}"#, None);
    assert!(!Answer::read(br#"{"choices":[],"error":null}"#).expect("an answer").is_error());
    for page in ["<html>502</html>", "", "data: {}", "{\"choices\":"] {
        assert!(matches!(Answer::read(page.as_bytes()), Err(AnswerError::NotJson(_))), "{page}");
    }
    assert_eq!(Answer::read(b"[]").expect_err("an array"), AnswerError::NotAnObject);
    assert!(matches!(Answer::read("[".repeat(10_000).as_bytes()), Err(AnswerError::NotJson(_))));
}

#[test]
fn bodies_that_the_gate_writes() {
    let error = ErrorBody {
        message: "Құқықтық негіз жоқ",
        kind: "permission_error",
        code: "held",
        missing: &["legal basis"],
        law: &["PD 7(1)", "PD 9"],
        receipt: Some("0199"),
        extra: vec![Member::new("case", "https://gate.example.kz/cases/1")],
    };
    let reply = Reply {
        id: "chatcmpl-1",
        created: 1_763_000_000,
        model: "mirror",
        text: "Өзім \"айттым\"\n",
        n: 2,
        usage: Usage { prompt: 3, completion: 4, total: 7 },
    };
    let none = ErrorBody { missing: &[], law: &[], receipt: None, extra: Vec::new(), ..error.clone() };
    let mut written = vec![error.to_bytes(), none.to_bytes(), error.to_event(), reply.to_bytes()];
    written.push(models_list(["a", "meta/b"], 1_763_000_000));
    written.extend(reply.to_events(true, 6));
    written.push(b"without usage".to_vec());
    written.extend(Reply { n: 1, ..reply }.to_events(false, 0).into_iter().take(3));
    let written: Vec<String> = written.into_iter().map(bytes_as_text).collect();
    insta::assert_snapshot!(written.join("\n"));
}
