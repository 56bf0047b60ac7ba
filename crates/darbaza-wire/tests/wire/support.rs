//! What the tests share.

use std::path::Path;

use darbaza_core::Edit;
use darbaza_wire::chat::{Limits, Request};
use darbaza_wire::sse::{Decoder, Ending, Event};
use darbaza_wire::{Text, TextId};
use proptest::prelude::ProptestConfig;
use proptest::test_runner::RngSeed;

pub(crate) fn fixture(path: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    std::fs::read(folder.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

pub(crate) fn read(body: &str) -> Request {
    Request::read(body.as_bytes(), &Limits::default()).unwrap_or_else(|error| panic!("{error}: {body}"))
}

/// A request with these as the members of its only user message beside the role.
pub(crate) fn user(members: &str) -> String {
    format!(r#"{{"model":"m","messages":[{{"role":"user",{members}}}]}}"#)
}

pub(crate) fn text_of<'r>(request: &'r Request, value: &str) -> &'r Text {
    let found = request.texts().iter().find(|text| text.value == value);
    found.unwrap_or_else(|| panic!("no text {value:?} among {:?}", request.texts()))
}

/// Puts `with` in the place of the first `what` in a text.
pub(crate) fn replace(request: &mut Request, id: TextId, what: &str, with: &str) {
    let start = request.texts()[id.index()].value.find(what).expect("the text holds it");
    let edit = Edit { range: start..start + what.len(), with: with.to_owned() };
    request.apply(id, &[edit]).expect("the edit fits");
}

pub(crate) fn bytes_as_text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).expect("UTF-8")
}

pub(crate) fn value_of(bytes: &[u8]) -> serde_json::Value {
    serde_json::from_slice(bytes).expect("JSON")
}

/// All events of a stream that comes in these pieces.
pub(crate) fn decode<'b>(pieces: impl IntoIterator<Item = &'b [u8]>) -> (Vec<Event>, Ending) {
    let mut decoder = Decoder::new(1 << 16);
    let mut events = Vec::new();
    for piece in pieces {
        decoder.feed(piece, &mut events).expect("a stream");
    }
    (events, decoder.end().expect("an ending"))
}

/// The same cases at every run: a failure is one for everybody.
pub(crate) fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(230),
        ..ProptestConfig::default()
    }
}
