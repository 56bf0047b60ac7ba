//! From the bytes of a body to the texts in it.

use std::time::Duration;

use axum::body::{Body, Bytes};
use darbaza_wire::chat::{Limits, ReadError, Request, Uninspectable, Wrong};
use http::HeaderMap;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE};
use http::request::Parts;
use http_body_util::{BodyExt, LengthLimitError, Limited};

use super::aside;
use crate::gate::Gate;
use crate::refused::{Refused, Sentence};
use crate::room::BodyRoom;
use darbaza_core::RefusalCode;

/// How long a body may take: who sends it drop by drop holds a place in the queue.
const BODY_TIME: Duration = Duration::from_secs(60);

/// Reads a chat completions request.
pub(super) async fn read(gate: &Gate, head: &Parts, body: Body) -> Result<(Request, BodyRoom), Refused> {
    let (bytes, room) = body_bytes(gate, &head.headers, body).await?;
    let request = aside(bytes.len(), || Request::read(&bytes, &Limits::default())).map_err(refused)?;
    Ok((request, room))
}

/// The bytes of a JSON body within the bound, never inflated and never cut, with the room that they
/// and what is made of them take.
pub(crate) async fn body_bytes(
    gate: &Gate,
    headers: &HeaderMap,
    body: Body,
) -> Result<(Bytes, BodyRoom), Refused> {
    let limit = gate.limits.body_bytes;
    check_encoding(headers)?;
    let announced = headers.get(CONTENT_LENGTH).and_then(|v| v.to_str().ok()?.parse::<u64>().ok());
    let largest = announced.map_or(limit, |length| usize::try_from(length).unwrap_or(usize::MAX));
    if largest > limit {
        return Err(Refused::too_large(limit));
    }
    let mut room = gate.room.body(largest).ok_or_else(Refused::limit_reached)?;
    match tokio::time::timeout(BODY_TIME, Limited::new(body, limit).collect()).await {
        Ok(Ok(collected)) => {
            let bytes = collected.to_bytes();
            room.shrink_to(bytes.len());
            Ok((bytes, room))
        }
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(Refused::too_large(limit)),
        Ok(Err(_)) | Err(_) => Err(Refused::malformed("malformed-broken-off")),
    }
}

/// A compressed body is refused rather than inflated: a bound on inflated bytes would be one more
/// thing that can be got wrong, and no client of the protocol compresses.
fn check_encoding(headers: &HeaderMap) -> Result<(), Refused> {
    let encodings = headers.get_all(CONTENT_ENCODING).iter();
    if encodings.into_iter().any(|v| !v.as_bytes().eq_ignore_ascii_case(b"identity")) {
        return Err(Refused::encoding());
    }
    let Some(value) = headers.get(CONTENT_TYPE) else { return Ok(()) };
    let value = value.to_str().map_err(|_| Refused::encoding())?.to_ascii_lowercase();
    let mut parts = value.split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default();
    let utf_8 = parts.all(|p| match p.strip_prefix("charset=") {
        Some(charset) => matches!(charset.trim_matches('"'), "utf-8" | "utf8" | "us-ascii"),
        None => true,
    });
    if essence == "application/json" && utf_8 { Ok(()) } else { Err(Refused::encoding()) }
}

fn refused(error: ReadError) -> Refused {
    match error {
        ReadError::TooDeep { limit, .. } => {
            let what = Sentence::new("request-too-deep").word("limit", limit);
            Refused::plain(RefusalCode::RequestTooDeep, what, "request-too-deep-fix")
        }
        ReadError::TooMany { limit, .. } => {
            let what = Sentence::new("too-many-values").word("limit", limit);
            Refused::plain(RefusalCode::TooLarge, what, "too-large-fix")
        }
        ReadError::NotInspectable { what, at } => {
            let what = Sentence::new("content-not-inspectable").text("what", part_text(what)).word("at", at);
            Refused::plain(RefusalCode::ContentNotInspectable, what, "content-not-inspectable-fix")
        }
        ReadError::Malformed { what, at } => {
            let sentence = match what {
                Wrong::Json(fault) => Sentence::new("malformed-json").text("fault", fault_text(&fault)),
                Wrong::Missing(field) => Sentence::new("malformed-missing").word("field", field),
                Wrong::Expected(_) => Sentence::new("malformed-type"),
            };
            Refused::plain(RefusalCode::RequestMalformed, sentence.word("at", at), "request-malformed-fix")
        }
    }
}

fn part_text(what: Uninspectable) -> &'static str {
    match what {
        Uninspectable::ImageUrl | Uninspectable::Images => "part-image",
        Uninspectable::InputAudio | Uninspectable::AudioReference => "part-audio",
        Uninspectable::File | Uninspectable::DataUrl => "part-file",
        Uninspectable::AudioOutput | Uninspectable::Modality => "part-output",
        Uninspectable::UnknownPart => "part-unknown",
    }
}

fn fault_text(fault: &darbaza_wire::json::Fault) -> &'static str {
    use darbaza_wire::json::Fault;
    match fault {
        Fault::Syntax => "fault-syntax",
        Fault::NotUtf8 => "fault-utf8",
        Fault::ByteOrderMark => "fault-bom",
        Fault::DuplicateKey { .. } => "fault-duplicate",
        Fault::ReservedKey { .. } => "fault-reserved",
    }
}
