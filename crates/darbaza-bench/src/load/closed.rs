//! Closed loop: so many connections, each with one request under way at any time.

use std::cell::Cell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use super::{Connection, Target};

/// How many requests ended.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Ended {
    /// Within the time that counts.
    pub(crate) counted: u64,
    /// From the first one on.
    pub(crate) all: u64,
}

/// Sends as fast as the answers come; `span` counts, after `warm_up`.
/// Has to be called within a `LocalSet`.
///
/// # Errors
///
/// Where any request fails.
pub(crate) async fn closed_loop(
    target: Target,
    connections: usize,
    warm_up: Duration,
    span: Duration,
) -> anyhow::Result<Ended> {
    let target = Rc::new(target);
    let ended = Rc::new(Cell::new(Ended::default()));
    let begin = Instant::now() + warm_up;
    let end = begin + span;
    let mut loops = JoinSet::new();
    for first in 0..connections as u64 {
        let (target, ended) = (Rc::clone(&target), Rc::clone(&ended));
        loops.spawn_local(async move {
            let mut connection = Connection::open(target.address).await?;
            for number in first.. {
                let exchange = connection.exchange(target.request(number)?).await?;
                let Ended { counted, all } = ended.get();
                let counts = exchange.last >= begin && exchange.last < end;
                ended.set(Ended { counted: counted + u64::from(counts), all: all + 1 });
                if exchange.last >= end {
                    break;
                }
            }
            anyhow::Ok(())
        });
    }
    while let Some(joined) = loops.join_next().await {
        joined??;
    }
    Ok(ended.get())
}
