//! How many records a second become durable: writers that each hand in a record, wait until it is on
//! disk, and hand in the next.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use darbaza_store::{LeafKind, LedgerStore, NewLeaf};
use darbaza_store_sqlite::SqliteLedger;
use tokio::task::{JoinSet, LocalSet};

use super::{Bench, ROUNDS};
use crate::figure::{Figure, median};
use crate::histogram::Histogram;

const WRITERS: usize = 256;
/// Bytes of one record, about those of a decision.
const RECORD: usize = 512;
/// Durable records a second.
const RATE: f64 = 20_000.0;

/// Durable appends a second of 256 writers.
pub(super) fn durable(bench: &Bench, name: &str) -> anyhow::Result<Vec<Figure>> {
    let mut rates = Vec::new();
    let mut waits = Vec::new();
    for round in 0..ROUNDS {
        let folder = bench.folder.join(format!("appends-{round}"));
        std::fs::create_dir(&folder)?;
        // The writers are on a thread of their own: a runtime cannot stand within another.
        let span = bench.span;
        let run = std::thread::scope(|scope| {
            scope.spawn(|| appends(&folder, span)).join().unwrap_or_else(|_| anyhow::bail!("a panic"))
        })?;
        rates.push(run.len() as f64 / span.as_secs_f64());
        waits.push(run);
        std::fs::remove_dir_all(&folder)?;
    }
    let wait = |share| median(waits.iter().map(|round| round.quantile(share)));
    let note = format!("a record waits {:.1} ms p50, {:.1} ms p99", wait(0.5), wait(0.99));
    Ok(vec![Figure::higher(name, "durable", median(rates), "records/s").target(RATE).note(note)])
}

fn appends(folder: &std::path::Path, span: Duration) -> anyhow::Result<Histogram> {
    let store = Arc::new(SqliteLedger::open(folder)?);
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let waits = Rc::new(RefCell::new(Histogram::default()));
    LocalSet::new().block_on(&runtime, async {
        let end = Instant::now() + span;
        let mut writers = JoinSet::new();
        for _ in 0..WRITERS {
            let (store, waits) = (Arc::clone(&store), Rc::clone(&waits));
            writers.spawn_local(async move {
                loop {
                    let begun = Instant::now();
                    store.submit(record()).await?;
                    let now = Instant::now();
                    if now > end {
                        return anyhow::Ok(());
                    }
                    waits.borrow_mut().add(now - begun);
                }
            });
        }
        while let Some(joined) = writers.join_next().await {
            joined??;
        }
        anyhow::Ok(())
    })?;
    Ok(waits.take())
}

fn record() -> NewLeaf {
    NewLeaf {
        organisation: None,
        system: None,
        receipt: None,
        kind: LeafKind::Note,
        at: jiff::Timestamp::UNIX_EPOCH,
        bytes: vec![b'r'; RECORD],
    }
}
