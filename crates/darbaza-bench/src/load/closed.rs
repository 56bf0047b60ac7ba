//! Closed loop: so many connections, each with one request under way at any time.

use std::cell::Cell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use super::{Connection, Target};

/// Sends as fast as the answers come; requests a second that ended within `span`, after `warm_up`.
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
) -> anyhow::Result<f64> {
    let target = Rc::new(target);
    let ended = Rc::new(Cell::new(0u64));
    let begin = Instant::now() + warm_up;
    let end = begin + span;
    let mut loops = JoinSet::new();
    for first in 0..connections as u64 {
        let (target, ended) = (Rc::clone(&target), Rc::clone(&ended));
        loops.spawn_local(async move {
            let mut connection = Connection::open(target.address).await?;
            for number in first.. {
                let exchange = connection.exchange(target.request(number)?).await?;
                if exchange.last >= end {
                    break;
                }
                ended.set(ended.get() + u64::from(exchange.last >= begin));
            }
            anyhow::Ok(())
        });
    }
    while let Some(joined) = loops.join_next().await {
        joined??;
    }
    Ok(ended.get() as f64 / span.as_secs_f64())
}
