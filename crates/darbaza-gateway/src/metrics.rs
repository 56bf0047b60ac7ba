//! What the gate counts. Every label comes from a closed set, so that nothing that a caller writes
//! reaches a metric; every child is made at the start, so that counting takes no lock.

mod gauges;
mod latency;
mod vendor;
mod vitals;

use std::sync::Arc;

use darbaza_core::{Action, Category, CategoryCounts, RefusalCode, VendorKey};
use darbaza_store::Durations;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};

use crate::gate::Gate;
use gauges::Gauges;
use latency::{Latencies, Latency};

pub(crate) use vendor::{VendorMeters, VendorMetrics};
pub use vitals::Vitals;

/// The action of an answer that is no decision: no key, or nothing to decide on.
const NO_ACTION: &str = "none";

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
    /// In the order of `ALL` of their labels, as the numbers of these are.
    decisions: Vec<Counter>,
    errors: Vec<Counter>,
    findings: Vec<Counter>,
    requests: Latencies,
    vendors: VendorMetrics,
    gauges: Gauges,
}

impl Metrics {
    pub(crate) fn new<'k>(
        vendors: impl Iterator<Item = &'k VendorKey>,
        appends: Option<Arc<Durations>>,
    ) -> Metrics {
        let mut registry = Registry::with_prefix("darbaza");
        let decisions = Family::<ByAction, Counter>::default();
        let errors = Family::<ByCode, Counter>::default();
        let findings = Family::<ByCategory, Counter>::default();
        registry.register("decisions", "Decisions on requests, by action", decisions.clone());
        registry.register("errors", "Answers that are errors, by code", errors.clone());
        registry.register("findings", "Personal data found in requests, by category", findings.clone());
        let actions = Action::ALL.iter().map(|action| action.as_str());
        let requests = Latencies::new("action", actions.clone().chain([NO_ACTION]));
        registry.register_with_unit(
            "request_duration",
            "From the head of a request to the last byte of its answer",
            Unit::Seconds,
            requests.clone(),
        );
        if let Some(appends) = appends {
            registry.register_with_unit(
                "ledger_append",
                "From handing a record to the ledger until it is durable",
                Unit::Seconds,
                Latency(appends),
            );
        }
        let build = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
        registry.register("build", "The program that runs", build);
        let vendors = VendorMetrics::new(vendors, &mut registry);
        let gauges = Gauges::new(&mut registry);
        let of_code = |code: &RefusalCode| errors.get_or_create(&ByCode { code: code.as_str() }).clone();
        let of_category =
            |category: &Category| findings.get_or_create(&ByCategory { category: category.as_str() }).clone();
        Metrics {
            decisions: actions.map(|action| decisions.get_or_create(&ByAction { action }).clone()).collect(),
            errors: RefusalCode::ALL.iter().map(of_code).collect(),
            findings: Category::ALL.iter().map(of_category).collect(),
            registry,
            requests,
            vendors,
            gauges,
        }
    }

    pub(crate) fn decided(&self, action: Action, findings: &CategoryCounts) {
        count(&self.decisions, action as usize, 1);
        for (category, number) in findings.iter() {
            count(&self.findings, category as usize, u64::from(number));
        }
    }

    pub(crate) fn failed(&self, code: RefusalCode) {
        count(&self.errors, code as usize, 1);
    }

    /// Where the duration of a request is counted, by the word in the header `Darbaza-Decision`.
    pub(crate) fn request(&self, action: Option<&[u8]>) -> Option<Arc<Durations>> {
        let action = action.and_then(|word| std::str::from_utf8(word).ok()).unwrap_or(NO_ACTION);
        self.requests.of(action)
    }

    /// What is counted of calls to a vendor.
    pub(crate) fn vendor(&self, vendor: &VendorKey) -> Option<Arc<VendorMeters>> {
        self.vendors.of(vendor)
    }

    /// The page in the OpenMetrics text format.
    pub(crate) fn page(&self, gate: &Gate) -> String {
        self.gauges.set(gate);
        let mut page = String::new();
        // Writing to a string cannot fail.
        let _ = encode(&mut page, &self.registry);
        page
    }
}

fn count(counters: &[Counter], place: usize, by: u64) {
    if let Some(counter) = counters.get(place) {
        counter.inc_by(by);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_a_label_is_its_place() {
        assert!(Action::ALL.iter().enumerate().all(|(place, action)| *action as usize == place));
        assert!(RefusalCode::ALL.iter().enumerate().all(|(place, code)| *code as usize == place));
        assert!(Category::ALL.iter().enumerate().all(|(place, category)| *category as usize == place));
    }
}
