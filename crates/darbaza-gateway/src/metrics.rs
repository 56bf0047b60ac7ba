//! What the gate counts. Every label comes from a closed set, so that nothing that a caller writes
//! reaches a metric.

use darbaza_core::{Action, CategoryCounts, RefusalCode};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::registry::Registry;

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByAction {
    action: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByCode {
    code: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByCategory {
    category: &'static str,
}

/// The counters, and the page that shows them.
pub(crate) struct Metrics {
    registry: Registry,
    decisions: Family<ByAction, Counter>,
    errors: Family<ByCode, Counter>,
    findings: Family<ByCategory, Counter>,
}

impl Metrics {
    pub(crate) fn new() -> Metrics {
        let mut registry = Registry::with_prefix("darbaza");
        let decisions = Family::default();
        let errors = Family::default();
        let findings = Family::default();
        registry.register("decisions", "Decisions on requests, by action", decisions.clone());
        registry.register("errors", "Answers that are errors, by code", errors.clone());
        registry.register("findings", "Personal data found in requests, by category", findings.clone());
        Metrics { registry, decisions, errors, findings }
    }

    pub(crate) fn decided(&self, action: Action, findings: &CategoryCounts) {
        self.decisions.get_or_create(&ByAction { action: action.as_str() }).inc();
        for (category, count) in findings.iter() {
            self.findings.get_or_create(&ByCategory { category: category.as_str() }).inc_by(u64::from(count));
        }
    }

    pub(crate) fn failed(&self, code: RefusalCode) {
        self.errors.get_or_create(&ByCode { code: code.as_str() }).inc();
    }

    /// The page in the OpenMetrics text format.
    pub(crate) fn page(&self) -> String {
        let mut page = String::new();
        // Writing to a string cannot fail.
        let _ = encode(&mut page, &self.registry);
        page
    }
}
