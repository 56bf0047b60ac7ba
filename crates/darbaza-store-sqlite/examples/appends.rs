//! How many records a second become durable on this disk, and what one sync costs.
//!
//!     cargo run --release -p darbaza-store-sqlite --example appends -- [DIR] [WAITING] [SECONDS]
//!
//! WAITING callers (256) each hand in a record of 512 bytes, wait until it is on disk, and hand in
//! the next, in a closed loop for SECONDS (10). The sync is measured apart: 4 KiB appended to a file
//! and `fdatasync`, again and again, which is what a commit of few records does.

#![expect(clippy::print_stdout, reason = "a measurement is printed")]

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use darbaza_store::{LeafKind, LedgerStore, NewLeaf};
use darbaza_store_sqlite::SqliteLedger;

type Failed = Box<dyn std::error::Error + Send + Sync>;

fn main() -> Result<(), Failed> {
    let mut arguments = std::env::args().skip(1);
    let base = arguments.next().map_or_else(std::env::temp_dir, PathBuf::from);
    let waiting: usize = arguments.next().map_or(Ok(256), |word| word.parse())?;
    let span = Duration::from_secs(arguments.next().map_or(Ok(10), |word| word.parse())?);
    let folder = base.join(format!("darbaza-appends-{}", std::process::id()));
    std::fs::create_dir(&folder)?;
    let measured = measure(&folder, waiting, span);
    std::fs::remove_dir_all(&folder)?;
    measured
}

fn measure(folder: &Path, waiting: usize, span: Duration) -> Result<(), Failed> {
    let syncs = quantiles(sync_times(&folder.join("probe"), 500)?);
    println!("fdatasync of 4 KiB    p50 {:.2} ms, p99 {:.2} ms", syncs.0, syncs.1);
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let begun = Instant::now();
    let waits = runtime.block_on(appends(folder, waiting, span))?;
    let rate = waits.len() as f64 / begun.elapsed().as_secs_f64();
    let (median, rare) = quantiles(waits);
    println!("{waiting} waiting writers   {rate:.0} durable appends/s, p50 {median:.1} ms, p99 {rare:.1} ms");
    Ok(())
}

fn sync_times(path: &Path, times: usize) -> Result<Vec<Duration>, Failed> {
    let mut file = File::create(path)?;
    let once = |_| {
        file.write_all(&[7; 4096])?;
        let begun = Instant::now();
        file.sync_data()?;
        Ok(begun.elapsed())
    };
    (0..times).map(once).collect()
}

async fn appends(folder: &Path, waiting: usize, span: Duration) -> Result<Vec<Duration>, Failed> {
    let store = Arc::new(SqliteLedger::open(folder)?);
    let over = Arc::new(AtomicBool::new(false));
    let writers: Vec<_> = (0..waiting)
        .map(|_| {
            let (store, over) = (Arc::clone(&store), Arc::clone(&over));
            async move {
                let mut waits = Vec::new();
                while !over.load(Ordering::Relaxed) {
                    let begun = Instant::now();
                    store.submit(record()).await?;
                    waits.push(begun.elapsed());
                }
                Ok::<_, Failed>(waits)
            }
        })
        .collect();
    let clock = std::thread::spawn({
        let over = Arc::clone(&over);
        move || {
            std::thread::sleep(span);
            over.store(true, Ordering::Relaxed);
        }
    });
    let local = tokio::task::LocalSet::new();
    let all = local
        .run_until(async {
            let tasks: Vec<_> = writers.into_iter().map(tokio::task::spawn_local).collect();
            let mut all = Vec::new();
            for task in tasks {
                all.extend(task.await??);
            }
            Ok::<_, Failed>(all)
        })
        .await;
    clock.join().map_err(|_| "the clock stopped")?;
    all
}

fn record() -> NewLeaf {
    NewLeaf {
        organisation: None,
        system: None,
        receipt: None,
        kind: LeafKind::Note,
        at: jiff::Timestamp::UNIX_EPOCH,
        bytes: vec![b'r'; 512],
    }
}

/// Median and 99th percentile, in milliseconds.
fn quantiles(mut times: Vec<Duration>) -> (f64, f64) {
    times.sort_unstable();
    let at = |part: f64| {
        let place = (times.len() as f64 * part) as usize;
        times.get(place.min(times.len().saturating_sub(1))).map_or(0.0, |time| time.as_secs_f64() * 1000.0)
    };
    (at(0.5), at(0.99))
}
