//! What the gate itself answers: errors in the shape of the client's protocol, in the caller's
//! language.

use axum::body::Body;
use axum::response::Response;
use darbaza_core::{Lang, Receipt, RefusalCode};
use darbaza_wire::chat::ErrorBody;
use darbaza_wire::json::Member;
use http::header::{CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use crate::gate::Gate;
use crate::journey::Label;
use crate::refused::{Refused, error_type, status};

const SHOULD_RETRY: HeaderName = HeaderName::from_static("x-should-retry");

/// An error with a receipt: a refusal that was recorded, or a failure after a recorded decision.
pub(crate) fn refused(gate: &Gate, lang: Lang, label: &Label, refused: &Refused) -> Response {
    gate.metrics.failed(refused.code);
    let mut response = respond(gate, lang, Some(label.receipt), refused);
    label.on_error(response.headers_mut());
    response
}

/// An error that is not recorded: no key, or no ledger.
pub(crate) fn unrecorded(gate: &Gate, lang: Lang, refused: &Refused) -> Response {
    gate.metrics.failed(refused.code);
    respond(gate, lang, None, refused)
}

/// The queue is full. Nobody is looked up for it, so it speaks the language that the caller names.
pub(crate) fn busy(gate: &Gate, headers: &HeaderMap) -> Response {
    let word = headers.get("darbaza-lang").and_then(|v| v.to_str().ok());
    let lang = word.and_then(|w| w.parse().ok()).unwrap_or_default();
    unrecorded(gate, lang, &Refused::limit_reached())
}

/// Addressed to a host that the gate is not (RFC 9110, 15.5.20).
pub(crate) fn misdirected() -> Response {
    let mut response = Response::new(Body::from("this host name is not one of the gate's\n"));
    *response.status_mut() = StatusCode::MISDIRECTED_REQUEST;
    response
}

/// The event that ends a stream with an error.
pub(crate) fn error_event(gate: &Gate, lang: Lang, receipt: Receipt, refused: &Refused) -> Vec<u8> {
    gate.metrics.failed(refused.code);
    with_body(gate, lang, Some(receipt), refused, |body| body.to_event())
}

fn respond(gate: &Gate, lang: Lang, receipt: Option<Receipt>, refused: &Refused) -> Response {
    let body = with_body(gate, lang, receipt, refused, |body| body.to_bytes());
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status(refused.code);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    // The official clients retry on 409, 429 and 5xx unless they are told not to. A refusal stays
    // one, and a vendor that was called may have done its work.
    if let Some(seconds) = refused.reasons.retry_after {
        headers.insert(RETRY_AFTER, HeaderValue::from(seconds.get()));
    }
    let may_retry = matches!(refused.code, RefusalCode::LimitReached);
    if !may_retry {
        headers.insert(SHOULD_RETRY, HeaderValue::from_static("false"));
    }
    response
}

/// Where the end of a held request is told (the contract's 409).
fn case(code: RefusalCode, receipt: Option<&str>) -> Vec<Member> {
    match receipt.filter(|_| code == RefusalCode::Held) {
        Some(receipt) => vec![
            Member::new("case", receipt),
            Member::new("told_at", format!("/darbaza/v1/decisions/{receipt}").as_str()),
        ],
        None => Vec::new(),
    }
}

fn with_body(
    gate: &Gate,
    lang: Lang,
    receipt: Option<Receipt>,
    refused: &Refused,
    write: impl FnOnce(&ErrorBody<'_>) -> Vec<u8>,
) -> Vec<u8> {
    let message = refused.what(&gate.texts, lang);
    let missing = refused.missing(&gate.texts, lang);
    let missing: Vec<&str> = missing.iter().map(String::as_str).collect();
    let law: Vec<&str> = refused.reasons.law.iter().map(String::as_str).collect();
    let receipt = receipt.map(|r| r.to_string());
    write(&ErrorBody {
        message: &message,
        kind: error_type(refused.code),
        code: refused.code.as_str(),
        missing: &missing,
        law: &law,
        receipt: receipt.as_deref(),
        extra: case(refused.code, receipt.as_deref()),
    })
}
