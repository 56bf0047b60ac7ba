//! An answer in one body.

use std::future::poll_fn;
use std::sync::Arc;

use axum::response::Response;
use bytes::{Bytes, BytesMut};
use darbaza_mask::Tokens;
use darbaza_register::ToolArguments;
use darbaza_wire::chat::{Answer, AnswerPlace};
use http::HeaderValue;
use http::header::CONTENT_TYPE;

use super::Broken;
use super::calls::MaskedTools;
use super::guarded::GuardedBody;
use super::places::Kind;
use crate::gate::Gate;
use crate::journey::cut_off::{CutOff, unless_cut_off};
use crate::journey::label::Label;
use crate::journey::mask::Restoring;
use crate::journey::outcome::OutcomeRecord;
use crate::journey::{Stopped, aside};
use crate::refused::Refused;
use crate::vendor::VendorBody;

/// Reads, restores and labels the answer.
pub(super) async fn respond(
    gate: &Arc<Gate>,
    body: VendorBody,
    restoring: Restoring,
    mut outcome: OutcomeRecord,
    label: Label,
    cut_off: &mut CutOff,
) -> Result<Response, Stopped> {
    let collected = unless_cut_off(cut_off, collect(gate, body)).await;
    let bytes = match collected.map_err(Broken::ByGate).flatten() {
        Ok(bytes) => bytes,
        Err(Broken::ByVendor(refused)) => return failed(outcome, refused, label),
        Err(Broken::ByGate(cut)) => return Err(Stopped::cut_off(cut, outcome, label)),
    };
    outcome.told(bytes.len());
    let Restoring { tokens, json_content, tools, .. } = restoring;
    let Some(answer) = aside(bytes.len(), || restored(&bytes, &tokens, json_content, &tools)) else {
        return failed(outcome, Refused::vendor_error(), label);
    };
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

fn failed(mut outcome: OutcomeRecord, refused: Refused, label: Label) -> Result<Response, Stopped> {
    outcome.vendor_failed(refused.code);
    Err(Stopped::AfterDecision(refused, Box::new(label)))
}

/// The answer with its values; nothing where it is no answer.
pub(super) fn restored(
    bytes: &[u8],
    tokens: &Tokens,
    json_content: bool,
    tools: &MaskedTools,
) -> Option<Answer> {
    let mut answer = Answer::read(bytes).ok().filter(|answer| !answer.is_error())?;
    if !tokens.is_empty() {
        // The name of a call comes right before its arguments, and counts for these only.
        let mut named: Option<(AnswerPlace, String)> = None;
        answer.for_each_text(|place, text| {
            if let Some(field) = place.field.name_of_call() {
                let name = named.take().filter(|(name, _)| *name == AnswerPlace { field, ..place });
                let name = name.map_or(String::new(), |(_, name)| name);
                if tools.arguments_of(&name) == ToolArguments::Masked {
                    return;
                }
            }
            *text = match Kind::of(place.field, json_content) {
                Kind::Text => tokens.restore(text),
                Kind::Content => tokens.restore_content(text),
                Kind::Json(rules) => tokens.restore_json(text, rules),
            };
            if place.field.arguments_of_call().is_some() {
                named = Some((place, text.clone()));
            }
        });
        // Also those that nobody asked for: they spell the tokens once more, in pieces.
        answer.drop_logprobs();
    }
    Some(answer)
}

/// The whole body, within the bounds of size and time.
async fn collect(gate: &Gate, mut body: VendorBody) -> Result<Bytes, Broken> {
    let mut whole = BytesMut::new();
    loop {
        let piece = tokio::time::timeout(gate.vendors.idle(), poll_fn(|cx| body.poll_piece(cx))).await;
        match piece.map_err(|_| Broken::ByVendor(Refused::vendor_timeout()))? {
            None => return Ok(whole.freeze()),
            Some(Err(_)) => return Err(Broken::ByVendor(Refused::vendor_error())),
            Some(Ok(piece)) if whole.len() + piece.len() > gate.limits.answer_bytes => {
                return Err(Broken::ByVendor(Refused::vendor_error()));
            }
            Some(Ok(piece)) => whole.extend_from_slice(&piece),
        }
    }
}
