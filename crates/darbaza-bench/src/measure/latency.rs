//! Latency by schedule: the gate's beside the vendor's own.

use anyhow::{Context, ensure};

use super::{Bench, ROUNDS, WARM_UP};
use crate::figure::{Figure, median};
use crate::histogram::Histogram;
use crate::load::{Connection, Latencies, Schedule, Target, open_loop};
use crate::prompt::{Answering, Prompt};

/// Requests a second.
const RATE: u32 = 1000;
/// Streams a second: each stays open for a tenth of a second.
const STREAMS: u32 = 200;

/// What the gate may add beside one sync, in milliseconds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    pub(super) p50: f64,
    pub(super) p99: f64,
}

/// Whole answers at 1,000 requests a second.
pub(super) async fn whole(
    bench: &Bench,
    name: &str,
    prompt: Prompt,
    bounds: Bounds,
) -> anyhow::Result<Vec<Figure>> {
    let targets = bench.targets(prompt, Answering::Delayed)?;
    check(&targets[0], prompt).await?;
    let rounds = rounds(bench, &targets, RATE, |latencies| latencies.last).await?;
    let mut figures = Vec::new();
    for (share, word, bound, grain) in [(0.5, "p50", bounds.p50, 0.15), (0.99, "p99", bounds.p99, 1.0)] {
        let over = rounds.over(share);
        figures.push(
            Figure::lower(name, &format!("{word} over direct"), over, "ms")
                .target(bound + bench.sync_p50)
                .grain(grain)
                .note(rounds.note(share, bench.sync_p50)),
        );
    }
    Ok(figures)
}

/// The first piece of a stream.
pub(super) async fn first_token(bench: &Bench, name: &str) -> anyhow::Result<Vec<Figure>> {
    let targets = bench.targets(Prompt::Plain, Answering::Streamed)?;
    let rounds = rounds(bench, &targets, STREAMS, |latencies| latencies.first).await?;
    let p50 = Figure::lower(name, "p50 over direct", rounds.over(0.5), "ms").target(1.0).grain(0.15);
    let p99 = Figure::lower(name, "p99 over direct", rounds.over(0.99), "ms").grain(1.0);
    Ok(vec![p50.note(rounds.note(0.5, bench.sync_p50)), p99.note(rounds.note(0.99, bench.sync_p50))])
}

/// Rounds of both, in turns.
struct Rounds {
    gate: Vec<Histogram>,
    direct: Vec<Histogram>,
}

async fn rounds(
    bench: &Bench,
    [gate, direct]: &[Target; 2],
    rate: u32,
    pick: impl Fn(Latencies) -> Histogram,
) -> anyhow::Result<Rounds> {
    let mut rounds = Rounds { gate: Vec::new(), direct: Vec::new() };
    for _ in 0..ROUNDS {
        let schedule = Schedule::new(rate, WARM_UP, bench.span);
        rounds.direct.push(pick(open_loop(direct.clone(), schedule).await.context("direct")?));
        rounds.gate.push(pick(open_loop(gate.clone(), schedule).await.context("through the gate")?));
    }
    Ok(rounds)
}

impl Rounds {
    /// What the gate adds at that quantile: the median over the rounds.
    fn over(&self, share: f64) -> f64 {
        let pairs = self.gate.iter().zip(&self.direct);
        median(pairs.map(|(gate, direct)| gate.quantile(share) - direct.quantile(share)))
    }

    fn note(&self, share: f64, sync_p50: f64) -> String {
        let of = |rounds: &[Histogram]| median(rounds.iter().map(|round| round.quantile(share)));
        let (gate, direct) = (of(&self.gate), of(&self.direct));
        format!("gate {gate:.2}, direct {direct:.2}, one sync {sync_p50:.2} ms")
    }
}

/// The gate has to find what is there, mask it and give it back; else fast answers mean nothing.
async fn check(gate: &Target, prompt: Prompt) -> anyhow::Result<()> {
    let mut connection = Connection::open(gate.address).await?;
    for number in 0..gate.variety() {
        let exchange = connection.exchange(gate.request(number)?).await?;
        let header = |name| exchange.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default();
        let counts = header("darbaza-findings").split(", ").filter_map(|pair| pair.split_once('='));
        let findings: u32 = counts.filter_map(|(_, count)| count.parse::<u32>().ok()).sum();
        ensure!(
            findings == prompt.findings(),
            "prompt {number} has {findings} findings ({}), not {}",
            header("darbaza-findings"),
            prompt.findings()
        );
        let expected = if findings == 0 { "pass" } else { "mask" };
        ensure!(header("darbaza-decision") == expected, "decided {}", header("darbaza-decision"));
        let text = String::from_utf8_lossy(&exchange.body);
        ensure!(
            (findings == 0) != text.contains("920417499926") && !text.contains("[IIN_"),
            "the answer was not restored: {text}"
        );
    }
    Ok(())
}
