//! Event streams: the standard's rules, and that no cut of the bytes changes what is read.

use darbaza_wire::sse::{Decoder, Ending, Event, SseError, data_event};
use proptest::prelude::*;

use crate::support::{bytes_as_text, config, decode, fixture};

#[track_caller]
fn check(stream: &str, expected: &[(&str, Option<&str>)]) {
    let (events, ending) = decode([stream.as_bytes()]);
    let read: Vec<(&str, Option<&str>)> =
        events.iter().map(|event| (event.name.as_deref().unwrap_or(""), event.data.as_deref())).collect();
    assert_eq!(read, expected);
    assert_eq!(ending, Ending::default());
}

#[test]
fn lines_and_fields_follow_the_standard() {
    check("data: a\n\n", &[("", Some("a"))]);
    check("data:a\r\n\r\ndata:  b\n\n", &[("", Some("a")), ("", Some(" b"))]);
    check("data: a\rdata: b\r\rdata: c\n\n", &[("", Some("a\nb")), ("", Some("c"))]);
    check("data\n\n", &[("", Some(""))]);
    check("data:\ndata\n\n", &[("", Some("\n"))]);
    check("event: e\ndata: a\n\n", &[("e", Some("a"))]);
    check("event: e\nevent\ndata: a\n\n", &[("", Some("a"))]);
    check(": comment\n\n", &[("", None)]);
    check(":\ndata: a\nunknown: x\n data: b\nDATA: c\n\n", &[("", Some("a"))]);
    check("data: a:b: c\n\n", &[("", Some("a:b: c"))]);
    check("\u{FEFF}data: a\n\n", &[("", Some("a"))]);
    check("\u{FEFF}\u{FEFF}data: a\n\ndata: \u{FEFF}\n\n", &[("", None), ("", Some("\u{FEFF}"))]);
    let (events, _) =
        decode(["id: 1\nretry: 20\ndata\n\nid: a\0b\nretry: 2x\ndata\n\nid\ndata\n\n".as_bytes()]);
    let ids: Vec<Option<&str>> = events.iter().map(|event| event.id.as_deref()).collect();
    assert_eq!(ids, [Some("1"), None, Some("")]);
    assert_eq!((events[0].retry, events[1].retry), (Some(20), None));
}

#[test]
fn lines_of_no_field_are_noticed() {
    let unknown = |stream: &str| decode([stream.as_bytes()]).0[0].has_unknown_lines;
    for known in
        ["data: a\n\n", ": c\n:\n\n", "id\nevent\nretry: x\nid: a\0\ndata\r\r\n", "event: e\rdata:a\r\n\r\n"]
    {
        assert!(!unknown(known), "{known:?}");
    }
    for page in ["<html>\n\n", "data: a\n<p>\n\n", " data: a\n\n", "{\"error\": \"x\"}\n\n"] {
        assert!(unknown(page), "{page:?}");
    }
}

#[test]
fn an_ending_says_what_was_left() {
    let ending = |stream: &str| decode([stream.as_bytes()]).1;
    let data = |event: Option<Event>| event.and_then(|event| event.data);
    assert_eq!(data(ending("data: a\r\r").last).as_deref(), Some("a"));
    for half in ["data: a", "data: a\n", "data: a\r", "data: a\r\n"] {
        let ending = ending(half);
        assert_eq!((ending.last, data(ending.half).as_deref()), (None, Some("a")), "{half:?}");
    }
    for nothing in ["", "data: a\n\n", "data: a\n\n\n", "data: a\r\n\r\n\r", "\u{FEFF}"] {
        assert_eq!(ending(nothing), Ending::default(), "{nothing:?}");
    }
}

#[test]
fn large_events_and_wrong_bytes_end_a_stream() {
    let mut decoder = Decoder::new(16);
    let mut events = Vec::new();
    assert_eq!(decoder.feed(b"data: 12345678\n\ndata: 1234\n\n", &mut events), Ok(()));
    assert_eq!(
        decoder.feed(b"data: 1\n\ndata: 12345678901", &mut events),
        Err(SseError::TooLarge { limit: 16 })
    );
    assert_eq!(events.len(), 3);
    assert_eq!(decoder.feed(b"\n\n", &mut events), Err(SseError::TooLarge { limit: 16 }));
    assert_eq!(decoder.end(), Err(SseError::TooLarge { limit: 16 }));

    let mut decoder = Decoder::new(1 << 10);
    assert_eq!(decoder.feed(b"data: \xFF\n\n", &mut events), Err(SseError::NotUtf8));
    let mut decoder = Decoder::new(1 << 10);
    assert_eq!(decoder.feed(b"data: \xD0", &mut events), Ok(()));
    assert_eq!(decoder.end(), Err(SseError::NotUtf8));
}

