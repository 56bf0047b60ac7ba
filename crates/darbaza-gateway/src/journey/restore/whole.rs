//! An answer in one body.

use std::future::poll_fn;
use std::sync::Arc;

use axum::response::Response;
use bytes::{Bytes, BytesMut};
use darbaza_wire::chat::Answer;
use http::HeaderValue;
use http::header::CONTENT_TYPE;

use super::guarded::GuardedBody;
use super::places::Kind;
use crate::gate::Gate;
use crate::journey::Stopped;
use crate::journey::label::Label;
use crate::journey::mask::Restoring;
use crate::journey::outcome::OutcomeRecord;
use crate::refused::Refused;
use crate::vendor::VendorBody;

/// Reads, restores and labels the answer.
pub(super) async fn respond(
    gate: &Arc<Gate>,
    body: VendorBody,
    restoring: Restoring,
    mut outcome: OutcomeRecord,
    label: Label,
) -> Result<Response, Stopped> {
    let read = match collect(gate, body).await {
        Ok(bytes) => Answer::read(&bytes).ok().filter(|answer| !answer.is_error()),
        Err(refused) => {
            outcome.vendor_failed(refused.code);
            return Err(Stopped::AfterDecision(refused, Box::new(label)));
        }
    };
    let Some(mut answer) = read else {
        let refused = Refused::vendor_error();
        outcome.vendor_failed(refused.code);
        return Err(Stopped::AfterDecision(refused, Box::new(label)));
    };
    let Restoring { tokens, json_content, .. } = restoring;
    if !tokens.is_empty() {
        answer.for_each_text(|place, text| {
            *text = match Kind::of(place.field, json_content) {
                Kind::Text => tokens.restore(text),
                Kind::Json(rules) => tokens.restore_json(text, rules),
            };
        });
        // Also those that nobody asked for: they spell the tokens once more, in pieces.
        answer.drop_logprobs();
    }
    if let Some(usage) = answer.usage() {
        outcome.usage(usage);
    }
    outcome.restored(tokens.restored());
    let body = GuardedBody::new(Bytes::from(answer.to_bytes()), outcome);
    let mut response = Response::new(axum::body::Body::new(body));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    label.on_answer(response.headers_mut());
    Ok(response)
}

/// The whole body, within the bounds of size and time.
async fn collect(gate: &Gate, mut body: VendorBody) -> Result<Bytes, Refused> {
    let mut whole = BytesMut::new();
    loop {
        let piece = tokio::time::timeout(gate.vendors.idle(), poll_fn(|cx| body.poll_piece(cx))).await;
        match piece.map_err(|_| Refused::vendor_timeout())? {
            None => return Ok(whole.freeze()),
            Some(Err(_)) => return Err(Refused::vendor_error()),
            Some(Ok(piece)) if whole.len() + piece.len() > gate.limits.answer_bytes => {
                return Err(Refused::vendor_error());
            }
            Some(Ok(piece)) => whole.extend_from_slice(&piece),
        }
    }
}
