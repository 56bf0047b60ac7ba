//! The decision becomes a leaf of the ledger.

use darbaza_core::{Action, CategoryCounts, Receipt, Way};
use darbaza_policy::shipped_rules;
use darbaza_store::{AppendError, DecisionLeaf, Further, LeafKind, NewLeaf, Ticket};

use super::admit::Caller;
use super::decide::Decided;
use super::mask::Masked;
use super::{Findings, Stopped};
use crate::gate::Gate;
use crate::refused::{Asked, Refused};

/// A leaf is smaller than this. A request with data of nearly every category, and persons concerned
/// named in headers, would need more.
const LEAF_BYTES: usize = 1024;

/// Articles of a refusal that fit into any leaf.
const FEW_ARTICLES: usize = 4;

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
) -> Result<Record, Stopped> {
    let mut clear = CategoryCounts::default();
    for (category, count) in findings.counts.iter() {
        if decided.sending.way(category) == Way::Clear {
            (0..count).for_each(|_| clear.add(category));
        }
    }
    let shut = decided.sending.instead_of.as_ref();
    let mut leaf = DecisionLeaf {
        rule: shut.map(|rule| rule.id.clone()),
        law: shut.map(|rule| rule.law.clone()).unwrap_or_default(),
        route: Some(decided.sending.route.clone()),
        vendor: Some(decided.vendor.clone()),
        country: Some(decided.country),
        clear,
        adjusted: masked.adjusted.iter().map(|word| (*word).to_owned()).collect(),
        commitment: Some(masked.commitment.clone()),
        ..blank(gate, caller, receipt, decided.sending.action, &findings.counts, &decided.asked)
    };
    // The articles of the rule that shut the route asked for are known by its id.
    let bytes = written(&leaf).or_else(|| {
        leaf.law = Vec::new();
        written(&leaf)
    });
    let Some(bytes) = bytes else {
        // Nothing is sent that the ledger cannot say in full.
        return Err(Refused::record_too_large().into());
    };
    gate.metrics.decided(decided.sending.action, &findings.counts);
    Ok(Record { receipt, ticket: submit(gate, caller, &leaf, LeafKind::Decision, bytes) })
}

/// Records a refusal, or that a request waits for a person, durably.
pub(super) async fn refusal(
    gate: &Gate,
    caller: &Caller,
    receipt: Receipt,
    refused: &Refused,
    findings: &CategoryCounts,
    further: Option<Further>,
) -> Result<Receipt, AppendError> {
    let action = refused.action();
    let mut leaf = DecisionLeaf {
        code: Some(refused.code),
        rule: refused.reasons.rule.clone(),
        law: refused.reasons.law.clone(),
        further,
        ..blank(gate, caller, receipt, action, findings, &refused.reasons.asked)
    };
    gate.metrics.decided(action, findings);
    // Where all of it would be too large, that nothing was sent and why is what has to be kept.
    let bytes = written(&leaf).or_else(|| {
        leaf.findings = CategoryCounts::default();
        leaf.parameters = Vec::new();
        leaf.law.truncate(FEW_ARTICLES);
        (leaf.asked, leaf.model) = (None, None);
        written(&leaf)
    });
    submit(gate, caller, &leaf, LeafKind::FinalDecision, bytes.ok_or(AppendError::Closed)?).await?;
    Ok(receipt)
}

fn blank(
    gate: &Gate,
    caller: &Caller,
    receipt: Receipt,
    action: Action,
    findings: &CategoryCounts,
    asked: &Asked,
) -> DecisionLeaf {
    DecisionLeaf {
        v: 1,
        receipt,
        at: gate.clock.now(),
        organisation: caller.organisation(),
        system: caller.system().clone(),
        key: caller.key.issued.id,
        purpose: asked.purpose.clone(),
        asked: asked.route.clone(),
        model: asked.model.clone(),
        parameters: asked.parameters.clone(),
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
        register: caller.policy.register().version().to_owned(),
        rules: Some(shipped_rules().to_owned()),
        commitment: None,
        further: None,
    }
}

/// The leaf as it is kept, where it keeps to the format's bound.
fn written(leaf: &DecisionLeaf) -> Option<Vec<u8>> {
    serde_json::to_vec(leaf).ok().filter(|bytes| bytes.len() < LEAF_BYTES)
}

fn submit(gate: &Gate, caller: &Caller, leaf: &DecisionLeaf, kind: LeafKind, bytes: Vec<u8>) -> Ticket {
    gate.ledger.submit(NewLeaf {
        organisation: Some(caller.organisation()),
        system: Some(caller.system().clone()),
        receipt: Some(leaf.receipt),
        kind,
        at: leaf.at,
        bytes,
    })
}

#[cfg(test)]
mod tests {
    use darbaza_core::Category;
    use uuid::Uuid;

    use super::*;

    fn refusal_with(categories: &[Category], count: u32) -> DecisionLeaf {
        let mut findings = CategoryCounts::default();
        for category in categories {
            (0..count).for_each(|_| findings.add(*category));
        }
        let id = Uuid::from_u128(u128::MAX);
        DecisionLeaf {
            v: 1,
            receipt: Receipt(id),
            at: jiff::Timestamp::MAX,
            organisation: darbaza_core::OrganisationId(id),
            system: "s".repeat(64).parse().unwrap(),
            key: darbaza_core::KeyId(id),
            purpose: None,
            asked: None,
            model: None,
            parameters: Vec::new(),
            action: Action::Refuse,
            code: Some(darbaza_core::RefusalCode::ContentNotInspectable),
            rule: Some("category-allowed".to_owned()),
            law: vec!["AI 10(1)".to_owned(), "PD 7(1)".to_owned()],
            route: None,
            vendor: None,
            country: None,
            findings,
            clear: CategoryCounts::default(),
            adjusted: Vec::new(),
            subjects: vec![darbaza_store::Pseudonym("a".repeat(16)); 8],
            conversation: Some(darbaza_store::Pseudonym("a".repeat(16))),
            register: "r".repeat(64),
            rules: Some("f".repeat(16)),
            commitment: None,
            further: Some(Further { receipt: Receipt(id), count: u64::MAX }),
        }
    }

    #[test]
    fn a_refusal_always_fits_once_its_counts_are_left_out() {
        assert!(written(&refusal_with(&[], 0)).is_some());
        assert!(written(&refusal_with(&[Category::Iin, Category::Person], 12)).is_some());
        assert!(written(&refusal_with(Category::ALL, 1000)).is_none());
    }
}
