//! The next route, where a vendor could not be reached. Nothing went out over the first one, so nothing
//! is done twice; each attempt is a decision of its own, with its own receipt, and the answer carries
//! the receipt of the one that it came by.

use std::sync::Arc;

use axum::response::Response;
use darbaza_wire::chat::Request;

use super::admit::Caller;
use super::cut_off::CutOff;
use super::{Findings, Stopped, decide, send};
use crate::gate::Gate;

/// Goes on over the other routes that may be taken, one after the other.
pub(super) async fn fall_back(
    gate: &Arc<Gate>,
    caller: &mut Caller,
    request: Request,
    findings: Findings,
    unreached: Stopped,
    mut cut_off: CutOff,
) -> Result<Response, Stopped> {
    let mut passed_over = Vec::new();
    let mut sent = Err(unreached);
    while let Err(Stopped::NotReached(_, _, route)) = &sent {
        passed_over.push(route.clone());
        caller.policy = gate.in_force.now();
        let Ok(decided) = decide::decide(gate, caller, &request, &findings, &passed_over) else { break };
        sent = send(gate, caller, gate.receipts.next(), request.clone(), &findings, &decided, &mut cut_off)
            .await;
    }
    sent
}
