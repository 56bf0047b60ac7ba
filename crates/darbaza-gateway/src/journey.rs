//! The journey of a prompt. One function tells it, in this order, and each step is one file:
//!
//! admit, read, detect, decide, mask, record, forward, restore, label, and the outcome's record.

pub(crate) mod admit;
pub(crate) mod cut_off;
mod decide;
mod detect;
mod fall_back;
mod forward;
mod label;
mod mask;
mod outcome;
mod read;
mod record;
mod restore;

use std::sync::Arc;
use std::time::Instant;

use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use darbaza_core::{CategoryCounts, Receipt, RefusalCode, RouteKey};
use darbaza_wire::chat::Request;
use http::request::Parts;

use crate::gate::Gate;
use crate::refused::Refused;
use crate::{reply, room};
use admit::{Caller, NotAdmitted, admit};
use cut_off::{CutOff, unless_cut_off};
use decide::Decided;
use outcome::OutcomeRecord;

pub(crate) use detect::{Findings, aside, blocking};
pub(crate) use label::{DECISION, Label};
pub(crate) use read::body_bytes;

/// Why a journey ends without a vendor's answer.
pub(crate) enum Stopped {
    /// Before anything left: the refusal is a decision of its own, still to be recorded.
    Refused {
        refused: Refused,
        /// What was found until then.
        findings: CategoryCounts,
    },
    /// After the decision to send was recorded: the outcome is recorded already.
    AfterDecision(Refused, Box<Label>),
    /// The same, and the vendor of that route was never reached: another one may be.
    NotReached(Refused, Box<Label>, RouteKey),
    /// The decision could not be recorded, so nothing is answered.
    Unrecorded,
}

impl Stopped {
    /// After the decision to send was recorded: the journey was cut off. Where that is because the
    /// ledger failed, nobody knows whether the decision is in it, and its receipt is not told.
    fn cut_off(refused: Refused, mut outcome: OutcomeRecord, label: Label) -> Stopped {
        outcome.withheld(refused.code);
        match refused.code {
            RefusalCode::LedgerUnavailable => Stopped::Unrecorded,
            _ => Stopped::AfterDecision(refused, Box::new(label)),
        }
    }
}

impl From<Refused> for Stopped {
    fn from(refused: Refused) -> Stopped {
        Stopped::Refused { refused, findings: CategoryCounts::default() }
    }
}

/// One chat completion, from the caller's request to the answer.
pub(crate) async fn chat_completion(gate: Arc<Gate>, head: Parts, body: Body) -> Response {
    let mut caller = match admit(&gate, &head.headers) {
        Ok(caller) => caller,
        Err(not_admitted) => return turn_away(&gate, not_admitted).await,
    };
    let place = caller.place.take();
    let receipt = gate.receipts.next();
    let lang = caller.lang;
    let journey = async {
        match travel(&gate, &mut caller, receipt, &head, body).await {
            Ok(response) => response,
            Err(stopped) => stop(&gate, &caller, receipt, stopped).await,
        }
    };
    // When the ledger fails for good, nobody is answered any more, wherever the journey is.
    // Dropping it cancels the vendor's call.
    let response = tokio::select! {
        biased;
        () = gate.ledger.failed() => reply::unrecorded(&gate, lang, &Refused::ledger_unavailable()),
        response = journey => response,
    };
    match place {
        None => response,
        Some(place) => room::keep(place, response),
    }
}

async fn travel(
    gate: &Arc<Gate>,
    caller: &mut Caller,
    receipt: Receipt,
    head: &Parts,
    body: Body,
) -> Result<Response, Stopped> {
    let mut cut_off = caller.cut_off(gate);
    let (request, _room) = unless_cut_off(&mut cut_off, read::read(gate, head, body)).await??;
    let findings = detect::detect(gate, &request);
    // A body may take a minute to come, and what was put in force meanwhile counts for it too.
    caller.policy = gate.in_force.now();
    let decided = decide::decide(gate, caller, &request, &findings, &[])?;
    let kept = decided.falls_back.then(|| request.clone());
    let sent = send(gate, caller, receipt, request, &findings, &decided, &mut cut_off).await;
    match (sent, kept) {
        (Err(Stopped::NotReached(refused, label, route)), Some(request)) => {
            let unreached = Stopped::NotReached(refused, label, route);
            Box::pin(fall_back::fall_back(gate, caller, request, findings, unreached, cut_off)).await
        }
        (sent, _) => sent,
    }
}

/// From the decision to the answer, over the route that was decided on.
async fn send(
    gate: &Arc<Gate>,
    caller: &Caller,
    receipt: Receipt,
    request: Request,
    findings: &Findings,
    decided: &Decided,
    cut_off: &mut CutOff,
) -> Result<Response, Stopped> {
    let masked = aside(findings.length, || mask::mask(gate, caller, receipt, request, findings, decided))?;
    let record = record::decision(gate, caller, receipt, findings, decided, &masked)?;
    let label = Label { receipt, action: decided.sending.action, findings: findings.counts.clone() };
    let outbound = masked.outbound;
    let (answer, outcome) =
        forward::forward(gate, caller, record, decided, outbound, &label, cut_off).await?;
    restore::restore(gate, caller, answer, masked.restoring, outcome, label, cut_off).await
}

/// Answers a request that stopped on its way; a refusal is recorded before it is told.
async fn stop(gate: &Gate, caller: &Caller, receipt: Receipt, stopped: Stopped) -> Response {
    let unrecorded = || reply::unrecorded(gate, caller.lang, &Refused::ledger_unavailable());
    match stopped {
        Stopped::Unrecorded => unrecorded(),
        Stopped::AfterDecision(refused, label) | Stopped::NotReached(refused, label, _) => {
            reply::refused(gate, caller.lang, &label, &refused)
        }
        Stopped::Refused { refused, .. } if refused.code == RefusalCode::KeyInvalid => {
            gate.refused_keys.count();
            reply::unrecorded(gate, caller.lang, &refused)
        }
        Stopped::Refused { refused, findings } => {
            let recorded = if refused.code == RefusalCode::LimitReached {
                let span = caller.key.limited.span(Instant::now());
                let refusal = record::refusal(gate, caller, receipt, &refused, &findings, span.before());
                span.receipt(refusal).await
            } else {
                record::refusal(gate, caller, receipt, &refused, &findings, None).await
            };
            match recorded {
                Ok(receipt) => {
                    let label = Label { receipt, action: refused.action(), findings };
                    reply::refused(gate, caller.lang, &label, &refused)
                }
                Err(_) => unrecorded(),
            }
        }
    }
}

/// Answers a caller that was not admitted. Where the key was good, the refusal is recorded.
pub(crate) async fn turn_away(gate: &Gate, not_admitted: NotAdmitted) -> Response {
    match not_admitted.caller {
        None => reply::unrecorded(gate, not_admitted.lang, &not_admitted.refused),
        Some(caller) => stop(gate, &caller, gate.receipts.next(), not_admitted.refused.into()).await,
    }
}

/// Records and tells a refusal of a caller that was admitted.
pub(crate) async fn refuse(gate: &Gate, caller: &Caller, refused: Refused) -> Response {
    stop(gate, caller, gate.receipts.next(), refused.into()).await
}

/// An address or method that the gate does not have. Who has no key is not told which exist.
pub(crate) async fn unknown_address(
    State(gate): State<Arc<Gate>>,
    request: axum::extract::Request,
) -> Response {
    match admit(&gate, request.headers()) {
        Err(not_admitted) => turn_away(&gate, not_admitted).await,
        Ok(caller) => refuse(&gate, &caller, Refused::route_unknown()).await,
    }
}
