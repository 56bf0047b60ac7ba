//! Throughput in a closed loop: the gate beside nginx, both in front of the same vendor.

use anyhow::Context;

use super::{Bench, ROUNDS, WARM_UP};
use crate::figure::{Figure, median};
use crate::load::{Target, closed_loop};
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
    let nginx = Target::new(nginx.address, "none", bodies)?;
    let mut rates = Vec::new();
    for _ in 0..ROUNDS {
        let of_nginx = closed_loop(nginx.clone(), connections, WARM_UP, bench.span).await.context("nginx")?;
        let of_gate =
            closed_loop(gate.clone(), connections, WARM_UP, bench.span).await.context("the gate")?;
        rates.push((of_gate, of_nginx));
    }
    let share = median(rates.iter().map(|(gate, nginx)| gate / nginx));
    let share = Figure::higher(name, "share of nginx", share, "");
    let share = if bound {
        share.target(SHARE)
    } else {
        share.note("a target only where one sync takes less than 0.5 ms")
    };
    Ok(vec![
        Figure::higher(name, "gate", median(rates.iter().map(|r| r.0)), "requests/s"),
        Figure::higher(name, "nginx", median(rates.iter().map(|r| r.1)), "requests/s").only_told(),
        share,
    ])
}
