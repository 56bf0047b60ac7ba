//! What is counted of calls to each vendor. The vendors are those that have an address, so that their
//! keys are a closed set.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use darbaza_core::{RefusalCode, VendorKey};
use darbaza_store::Durations;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::registry::{Registry, Unit};

use super::latency::Latencies;

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByKind {
    vendor: String,
    kind: &'static str,
}

/// The meters of every vendor.
pub(crate) struct VendorMetrics(BTreeMap<VendorKey, Arc<VendorMeters>>);

/// The meters of one vendor.
pub(crate) struct VendorMeters {
    first_byte: Arc<Durations>,
    unreachable: Counter,
    no_answer_in_time: Counter,
    bad_answer: Counter,
    stalled: Counter,
}

impl VendorMetrics {
    pub(super) fn new<'k>(
        vendors: impl Iterator<Item = &'k VendorKey>,
        registry: &mut Registry,
    ) -> VendorMetrics {
        let keys: Vec<&VendorKey> = vendors.collect();
        let latencies = Latencies::new("vendor", keys.iter().map(|key| key.as_str()));
        let failures = Family::<ByKind, Counter>::default();
        registry.register_with_unit(
            "vendor_first_byte",
            "From calling a vendor until its answer begins",
            Unit::Seconds,
            latencies.clone(),
        );
        registry.register("vendor_failures", "Calls to a vendor that brought no answer", failures.clone());
        let meters = |key: &VendorKey| {
            let failure = |kind| {
                let label = ByKind { vendor: key.to_string(), kind };
                failures.get_or_create(&label).clone()
            };
            VendorMeters {
                first_byte: latencies.of(key.as_str()).unwrap_or_default(),
                unreachable: failure("unreachable"),
                no_answer_in_time: failure("no_answer_in_time"),
                bad_answer: failure("bad_answer"),
                stalled: failure("stalled"),
            }
        };
        VendorMetrics(keys.into_iter().map(|key| (key.clone(), Arc::new(meters(key)))).collect())
    }

    pub(super) fn of(&self, vendor: &VendorKey) -> Option<Arc<VendorMeters>> {
        self.0.get(vendor).map(Arc::clone)
    }
}

impl VendorMeters {
    /// The answer began.
    pub(crate) fn began(&self, after: Duration) {
        self.first_byte.count(after);
    }

    /// The vendor failed, before its answer began or in it.
    pub(crate) fn failed(&self, code: RefusalCode, began: bool) {
        let counter = match (code == RefusalCode::VendorTimeout, began) {
            (false, false) => &self.unreachable,
            (true, false) => &self.no_answer_in_time,
            (false, true) => &self.bad_answer,
            (true, true) => &self.stalled,
        };
        counter.inc();
    }
}
