//! Tokens to values in the answer, in every copy, across any chunk boundary.

mod calls;
mod events;
mod guarded;
mod places;
mod whole;

use std::sync::Arc;

use axum::response::Response;

use super::Stopped;
use super::admit::Caller;
use super::cut_off::CutOff;
use super::label::Label;
use super::mask::Restoring;
use super::outcome::OutcomeRecord;
use crate::gate::Gate;
use crate::refused::Refused;
use crate::vendor::{Form, VendorAnswer};

pub(super) use calls::MaskedTools;

/// The answer stops here with an error.
enum Broken {
    /// The vendor failed in it.
    ByVendor(Refused),
    /// It was cut off.
    ByGate(Refused),
}

/// Turns a vendor's answer into the client's.
pub(super) async fn restore(
    gate: &Arc<Gate>,
    caller: &Caller,
    answer: VendorAnswer,
    restoring: Restoring,
    mut outcome: OutcomeRecord,
    label: Label,
    cut_off: &mut CutOff,
) -> Result<Response, Stopped> {
    let form = if restoring.stream { Form::Events } else { Form::Json };
    if !answer.status.is_success() || answer.form != form {
        // What a vendor says of an error may quote the request, so it is never passed on.
        tracing::warn!(vendor.status = answer.status.as_u16(), "vendor.answer is no answer");
        let refused = match answer.status.as_u16() {
            408 | 504 => Refused::vendor_timeout(),
            _ => Refused::vendor_error(),
        };
        outcome.vendor_failed(refused.code);
        return Err(Stopped::AfterDecision(refused, Box::new(label)));
    }
    if restoring.stream {
        Ok(events::respond(gate, caller.lang, answer.body, restoring, outcome, &label, caller.cut_off(gate)))
    } else {
        whole::respond(gate, answer.body, restoring, outcome, label, cut_off).await
    }
}
