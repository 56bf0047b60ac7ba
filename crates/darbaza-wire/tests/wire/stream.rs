//! Streamed answers, chunk by chunk.

use std::collections::BTreeMap;

use darbaza_wire::chat::{AnswerPlace, Chunk, Field, Usage, is_done};
use darbaza_wire::sse::Event;

use crate::support::{bytes_as_text, decode, fixture};

fn events(path: &str) -> Vec<Event> {
    let stream = fixture(path);
    decode([stream.as_slice()]).0
}

fn chunk(data: &str) -> Chunk {
    Chunk::read(data).unwrap_or_else(|error| panic!("{error}: {data}"))
}

const CONTENT: AnswerPlace = AnswerPlace { choice: 0, field: Field::Content };

#[test]
fn pieces_of_a_full_stream_belong_together_by_their_place() {
    let mut texts: BTreeMap<AnswerPlace, String> = BTreeMap::new();
    let (mut done, mut usage, mut finished) = (0, None, Vec::new());
    for event in events("streams/full.sse") {
        let Some(data) = &event.data else { continue };
        if is_done(data) {
            done += 1;
            continue;
        }
        let mut chunk = chunk(data);
        assert!(!chunk.is_error());
        chunk.for_each_text(|place, text| texts.entry(place).or_default().push_str(text));
        assert_eq!(chunk.to_event(&event), event.raw, "an untouched event is sent as it came");
        finished.extend(chunk.finish_reasons().into_iter().map(|(at, reason)| (at, reason.to_owned())));
        assert_eq!(chunk.usage().is_some(), chunk.has_no_choice());
        usage = usage.or(chunk.usage());
    }
    assert_eq!(done, 1);
    assert_eq!(finished, [(0, "tool_calls".to_owned()), (1, "stop".to_owned())]);
    assert_eq!(usage, Some(Usage { prompt: 19, completion: 10, total: 29 }));
    let at = |choice, field| texts[&AnswerPlace { choice, field }].as_str();
    assert_eq!(at(0, Field::Content), "Сәлем, [PERSON_k7f3q9x2]!");
    assert_eq!(at(1, Field::Content), "СӘЛЕМ, [PERSON_K7F3Q9X2]!");
    assert_eq!(at(0, Field::ReasoningContent), "think ");
    assert_eq!(at(1, Field::Reasoning), "hm");
    assert_eq!(at(0, Field::ToolArguments { index: 0 }), r#"{"name":"[PERSON_k7f3q9x2]"}"#);
    assert_eq!(at(0, Field::ToolInput { index: 1 }), "note");
    assert_eq!(at(1, Field::Refusal), "no");
    assert_eq!(at(0, Field::FunctionArguments), "{}");
}

#[test]
fn the_name_of_a_call_comes_before_its_arguments_in_whatever_order_they_stand() {
    let mut chunk = chunk(
        r#"{"choices":[{"index":3,"delta":{
            "function_call":{"arguments":"{}","name":"c"},
            "tool_calls":[
                {"function":{"arguments":"{}","name":"a"},"index":5},
                {"custom":{"input":"i","name":"b"},"index":2}]}}]}"#,
    );
    let mut places = Vec::new();
    chunk.for_each_text(|place, _| places.push(place));
    let pairs: Vec<_> = places.chunks(2).collect();
    let names = [Field::FunctionName, Field::ToolName { index: 5 }, Field::CustomToolName { index: 2 }];
    assert_eq!(pairs.len(), names.len());
    for (pair, name) in pairs.into_iter().zip(names) {
        let [first, second] = pair else { panic!("{pair:?}") };
        assert_eq!((first.field, first.choice, second.choice), (name, 3, 3));
        assert_eq!(first.field.arguments_of_call(), Some(second.field));
        assert_eq!(second.field.name_of_call(), Some(first.field));
    }
    assert_eq!(Field::Content.arguments_of_call(), None);
}

#[test]
fn changed_chunks_keep_the_lines_of_their_event_and_lose_the_padding() {
    let full = events("streams/full.sse");
    let event = full.iter().find(|event| event.data.as_ref().is_some_and(|data| data.contains("[PERSON")));
    let event = event.expect("the fixture has it");
    let mut changed = chunk(event.data.as_deref().expect("data"));
    changed.for_each_text(|_, text| *text = "Ер\"лан".to_owned());
    changed.set_model("asked");
    assert!(changed.is_changed());
    let expected = concat!(
        r#"data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1763000000,"model":"asked","#,
        r#""service_tier":"default","system_fingerprint":"fp_1","choices":[{"index":0,"delta":{"content":"Ер\"лан"},"#,
        r#""logprobs":null,"finish_reason":null}],"usage":null}"#,
        "\n\n"
    );
    assert_eq!(bytes_as_text(changed.to_event(event).to_vec()), expected);

    let crlf = &events("streams/crlf.sse")[0];
    let mut changed = chunk(crlf.data.as_deref().expect("data"));
    changed.for_each_text(|_, text| text.push('!'));
    let expected = concat!(
        "retry: 3000\nevent: message\nid: 7\n",
        r#"data: {"id":"c","choices":[{"index":0,"delta":{"content":"Өте!"}}]}"#,
        "\n: note\n\n"
    );
    assert_eq!(bytes_as_text(changed.to_event(crlf).to_vec()), expected);
}

