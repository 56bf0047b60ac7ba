//! The n-th write or sync of a file in the data folder fails, for every n: the gate tells nothing that
//! it did not keep, and lets nothing out in clear that it did not record.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use darbaza_tests::{Call, Demo, DemoOptions, Ran, is_failure};
use http::Method;
use tempfile::TempDir;
use tokio::sync::OnceCell;

use super::witness::Witness;
use super::{all, say, verify};

/// Which calls fail, and how.
#[derive(Clone, Copy)]
struct Fault {
    files: &'static [&'static str],
    calls: &'static str,
    error: &'static str,
    /// How many calls in a row fail.
    width: u32,
    /// Whether nobody knows what the ledger holds afterwards, so that the process has to end.
    is_fatal: bool,
}

const WRITES: &str = "pwrite64,write,ftruncate";
const SYNCS: &str = "fsync,fdatasync";
const LEDGER: &[&str] = &["ledger.db", "ledger.db-wal"];
const FAILED_WRITE: Fault = Fault { files: LEDGER, calls: WRITES, error: "EIO", width: 1, is_fatal: true };
const FULL_DISK: Fault = Fault { files: LEDGER, calls: WRITES, error: "ENOSPC", width: 3, is_fatal: false };
const FAILED_SYNC: Fault = Fault { files: LEDGER, calls: SYNCS, error: "EIO", width: 1, is_fatal: true };
/// A file system that finds out at a sync that it has no room for what was written.
const FULL_AT_SYNC: Fault = Fault { files: LEDGER, calls: SYNCS, error: "ENOSPC", width: 1, is_fatal: true };
/// What can be made again from the ledger, and the API keys: a start may fail over them, a running gate
/// may not.
const OTHERS: &[&str] = &[
    "main.db",
    "main.db-wal",
    "ledger/checkpoint.new",
    "ledger/tile/0/000.new",
    "ledger/tile/entries/000.new",
    "checkpoints/checkpoint.new",
    "checkpoints/TODAY.checkpoints",
];

/// What came of all the runs of one fault.
#[derive(Default)]
struct Totals {
    runs: usize,
    at_start: usize,
    fatal: usize,
    lived: usize,
    told: usize,
    withheld: u64,
    slowest_end: Duration,
}

impl Totals {
    fn say(&self, fault: Fault, begun: Instant) {
        say(&format!(
            "{} of {} on {}: {} runs in {:?}: {} ended at the start, {} ended later (the slowest after {:?}), {} lived \
             on; {} answers told, {} withheld; nothing lost",
            fault.error,
            fault.calls,
            fault.files[0],
            self.runs,
            begun.elapsed(),
            self.at_start,
            self.fatal,
            self.slowest_end,
            self.lived,
            self.told,
            self.withheld
        ));
    }
}

/// A data folder with a past, to be copied.
async fn base() -> &'static TempDir {
    static BASE: OnceCell<TempDir> = OnceCell::const_new();
    BASE.get_or_init(|| async {
        let folder = tempfile::tempdir().unwrap();
        let witness = Witness::new().await;
        let mut demo = Demo::within(folder.path()).upstream(witness.vendor.base()).start();
        let load = witness.load(&demo, 4);
        let exported = demo.data().join("checkpoints/checkpoint");
        while witness.told() < 60 || !exported.exists() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        // Killed, so that the next start has decisions to close and a log to read.
        demo.signal("KILL");
        demo.wait(Duration::from_secs(2));
        load.ended().await;
        folder
    })
    .await
}

fn copy_of(base: &Path) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let copied = Command::new("cp").arg("-a").arg(base.join("demo")).arg(folder.path()).status();
    assert!(copied.unwrap().success());
    std::fs::copy(base.join("demo/checkpoints/checkpoint"), folder.path().join("elsewhere")).unwrap();
    folder
}

/// The options that let the n-th call on the ledger's files fail.
fn strace(folder: &Path, fault: Fault, n: u32) -> Vec<String> {
    let data = folder.join("demo");
    let mut options = vec!["--seccomp-bpf".to_owned(), "-ttt".to_owned(), "-y".to_owned()];
    let today = jiff::Timestamp::now().strftime("%Y-%m-%d").to_string();
    for file in fault.files {
        let file = data.join(file.replace("TODAY", &today));
        options.extend(["-P".to_owned(), file.to_str().unwrap().to_owned()]);
    }
    let (calls, error, last) = (fault.calls, fault.error, n + fault.width - 1);
    let inject = format!("inject={calls}:error={error}:when={n}..{last}");
    options.extend(["-e".to_owned(), format!("trace={calls}"), "-e".to_owned(), inject]);
    options
}

/// The seconds of the first failed call, and of the end of the process, as far as they came.
fn moments(trace: &Path) -> (Option<f64>, Option<f64>) {
    let text = String::from_utf8_lossy(&std::fs::read(trace).unwrap_or_default()).into_owned();
    let seconds = |line: &str| line.split_whitespace().nth(1).and_then(|word| word.parse::<f64>().ok());
    let failed = text.lines().find(|line| line.contains("(INJECTED)")).and_then(seconds);
    (failed, text.lines().rfind(|line| line.contains("+++ exited with")).and_then(seconds))
}

