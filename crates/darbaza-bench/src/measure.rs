//! The measurements. Each gives its figures; rounds of gate and comparison take turns, so that what
//! else the machine does hits both.

mod appends;
mod decision;
mod latency;
mod memory;
mod throughput;

use std::path::PathBuf;
use std::time::Duration;

use crate::figure::Figure;
use crate::gate::Gate;
use crate::load::Target;
use crate::nginx::Nginx;
use crate::prompt::{Answering, Prompt};

/// What the measurements share.
pub(crate) struct Bench {
    /// The running gate.
    pub(crate) gate: Gate,
    /// The vendor, without anything in front.
    pub(crate) vendor: std::net::SocketAddr,
    /// nginx, where it is compared with.
    pub(crate) nginx: Option<Nginx>,
    /// A folder on the disk that is measured.
    pub(crate) folder: PathBuf,
    /// One round.
    pub(crate) span: Duration,
    /// Median of one sync, in milliseconds.
    pub(crate) sync_p50: f64,
}

/// Rounds of which the median counts.
pub(crate) const ROUNDS: usize = 3;
/// Before each round.
pub(crate) const WARM_UP: Duration = Duration::from_millis(700);

/// A measurement, by the name that `--only` takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Measurement {
    MemoryAtRest,
    LatencyPlain,
    LatencyPersonal,
    FirstToken,
    ThroughputMany,
    ThroughputFew,
    Appends,
    Decision,
    MemoryAfter,
}

impl Measurement {
    /// All, in the order in which they run.
    pub(crate) const ALL: [Measurement; 9] = [
        Measurement::MemoryAtRest,
        Measurement::LatencyPlain,
        Measurement::LatencyPersonal,
        Measurement::FirstToken,
        Measurement::ThroughputMany,
        Measurement::ThroughputFew,
        Measurement::MemoryAfter,
        Measurement::Appends,
        Measurement::Decision,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Measurement::MemoryAtRest => "memory-at-rest",
            Measurement::LatencyPlain => "latency-1k",
            Measurement::LatencyPersonal => "latency-2k-20",
            Measurement::FirstToken => "first-token",
            Measurement::ThroughputMany => "throughput-256",
            Measurement::ThroughputFew => "throughput-16",
            Measurement::Appends => "appends",
            Measurement::Decision => "decision",
            Measurement::MemoryAfter => "memory-after",
        }
    }

    /// Whether nginx is needed for it.
    pub(crate) fn needs_nginx(self) -> bool {
        matches!(self, Measurement::ThroughputMany | Measurement::ThroughputFew)
    }

    /// Measures. Has to be called within a `LocalSet`.
    pub(crate) async fn measure(self, bench: &Bench) -> anyhow::Result<Vec<Figure>> {
        let name = self.name();
        match self {
            Measurement::MemoryAtRest => memory::at_rest(bench, name).await,
            Measurement::MemoryAfter => memory::after(bench, name),
            Measurement::LatencyPlain => {
                latency::whole(bench, name, Prompt::Plain, latency::Bounds { p50: 0.5, p99: 2.0 }).await
            }
            Measurement::LatencyPersonal => {
                latency::whole(bench, name, Prompt::Personal, latency::Bounds { p50: 0.8, p99: 3.0 }).await
            }
            Measurement::FirstToken => latency::first_token(bench, name).await,
            Measurement::ThroughputMany => throughput::beside_nginx(bench, name, 256, true).await,
            Measurement::ThroughputFew => {
                throughput::beside_nginx(bench, name, 16, bench.sync_p50 < 0.5).await
            }
            Measurement::Appends => appends::durable(bench, name),
            Measurement::Decision => decision::decide(name),
        }
    }
}

impl Bench {
    /// The gate and the vendor itself, with the same requests.
    fn targets(&self, prompt: Prompt, answering: Answering) -> anyhow::Result<[Target; 2]> {
        let bodies = prompt.bodies(answering);
        Ok([self.gate.target(bodies.clone())?, Target::new(self.vendor, "none", bodies)?])
    }
}
