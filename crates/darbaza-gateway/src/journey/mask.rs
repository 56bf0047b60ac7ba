//! Findings to tokens, on the parsed body.

use bytes::Bytes;
use darbaza_core::{Category, Finding, Receipt, Way};
use darbaza_mask::{MaskShape, Masking, Original, Scope, ScopeKind, Tokens};
use darbaza_register::ScopeRule;
use darbaza_wire::chat::Request;
use darbaza_wire::{Shape, Text};

use super::admit::Caller;
use super::decide::Decided;
use super::restore::MaskedTools;
use super::{Findings, Stopped};
use crate::gate::Gate;
use crate::refused::Refused;
use crate::vendor::Outbound;

/// A request as it may leave, and what its answer is restored with.
pub(crate) struct Masked {
    pub(crate) outbound: Outbound,
    pub(crate) restoring: Restoring,
    /// What was changed in the protocol, for the record.
    pub(crate) adjusted: Vec<&'static str>,
    /// Commitment to the body that leaves.
    pub(crate) commitment: String,
}

/// What the answer is restored with. Lives as long as the answer and no longer.
pub(crate) struct Restoring {
    pub(crate) tokens: Tokens,
    /// Whether the answer's content is JSON.
    pub(crate) json_content: bool,
    /// The tools whose arguments stay masked.
    pub(crate) tools: MaskedTools,
    /// Whether the client asked for a stream.
    pub(crate) stream: bool,
}

/// Masks what goes masked and writes the body.
pub(super) fn mask(
    gate: &Gate,
    caller: &Caller,
    receipt: Receipt,
    mut request: Request,
    findings: &Findings,
    decided: &Decided,
) -> Result<Masked, Stopped> {
    let refuse = |refused| Stopped::Refused { refused, findings: findings.counts.clone() };
    let scope = scope(gate, caller, receipt, &request, decided.scope).map_err(|error| {
        tracing::error!(%error, "masking.key is not at hand");
        Stopped::Unrecorded
    })?;
    let mut masking = Masking::new(scope);
    let edits: Vec<_> = request
        .texts()
        .iter()
        .map(|text| {
            let masked: Vec<Finding> = findings
                .of(text)
                .iter()
                .filter(|finding| decided.sending.way(finding.category) != Way::Clear)
                .cloned()
                .collect();
            edits_of(&mut masking, text, &masked).map(|edits| (text.id, edits))
        })
        .collect::<Result<_, Refused>>()
        .map_err(refuse)?;
    for (id, edits) in edits.into_iter().filter(|(_, edits)| !edits.is_empty()) {
        request.apply(id, &edits).map_err(|_| refuse(Refused::malformed("malformed-unmaskable")))?;
    }
    if let Some(model) = &decided.model {
        request.set_model(model.as_str());
    }
    let tokens = masking.finish();
    let mut adjusted = Vec::new();
    if !tokens.is_empty() {
        if request.asks_logprobs() {
            adjusted.push("logprobs_dropped");
        }
        if request.widen_schemas() {
            adjusted.push("schema_widened");
        }
    }
    let restoring = Restoring {
        tokens,
        json_content: request.json_output(),
        tools: caller.policy.register().system(caller.system()).map(MaskedTools::of).unwrap_or_default(),
        stream: request.stream(),
    };
    let body = Bytes::from(request.to_bytes());
    let commitment = gate.keys.commitment(&body);
    Ok(Masked { outbound: Outbound { body, stream: restoring.stream }, restoring, adjusted, commitment })
}

/// The edits of one text. Texts without findings are looked through too: what looks like a token is
/// masked, so that nobody can write a token that the gate would restore.
fn edits_of(
    masking: &mut Masking,
    text: &Text,
    findings: &[Finding],
) -> Result<Vec<darbaza_core::Edit>, Refused> {
    match text.shape {
        Shape::Free | Shape::Key => Ok(masking.edits(&text.value, findings, MaskShape::Free)),
        Shape::Word | Shape::Identifier => Ok(masking.edits(&text.value, findings, MaskShape::Word)),
        Shape::Number => Ok(strongest(findings).map_or_else(Vec::new, |category| {
            let with = masking.whole(category, &text.value, Original::Number);
            vec![darbaza_core::Edit { range: 0..text.value.len(), with }]
        })),
        Shape::Parameter if findings.is_empty() => Ok(Vec::new()),
        Shape::Parameter => Err(Refused::number_not_sendable(text.place.clone())),
    }
}

fn strongest(findings: &[Finding]) -> Option<Category> {
    findings.iter().max_by(|a, b| a.score.total_cmp(&b.score)).map(|finding| finding.category)
}

/// The scope by the register's rule. Organisation and system are part of every scope.
fn scope(
    gate: &Gate,
    caller: &Caller,
    receipt: Receipt,
    request: &Request,
    rule: ScopeRule,
) -> std::io::Result<Scope> {
    let key = gate.masking.key(gate.clock.epoch())?;
    let organisation = caller.organisation();
    let derive = |kind, part: &[u8]| {
        Scope::derive(&key, kind, &[organisation.0.as_bytes(), caller.system().as_str().as_bytes(), part])
    };
    let request_only = || derive(ScopeKind::Request, receipt.0.as_bytes());
    Ok(match rule {
        ScopeRule::Request => request_only(),
        ScopeRule::Opening => derive(ScopeKind::Opening, &request.opening()),
        // Without the header there is nothing to share a scope by.
        ScopeRule::Subject => match caller.subjects.as_slice() {
            [only] => derive(ScopeKind::Subject, only.0.as_bytes()),
            _ => request_only(),
        },
        ScopeRule::Header => match &caller.conversation {
            Some(conversation) => derive(ScopeKind::Header, conversation.0.as_bytes()),
            None => request_only(),
        },
    })
}
