//! Open loop: requests leave by the schedule, whatever became of those before them.
//!
//! Latency is counted from the moment a request was meant to be sent. A server that stalls for a
//! second so gets a thousand long latencies at a thousand requests a second, not one ("coordinated
//! omission"). Where every connection is taken, requests wait their turn with the clock running.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Instant;

use anyhow::{Context, bail};
use tokio::sync::mpsc::unbounded_channel;
use tokio::task::JoinSet;

use super::schedule::{Arrival, Schedule};
use super::{Connection, Target};
use crate::histogram::Histogram;

/// Most connections; fewer than the gate takes with the usual 1024 files.
const CONNECTIONS: usize = 400;

/// What was measured in an open loop.
#[derive(Debug, Default)]
pub(crate) struct Latencies {
    /// Until the first bytes of the answer's body.
    pub(crate) first: Histogram,
    /// Until its last byte.
    pub(crate) last: Histogram,
}

#[derive(Default)]
struct Pool {
    idle: Vec<Connection>,
    open: usize,
    waiting: VecDeque<(Arrival, Instant)>,
    latencies: Latencies,
}

/// Sends by the schedule and waits for every answer. Has to be called within a `LocalSet`.
///
/// # Errors
///
/// Where any request fails: a server that drops some is not faster for it.
pub(crate) async fn open_loop(target: Target, schedule: Schedule) -> anyhow::Result<Latencies> {
    let (sender, mut arrivals) = unbounded_channel();
    // A thread of its own: the timer of the runtime counts whole milliseconds.
    let walker =
        std::thread::spawn(move || schedule.walk(|arrival, due| sender.send((arrival, due)).is_ok()));
    let target = Rc::new(target);
    let pool = Rc::new(RefCell::new(Pool::default()));
    let mut under_way = JoinSet::new();
    let (failed, mut failures) = unbounded_channel();
    loop {
        tokio::select! {
            biased;
            Some(error) = failures.recv() => return Err(error),
            next = arrivals.recv() => {
                let Some((arrival, due)) = next else { break };
                let (idle, may_open) = {
                    let mut pool = pool.borrow_mut();
                    let idle = pool.idle.pop();
                    let may_open = idle.is_none() && pool.open < CONNECTIONS;
                    pool.open += usize::from(may_open);
                    (idle, may_open)
                };
                if idle.is_none() && !may_open {
                    pool.borrow_mut().waiting.push_back((arrival, due));
                    continue;
                }
                let (target, pool, failed) = (Rc::clone(&target), Rc::clone(&pool), failed.clone());
                under_way.spawn_local(async move {
                    if let Err(error) = carry(&target, &pool, idle, arrival, due).await {
                        drop(failed.send(error));
                    }
                });
                while under_way.try_join_next().is_some() {}
            }
        }
    }
    while under_way.join_next().await.is_some() {}
    if let Ok(error) = failures.try_recv() {
        return Err(error);
    }
    if walker.join().is_err() {
        bail!("the schedule's thread panicked");
    }
    let pool = Rc::into_inner(pool).context("requests are still under way")?;
    Ok(pool.into_inner().latencies)
}

/// One request, and those that waited for its connection.
async fn carry(
    target: &Target,
    pool: &RefCell<Pool>,
    idle: Option<Connection>,
    arrival: Arrival,
    due: Instant,
) -> anyhow::Result<()> {
    let mut connection = match idle {
        Some(connection) => connection,
        None => Connection::open(target.address).await?,
    };
    let mut next = Some((arrival, due));
    while let Some((arrival, due)) = next {
        let exchange = connection.exchange(target.request(arrival.number)?).await?;
        let mut pool = pool.borrow_mut();
        if arrival.counts {
            pool.latencies.first.add(exchange.first - due);
            pool.latencies.last.add(exchange.last - due);
        }
        next = pool.waiting.pop_front();
    }
    pool.borrow_mut().idle.push(connection);
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;
    use tokio::task::spawn_local;

    use super::*;

    /// Answers every request at once, but nothing between 100 and 200 ms after the first one.
    async fn stalling(listener: TcpListener) {
        let begun = Rc::new(RefCell::new(None::<Instant>));
        while let Ok((mut stream, _)) = listener.accept().await {
            let begun = Rc::clone(&begun);
            spawn_local(async move {
                let mut buffer = [0; 4096];
                while stream.read(&mut buffer).await.is_ok_and(|n| n > 0) {
                    let start = *begun.borrow_mut().get_or_insert_with(Instant::now);
                    let after = start.elapsed();
                    if (100..200).contains(&after.as_millis()) {
                        tokio::time::sleep(Duration::from_millis(200) - after).await;
                    }
                    let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";
                    if stream.write_all(answer).await.is_err() {
                        return;
                    }
                }
            });
        }
    }

    #[test]
    fn a_stall_of_a_tenth_of_a_second_is_in_the_latencies_of_all_that_were_due_in_it() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let latencies = tokio::task::LocalSet::new().block_on(&runtime, async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            spawn_local(stalling(listener));
            let target = Target::new(address, "key", vec!["{}".into()]).unwrap();
            let schedule = Schedule::new(500, Duration::ZERO, Duration::from_millis(400));
            open_loop(target, schedule).await.unwrap()
        });
        assert_eq!(latencies.last.len(), 200);
        // 50 of 200 were due in the stall; half of them waited longer than 50 ms.
        assert!(latencies.last.quantile(0.90) > 40.0, "{}", latencies.last.quantile(0.90));
        assert!(latencies.last.quantile(0.5) < 40.0, "{}", latencies.last.quantile(0.5));
    }
}