#[test]
fn every_cut_of_the_fixtures_reads_the_same() {
    for path in
        ["streams/full.sse", "streams/crlf.sse", "streams/error.sse", "streams/cut.sse", "streams/html.sse"]
    {
        let stream = fixture(path);
        let whole = decode([stream.as_slice()]);
        assert_eq!(whole, decode(stream.chunks(1)), "{path}, byte by byte");
        for cut in 0..stream.len().min(700) {
            let (head, tail) = stream.split_at(cut);
            assert_eq!(whole, decode([head, tail]), "{path} cut at {cut}");
        }
    }
}

const MARK: char = '\u{FEFF}';

/// The standard's algorithm on a whole stream, as plain as it can be written.
fn by_the_book(stream: &str) -> Vec<String> {
    let stream = stream.strip_prefix(MARK).unwrap_or(stream);
    let stream = stream.replace("\r\n", "\n").replace('\r', "\n");
    let mut events = Vec::new();
    let mut data: Option<String> = None;
    let complete = stream.rfind('\n').map_or("", |end| &stream[..end]);
    for line in complete.split('\n') {
        if line.is_empty() {
            events.extend(data.take());
        } else if let Some(value) =
            line.strip_prefix("data").filter(|rest| rest.is_empty() || rest.starts_with(':'))
        {
            let value = value.strip_prefix(':').unwrap_or(value);
            let value = value.strip_prefix(' ').unwrap_or(value);
            let before = data.take().map(|data| data + "\n").unwrap_or_default();
            data = Some(before + value);
        }
    }
    events
}

fn streams() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(
        &["data", ":", " ", "\n", "\r", "\r\n", "ж", "x", "data: ", "\u{FEFF}", "id", "\n\n"][..],
    );
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(config(800))]

    #[test]
    fn any_stream_cut_anywhere_reads_by_the_book(stream in streams(), sizes in prop::collection::vec(1..7_usize, 1..30)) {
        let bytes = stream.as_bytes();
        let (events, ending) = decode([bytes]);
        let mut rest = bytes;
        let pieces: Vec<&[u8]> = sizes.iter().cycle().map_while(|size| {
            let (piece, after) = rest.split_at((*size).min(rest.len()));
            rest = after;
            (!piece.is_empty()).then_some(piece)
        }).collect();
        prop_assert_eq!(&decode(pieces), &(events.clone(), ending.clone()));
        let raw: Vec<u8> = events.iter().flat_map(|event| event.raw.to_vec()).collect();
        let without_mark = stream.strip_prefix(MARK).unwrap_or(&stream);
        prop_assert!(without_mark.as_bytes().starts_with(&raw));
        let data: Vec<String> = events.into_iter().chain(ending.last).filter_map(|event| event.data).collect();
        prop_assert_eq!(data, by_the_book(&stream));
    }

    #[test]
    fn what_is_written_is_read_back(stream in streams(), data in "[a-zж:\n ]{0,20}") {
        let written = data_event(&data);
        let (events, ending) = decode([written.as_slice()]);
        prop_assert_eq!(ending, Ending::default());
        prop_assert_eq!(events.len(), 1);
        prop_assert_eq!(events[0].data.as_deref(), Some(data.as_str()));
        for event in decode([stream.as_bytes()]).0 {
            let written = bytes_as_text(event.with_data(&data));
            // Not at the start of a stream, where a byte order mark would be none of its content.
            let (again, _) = decode([b":\n\n", written.as_bytes()]);
            prop_assert_eq!(again.len(), 2, "{:?}", written);
            let again = &again[1];
            prop_assert_eq!(again.data.as_deref(), Some(data.as_str()));
            prop_assert_eq!((&again.name, &again.id, again.retry), (&event.name, &event.id, event.retry));
        }
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), limit in 0..64_usize) {
        let mut decoder = Decoder::new(limit);
        let mut events = Vec::new();
        for piece in bytes.chunks(7) {
            let _ = decoder.feed(piece, &mut events);
        }
        let _ = decoder.end();
        prop_assert!(events.iter().all(|event| event.raw.len() <= limit));
    }
}