#[test]
fn renaming_the_model_or_dropping_nothing_leaves_an_equal_chunk_untouched() {
    let mut same =
        chunk(r#"{"model":"m","choices":[{"logprobs":null,"delta":{"content":"a"}}],"obfuscation":"x"}"#);
    same.set_model("m");
    same.drop_logprobs();
    same.for_each_text(|_, _| {});
    assert!(!same.is_changed());
    let mut dropped = chunk(r#"{"choices":[{"logprobs":{"content":[]},"delta":{}}],"obfuscation":"x"}"#);
    dropped.drop_logprobs();
    assert_eq!(dropped.to_data(), r#"{"choices":[{"logprobs":null,"delta":{}}],"obfuscation":"x"}"#);
}

#[track_caller]
fn check_append(data: &str, place: AnswerPlace, expected: Option<&str>) {
    let mut appended = chunk(data);
    assert_eq!(appended.append_text(place, "[T]"), expected.is_some());
    assert_eq!(appended.to_data(), expected.unwrap_or(data));
    let mut found = String::new();
    appended.for_each_text(|at, text| {
        if at == place {
            found.push_str(text);
        }
    });
    assert_eq!(found.ends_with("[T]"), expected.is_some(), "{found}");
}

#[test]
fn held_text_is_added_to_the_chunk_that_ends_a_choice() {
    let at = |field| AnswerPlace { choice: 0, field };
    check_append(
        r#"{"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":"stop"}]}"#,
        CONTENT,
        Some(r#"{"choices":[{"index":0,"delta":{"content":"a[T]"},"finish_reason":"stop"}]}"#),
    );
    for empty in [r#"{"content":null}"#, "{}", "null"] {
        check_append(
            &format!(r#"{{"choices":[{{"index":0,"delta":{empty}}}]}}"#),
            CONTENT,
            Some(r#"{"choices":[{"index":0,"delta":{"content":"[T]"}}]}"#),
        );
    }
    check_append(
        r#"{"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"a"}}]}}]}"#,
        at(Field::ToolArguments { index: 1 }),
        Some(
            r#"{"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"a"}},{"index":1,"function":{"arguments":"[T]"}}]}}]}"#,
        ),
    );
    check_append(
        r#"{"choices":[{"delta":{"function_call":{"name":"f"}}}]}"#,
        at(Field::FunctionArguments),
        Some(r#"{"choices":[{"delta":{"function_call":{"name":"f","arguments":"[T]"}}}]}"#),
    );
    check_append(
        r#"{"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"name":"a","arguments":""}}]}}]}"#,
        at(Field::ToolName { index: 0 }),
        Some(
            r#"{"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"name":"a[T]","arguments":""}}]}}]}"#,
        ),
    );
    check_append(
        r#"{"choices":[{"delta":{"tool_calls":[{"id":"c"},{"index":3,"function":{"arguments":"a"}}]}}]}"#,
        at(Field::ToolName { index: 3 }),
        Some(
            r#"{"choices":[{"delta":{"tool_calls":[{"id":"c"},{"index":3,"function":{"arguments":"a","name":"[T]"}}]}}]}"#,
        ),
    );
    check_append(r#"{"choices":[{"index":1,"delta":{}}]}"#, CONTENT, None);
    check_append(r#"{"choices":[],"usage":{}}"#, CONTENT, None);
}

#[test]
fn held_text_gets_a_chunk_of_its_own() {
    let template = chunk(
        r#"{"id":"i","object":"chat.completion.chunk","created":1,"model":"m","choices":[],"usage":{"total_tokens":3},"obfuscation":"x"}"#,
    );
    let fields = [
        Field::Content,
        Field::Refusal,
        Field::ReasoningContent,
        Field::Reasoning,
        Field::ToolArguments { index: 2 },
        Field::ToolInput { index: 2 },
        Field::FunctionArguments,
        Field::AudioTranscript,
    ];
    for field in fields {
        let place = AnswerPlace { choice: 3, field };
        let mut carrying = chunk(&Chunk::carrying(&template, place, "held").to_data());
        let mut seen = Vec::new();
        carrying.for_each_text(|place, text| seen.push((place, text.clone())));
        assert_eq!(seen, [(place, "held".to_owned())]);
        assert_eq!(carrying.usage(), None);
    }
    let written = Chunk::carrying(&template, CONTENT, "held").to_new_event();
    let expected = concat!(
        r#"data: {"id":"i","object":"chat.completion.chunk","created":1,"model":"m","usage":null,"#,
        r#""choices":[{"index":0,"delta":{"content":"held"},"finish_reason":null}]}"#,
        "\n\n"
    );
    assert_eq!(bytes_as_text(written), expected);
}

#[test]
fn errors_inside_a_stream_and_broken_streams_are_told_apart() {
    let broken = events("streams/error.sse");
    let error = chunk(broken[1].data.as_deref().expect("data"));
    assert!(error.is_error());
    assert_eq!(error.error_code(), Some("overloaded"));

    let cut = fixture("streams/cut.sse");
    let (whole, ending) = decode([cut.as_slice()]);
    assert_eq!((whole.len(), ending.last), (1, None));
    let half = ending.half.expect("half an event").data.expect("data");
    assert!(Chunk::read(&half).is_err());

    let page = fixture("streams/html.sse");
    let (events, ending) = decode([page.as_slice()]);
    assert_eq!(events[0].data, None);
    assert!(Chunk::read(events[1].data.as_deref().expect("data")).is_err());
    assert!(is_done(ending.half.expect("the last line").data.as_deref().expect("data")));
}
