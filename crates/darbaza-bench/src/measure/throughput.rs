//! Throughput in a closed loop: the gate beside nginx, both in front of the same vendor.

use anyhow::Context;

use super::{Bench, ROUNDS, WARM_UP};
use crate::figure::{Figure, median};
use crate::load::{Target, closed_loop};
use crate::process::Process;
use crate::prompt::{Answering, Prompt};

/// The share of nginx's throughput that the gate has to reach.
const SHARE: f64 = 0.5;

/// Requests a second of both, and the share.
pub(super) async fn beside_nginx(
    bench: &Bench,
    name: &str,
    connections: usize,
    bound: bool,
) -> anyhow::Result<Vec<Figure>> {
    let nginx = bench.nginx.as_ref().context("nginx was not started")?;
    let bodies = Prompt::Plain.bodies(Answering::AtOnce);
    let gate = bench.gate.target(bodies.clone())?;
    let plain = Target::new(nginx.address, "none", bodies)?;
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        let of_nginx = round(bench, &plain, &nginx.process, connections).await.context("nginx")?;
        let of_gate = round(bench, &gate, &bench.gate.process, connections).await.context("the gate")?;
        rounds.push((of_gate, of_nginx));
    }
    let share = median(rounds.iter().map(|(gate, nginx)| gate.rate / nginx.rate));
    let share = Figure::higher(name, "share of nginx", share, "");
    let share = if bound {
        share.target(SHARE)
    } else {
        share.note("a target only where one sync takes less than 0.5 ms")
    };
    let cost = |cost: f64| format!("{cost:.0} µs of processor time a request");
    let of_gate = Figure::higher(name, "gate", median(rounds.iter().map(|r| r.0.rate)), "requests/s");
    let of_nginx = Figure::higher(name, "nginx", median(rounds.iter().map(|r| r.1.rate)), "requests/s");
    Ok(vec![
        of_gate.note(cost(median(rounds.iter().map(|r| r.0.cost)))),
        of_nginx.only_told().note(cost(median(rounds.iter().map(|r| r.1.cost)))),
        share,
    ])
}

/// What one round showed.
struct Round {
    /// Requests a second.
    rate: f64,
    /// Microseconds of processor time that the server took for one.
    cost: f64,
}

async fn round(
    bench: &Bench,
    target: &Target,
    server: &Process,
    connections: usize,
) -> anyhow::Result<Round> {
    let before = server.processor_time();
    let ended = closed_loop(target.clone(), connections, WARM_UP, bench.span).await?;
    let took = server.processor_time() - before;
    Ok(Round {
        rate: ended.counted as f64 / bench.span.as_secs_f64(),
        cost: took.as_secs_f64() * 1e6 / ended.all.max(1) as f64,
    })
}
