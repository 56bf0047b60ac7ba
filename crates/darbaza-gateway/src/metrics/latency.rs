//! Durations as histograms of the page.

use std::fmt;
use std::sync::Arc;

use darbaza_store::Durations;
use prometheus_client::encoding::{EncodeMetric, MetricEncoder, NoLabelSet};
use prometheus_client::metrics::MetricType;

/// One histogram.
#[derive(Debug)]
pub(super) struct Latency(pub(super) Arc<Durations>);

impl EncodeMetric for Latency {
    fn encode(&self, mut encoder: MetricEncoder<'_>) -> fmt::Result {
        let counted = self.0.counted();
        encoder.encode_histogram::<NoLabelSet>(counted.seconds, counted.count, &counted.buckets, None)
    }

    fn metric_type(&self) -> MetricType {
        MetricType::Histogram
    }
}

/// Histograms that differ in one label, each of them made at the start.
#[derive(Clone, Debug)]
pub(super) struct Latencies {
    label: &'static str,
    children: Arc<[(String, Arc<Durations>)]>,
}

impl Latencies {
    pub(super) fn new(label: &'static str, values: impl Iterator<Item = impl Into<String>>) -> Latencies {
        Latencies { label, children: values.map(|value| (value.into(), Arc::default())).collect() }
    }

    pub(super) fn of(&self, value: &str) -> Option<Arc<Durations>> {
        self.children.iter().find(|(name, _)| name == value).map(|(_, durations)| Arc::clone(durations))
    }
}

impl EncodeMetric for Latencies {
    fn encode(&self, mut encoder: MetricEncoder<'_>) -> fmt::Result {
        for (value, durations) in self.children.iter() {
            let label = [(self.label, value.as_str())];
            Latency(Arc::clone(durations)).encode(encoder.encode_family(&label)?)?;
        }
        Ok(())
    }

    fn metric_type(&self) -> MetricType {
        MetricType::Histogram
    }
}
