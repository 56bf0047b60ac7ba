//! To the chosen vendor.
//!
//! The order of recording:
//! - where personal data leave in clear, the decision is durable before the vendor is called;
//! - else the write overlaps the vendor's work, but only while the writer is healthy and its queue
//!   short; where the write then fails, the call is cancelled and the answer withheld;
//! - in every case the decision is durable before the first byte of the answer.

use std::pin::pin;
use std::sync::Arc;
use std::time::Instant;

use darbaza_store::Ticket;

use super::Stopped;
use super::admit::Caller;
use super::cut_off::{CutOff, unless_cut_off};
use super::decide::Decided;
use super::label::Label;
use super::outcome::OutcomeRecord;
use super::record::Record;
use crate::gate::Gate;
use crate::refused::Refused;
use crate::vendor::{CallFailed, Outbound, VendorAnswer};

/// From this many waiting leaves on, nothing is sent before its record.
const SHORT_QUEUE: usize = 4096;

/// Sends the request; the head of the answer comes back once the decision is durable.
pub(super) async fn forward(
    gate: &Arc<Gate>,
    caller: &Caller,
    record: Record,
    decided: &Decided,
    outbound: Outbound,
    label: &Label,
    cut_off: &mut CutOff,
) -> Result<(VendorAnswer, OutcomeRecord), Stopped> {
    let Record { receipt, mut ticket } = record;
    // From here on the decision has an outcome, also where the client hangs up while it is written.
    let mut outcome = OutcomeRecord::new(gate, caller, receipt, &decided.vendor);
    let health = gate.ledger.health();
    let overlap = !decided.sending.sends_clear() && health.writable && health.waiting < SHORT_QUEUE;
    if !overlap {
        durable(&mut ticket).await.inspect_err(|_| outcome.forget())?;
    }
    outcome.sent(outbound.body.len());
    let mut began = None;
    let call = async {
        let called = Instant::now();
        let answered = gate.vendors.call(&decided.vendor, outbound).await;
        began = answered.is_ok().then(|| called.elapsed());
        answered
    };
    let call = unless_cut_off(cut_off, call);
    let answered = if overlap { beside(&mut ticket, call).await } else { Ok(call.await) };
    let answered = answered.inspect_err(|_| outcome.forget())?;
    if let Some(after) = began {
        outcome.began(after);
    }
    match answered {
        Ok(Ok(answer)) => Ok((answer, outcome)),
        Err(cut) => Err(Stopped::cut_off(cut, outcome, label.clone())),
        Ok(Err(failed)) => {
            let (refused, reached) = match failed {
                CallFailed::TimedOut { connected } => (Refused::vendor_timeout(), connected),
                CallFailed::Unreachable { connected } => (Refused::vendor_error(), connected),
                CallFailed::NoAddress => (Refused::vendor_error(), false),
            };
            outcome.vendor_failed(refused.code);
            let label = Box::new(label.clone());
            Err(if reached {
                Stopped::AfterDecision(refused, label)
            } else {
                Stopped::NotReached(refused, label, decided.sending.route.clone())
            })
        }
    }
}

async fn durable(ticket: &mut Ticket) -> Result<(), Stopped> {
    ticket.await.map(drop).map_err(|_| Stopped::Unrecorded)
}

/// Waits for both; a record that fails ends the call at once, by dropping it.
async fn beside<T>(ticket: &mut Ticket, call: impl Future<Output = T>) -> Result<T, Stopped> {
    let mut call = pin!(call);
    tokio::select! {
        biased;
        recorded = &mut *ticket => {
            recorded.map_err(|_| Stopped::Unrecorded)?;
            Ok(call.await)
        }
        answered = &mut call => {
            durable(ticket).await?;
            Ok(answered)
        }
    }
}
