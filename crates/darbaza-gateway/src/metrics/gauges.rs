//! What is looked at when the page is asked for, and costs nothing else.

use std::sync::atomic::AtomicU64;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};

use crate::gate::Gate;
use crate::operations::{PART_NAMES, Readiness};

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByPart {
    part: &'static str,
}

type Whole = Gauge<i64>;
type Seconds = Gauge<f64, AtomicU64>;

#[derive(Default)]
pub(super) struct Gauges {
    in_flight: Whole,
    limit: Whole,
    queue: Whole,
    writable: Whole,
    records: Whole,
    checkpoint_records: Whole,
    published_age: Seconds,
    disk_free: Whole,
    disk_size: Whole,
    disk_low: Whole,
    ready: Family<ByPart, Whole>,
}

impl Gauges {
    pub(super) fn new(registry: &mut Registry) -> Gauges {
        let gauges = Gauges::default();
        let whole: [(&str, &str, &Whole); 7] = [
            ("requests_in_flight", "Requests under way, streams included", &gauges.in_flight),
            ("requests_limit", "Requests that may be under way at once", &gauges.limit),
            ("ledger_queue", "Records that wait to be written", &gauges.queue),
            ("ledger_writable", "Whether the last write of the ledger succeeded", &gauges.writable),
            ("ledger_records", "Durable records of the ledger", &gauges.records),
            (
                "ledger_checkpoint_records",
                "Records of the last signed checkpoint",
                &gauges.checkpoint_records,
            ),
            ("disk_low", "Whether less is free than disk_free_bytes of the configuration", &gauges.disk_low),
        ];
        for (name, help, gauge) in whole {
            registry.register(name, help, gauge.clone());
        }
        for (name, help, gauge) in [
            ("disk_free", "Free space on the data folder's disk", &gauges.disk_free),
            ("disk_size", "Size of the data folder's disk", &gauges.disk_size),
        ] {
            registry.register_with_unit(name, help, Unit::Bytes, gauge.clone());
        }
        registry.register_with_unit(
            "ledger_published_age",
            "Since every durable record was last known to be in a checkpoint in both places",
            Unit::Seconds,
            gauges.published_age.clone(),
        );
        registry.register("ready", "Whether a part of the gate can do its work", gauges.ready.clone());
        gauges
    }

    pub(super) fn set(&self, gate: &Gate) {
        let health = gate.ledger.health();
        let (in_flight, limit) = (gate.room.under_way(), gate.limits.concurrent_requests);
        self.in_flight.set(whole(in_flight as u64));
        self.limit.set(whole(limit as u64));
        self.queue.set(whole(health.waiting as u64));
        self.writable.set(i64::from(health.writable));
        if let Ok(head) = gate.ledger.head() {
            self.records.set(whole(head.size));
        }
        let vitals = gate.vitals();
        let disk = vitals.disk();
        self.disk_free.set(whole(disk.free_bytes));
        self.disk_size.set(whole(disk.size_bytes));
        self.disk_low.set(i64::from(disk.low));
        self.checkpoint_records.set(whole(vitals.checkpoint_records()));
        self.published_age.set(vitals.published_age().as_secs_f64());
        let readiness = Readiness::of(gate);
        for part in PART_NAMES {
            let ready = readiness.missing.iter().all(|(missing, _)| *missing != part);
            self.ready.get_or_create(&ByPart { part }).set(i64::from(ready));
        }
    }
}

fn whole(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