/// One run: the n-th call fails under a server with traffic of all kinds. Whether there was such a call.
async fn run(fault: Fault, n: u32, totals: &mut Totals) -> bool {
    let what = format!("{} at call {n} of {} on {}", fault.error, fault.calls, fault.files[0]);
    let folder = copy_of(base().await.path());
    let trace = DemoOptions::trace(folder.path());
    let witness = Witness::new().await;
    let options = Demo::within(folder.path()).upstream(witness.vendor.base());
    let mut reached = true;
    match options.strace(&strace(folder.path(), fault, n)).try_start() {
        Err(ran) => {
            assert!(moments(&trace).0.is_some(), "{what}: it did not start: {ran:?}");
            assert_eq!(ran.code, 3, "{what}: {ran:?}");
            is_failure(&ran.err, "");
            totals.at_start += 1;
        }
        Ok(mut demo) => {
            let load = witness.load(&demo, 1);
            let patience = Instant::now() + Duration::from_secs(if fault.files == LEDGER { 20 } else { 2 });
            while reached && moments(&trace).0.is_none() {
                reached = Instant::now() < patience;
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            if fault.is_fatal {
                assert!(reached, "{what}: {}", demo.said());
                totals.slowest_end = totals.slowest_end.max(ended(&what, &mut demo, &trace));
                totals.fatal += 1;
                load.ended().await;
            } else {
                lives_on(&what, &demo, &witness).await;
                load.end().await;
                demo.stop();
                totals.lived += 1;
            }
        }
    }
    totals.runs += 1;
    totals.told += witness.told();
    totals.withheld += witness.withheld();

    let again = Demo::within(folder.path()).upstream(witness.vendor.base()).start();
    witness.holds(&again.data());
    again.stop();
    let verified: Ran = verify(folder.path(), &[&folder.path().join("elsewhere")]);
    assert_eq!(verified.code, 0, "{what}: {}{}", verified.out, verified.err);
    reached
}

/// Fails unless the process ended by itself, with exit code 3 and within a second; after what time.
fn ended(what: &str, demo: &mut Demo, trace: &Path) -> Duration {
    let status = demo.wait(Duration::from_secs(3));
    assert_eq!(status.code(), Some(3), "{what}: {}", demo.said());
    let (Some(failed), Some(ended)) = moments(trace) else { panic!("{what}: no moments") };
    let took = Duration::from_secs_f64(ended - failed);
    assert!(took < Duration::from_secs(1), "{what}: it took {took:?}");
    took
}

/// Fails unless the gate takes up its work again, without anybody asking for it.
async fn lives_on(what: &str, demo: &Demo, witness: &Witness) {
    let deadline = Instant::now() + Duration::from_secs(20);
    mends_itself(what, demo).await;
    let told = witness.told();
    while witness.told() < told + 10 {
        assert!(Instant::now() < deadline, "{what}: no answers any more");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

async fn mends_itself(what: &str, demo: &Demo) {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        let ready = Call::new(demo.gateway(), Method::GET, "/readyz").attempt().await;
        match ready.map(|answer| answer.status.as_u16()) {
            Some(200) => return,
            Some(503) => assert!(Instant::now() < deadline, "{what}: it stays away: {}", demo.said()),
            other => panic!("{what}: {other:?}: {}", demo.said()),
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn at_every_call(fault: Fault) {
    let sample = [1, 2, 3, 8, 21, 55, 89, 120, 140, 160, 180, 200];
    let calls: Vec<u32> = if all() { (1..=200).collect() } else { sample.to_vec() };
    let (mut totals, begun) = (Totals::default(), Instant::now());
    for n in calls {
        assert!(run(fault, n, &mut totals).await, "call {n} of {} never came", fault.calls);
        if n % 20 == 0 {
            say(&format!("{} of {}: call {n} done after {:?}", fault.error, fault.calls, begun.elapsed()));
        }
    }
    totals.say(fault, begun);
    let under_traffic = totals.fatal + totals.lived;
    assert!(totals.told > 0 && 3 * under_traffic > totals.runs, "too little was tried under traffic");
    assert!(totals.at_start > 0, "no start was hit");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_write_at_any_call_tells_nothing_that_is_not_kept() {
    at_every_call(FAILED_WRITE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_at_any_call_tells_nothing_that_is_not_kept() {
    at_every_call(FULL_DISK).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_sync_at_any_call_tells_nothing_that_is_not_kept() {
    at_every_call(FAILED_SYNC).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_is_found_full_at_a_sync_tells_nothing_that_is_not_kept() {
    at_every_call(FULL_AT_SYNC).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_the_ledger_fails_without_stopping_a_running_gate() {
    let (file_sample, calls) = if all() { (1, 1..=40) } else { (3, 1..=2) };
    for (calls_that_fail, error) in [(WRITES, "EIO"), (WRITES, "ENOSPC"), (SYNCS, "EIO")] {
        for files in OTHERS.chunks(file_sample) {
            let fault = Fault { files, calls: calls_that_fail, error, width: 1, is_fatal: false };
            let (mut totals, begun) = (Totals::default(), Instant::now());
            for n in calls.clone() {
                if !run(fault, n, &mut totals).await {
                    break;
                }
            }
            totals.say(fault, begun);
        }
    }
}
