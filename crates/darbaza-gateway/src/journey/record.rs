//! The decision becomes a leaf of the ledger.

use darbaza_core::{Action, CategoryCounts, Receipt, Way};
use darbaza_store::{AppendError, DecisionLeaf, LeafKind, NewLeaf, Ticket};

use super::Findings;
use super::admit::Caller;
use super::decide::Decided;
use super::mask::Masked;
use crate::gate::Gate;
use crate::refused::Refused;

/// The format keeps a leaf under this; what is larger is a defect of the gate, not of a request.
const LEAF_BYTES: usize = 1024;

/// A decision to send that was handed to the ledger.
pub(crate) struct Record {
    pub(crate) receipt: Receipt,
    pub(crate) ticket: Ticket,
}

/// Hands the decision to send to the ledger; it is durable when the ticket says so.
pub(super) fn decision(
    gate: &Gate,
    caller: &Caller,
    receipt: Receipt,
    findings: &Findings,
    decided: &Decided,
    masked: &Masked,
) -> Record {
    let mut clear = CategoryCounts::default();
    for (category, count) in findings.counts.iter() {
        if decided.sending.way(category) == Way::Clear {
            (0..count).for_each(|_| clear.add(category));
        }
    }
    let leaf = DecisionLeaf {
        purpose: Some(decided.sending.purpose.clone()),
        route: Some(decided.sending.route.clone()),
        vendor: Some(decided.vendor.clone()),
        country: Some(decided.country),
        clear,
        adjusted: masked.adjusted.iter().map(|word| (*word).to_owned()).collect(),
        commitment: Some(masked.commitment.clone()),
        ..blank(gate, caller, receipt, decided.sending.action, &findings.counts)
    };
    gate.metrics.decided(decided.sending.action, &findings.counts);
    Record { receipt, ticket: submit(gate, caller, &leaf, LeafKind::Decision) }
}

/// Records a refusal, durably.
pub(super) async fn refusal(
    gate: &Gate,
    caller: &Caller,
    receipt: Receipt,
    refused: &Refused,
    findings: &CategoryCounts,
) -> Result<u64, AppendError> {
    let leaf = DecisionLeaf {
        code: Some(refused.code),
        rule: refused.rule.map(str::to_owned),
        law: refused.law.iter().map(|article| (*article).to_owned()).collect(),
        ..blank(gate, caller, receipt, Action::Refuse, findings)
    };
    gate.metrics.decided(Action::Refuse, findings);
    submit(gate, caller, &leaf, LeafKind::FinalDecision).await
}

fn blank(
    gate: &Gate,
    caller: &Caller,
    receipt: Receipt,
    action: Action,
    findings: &CategoryCounts,
) -> DecisionLeaf {
    DecisionLeaf {
        v: 1,
        receipt,
        at: gate.clock.now(),
        organisation: caller.organisation(),
        system: caller.system().clone(),
        key: caller.key.issued.id,
        purpose: None,
        action,
        code: None,
        rule: None,
        law: Vec::new(),
        route: None,
        vendor: None,
        country: None,
        findings: findings.clone(),
        clear: CategoryCounts::default(),
        adjusted: Vec::new(),
        subjects: caller.subjects.clone(),
        conversation: caller.conversation.clone(),
        register: gate.register().version().to_owned(),
        commitment: None,
    }
}

fn submit(gate: &Gate, caller: &Caller, leaf: &DecisionLeaf, kind: LeafKind) -> Ticket {
    let bytes = serde_json::to_vec(leaf).unwrap_or_default();
    debug_assert!(!bytes.is_empty() && bytes.len() < LEAF_BYTES, "a leaf of {} bytes", bytes.len());
    gate.ledger.submit(NewLeaf {
        organisation: Some(caller.organisation()),
        system: Some(caller.system().clone()),
        receipt: Some(leaf.receipt),
        kind,
        at: leaf.at,
        bytes,
    })
}
