//! The answer says that AI made it, and carries its receipt (AI 21(1); A31, A32 by a header that
//! machines read, whatever the client shows to people).

use darbaza_core::{Action, Receipt};
use http::{HeaderMap, HeaderName, HeaderValue};

use super::Findings;
use super::decide::Decided;

/// What the headers of an answer say.
pub(crate) struct Label {
    receipt: Receipt,
    action: Action,
    findings: String,
}

const RECEIPT: HeaderName = HeaderName::from_static("darbaza-receipt");
const DECISION: HeaderName = HeaderName::from_static("darbaza-decision");
const FINDINGS: HeaderName = HeaderName::from_static("darbaza-findings");
const DISCLOSURE: HeaderName = HeaderName::from_static("ai-disclosure");

impl Label {
    pub(super) fn new(receipt: Receipt, findings: &Findings, decided: &Decided) -> Label {
        Label { receipt, action: decided.sending.action, findings: findings.counts.to_string() }
    }

    /// The headers of an answer that a model made.
    pub(super) fn write(&self, headers: &mut HeaderMap) {
        label_headers(headers, self.receipt, Some(self.action));
        headers.insert(FINDINGS, text(&self.findings));
        headers.insert(DISCLOSURE, HeaderValue::from_static("mode=machine-generated"));
    }

    /// The receipt, for an error that ends a stream.
    pub(super) fn receipt(&self) -> Receipt {
        self.receipt
    }
}

/// Receipt and decision: on every answer that has them, errors included.
pub(crate) fn label_headers(headers: &mut HeaderMap, receipt: Receipt, action: Option<Action>) {
    headers.insert(RECEIPT, text(&receipt.to_string()));
    if let Some(action) = action {
        headers.insert(DECISION, HeaderValue::from_static(action.as_str()));
    }
}

/// Receipts and counts are ASCII.
fn text(value: &str) -> HeaderValue {
    HeaderValue::from_str(value).unwrap_or(HeaderValue::from_static(""))
}
