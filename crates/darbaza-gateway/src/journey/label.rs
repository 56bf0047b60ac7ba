//! The answer says that AI made it, and carries its receipt (AI 21(1); A31, A32 by a header that
//! machines read, whatever the client shows to people).

use darbaza_core::{Action, CategoryCounts, Receipt};
use http::{HeaderMap, HeaderName, HeaderValue};

/// What the headers of an answer say.
#[derive(Clone)]
pub(crate) struct Label {
    pub(crate) receipt: Receipt,
    pub(crate) action: Action,
    pub(crate) findings: CategoryCounts,
}

const RECEIPT: HeaderName = HeaderName::from_static("darbaza-receipt");
pub(crate) const DECISION: HeaderName = HeaderName::from_static("darbaza-decision");
const FINDINGS: HeaderName = HeaderName::from_static("darbaza-findings");
const DISCLOSURE: HeaderName = HeaderName::from_static("ai-disclosure");

impl Label {
    /// The headers of an answer that a model made.
    pub(super) fn on_answer(&self, headers: &mut HeaderMap) {
        self.on_error(headers);
        headers.insert(DISCLOSURE, HeaderValue::from_static("mode=machine-generated"));
    }

    /// The headers of an error: what was decided, and on what, is told there too.
    pub(crate) fn on_error(&self, headers: &mut HeaderMap) {
        headers.insert(RECEIPT, text(&self.receipt.to_string()));
        headers.insert(DECISION, HeaderValue::from_static(self.action.as_str()));
        if !self.findings.is_empty() {
            headers.insert(FINDINGS, text(&self.findings.to_string()));
        }
    }
}

/// Receipts and counts are ASCII.
fn text(value: &str) -> HeaderValue {
    HeaderValue::from_str(value).unwrap_or(HeaderValue::from_static(""))
}
