//! The promise of the ledger, on the real program: nothing is answered before its record is on disk,
//! and after a disk that failed nothing is answered at all. strace watches and makes the disk fail.

use std::path::Path;
use std::time::{Duration, Instant};

use darbaza_store::LedgerReader;
use darbaza_store_sqlite::SqliteLedgerReader;
use darbaza_tests::{Demo, DemoOptions, Ran, Script, ScriptedVendor, is_failure};
use serde_json::{Value, json};

#[path = "durability/trace.rs"]
mod trace;
use trace::Call;

const PROMPT: &str = "Я Тестова Асель Маратовна, ИИН 920417499926. Где мой заказ?";
/// The ledger's write-ahead log: where a commit becomes durable.
const LOG: &str = "ledger.db-wal";

fn leaves(data: &Path) -> Vec<Value> {
    let leaves = SqliteLedgerReader::open(data).unwrap().leaves(0, 100_000).unwrap();
    leaves.iter().map(|leaf| serde_json::from_slice(&leaf.bytes).unwrap()).collect()
}

async fn outcome(data: &Path, receipt: &str) -> String {
    for _ in 0..500 {
        let all = leaves(data);
        if let Some(leaf) = all.iter().find(|leaf| leaf["kind"] == "outcome" && leaf["receipt"] == receipt) {
            return leaf["outcome"].as_str().unwrap().to_owned();
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("no outcome of {receipt}")
}

fn body(stream: bool) -> Value {
    json!({ "model": "m", "stream": stream, "messages": [{ "role": "user", "content": PROMPT }] })
}

/// Where in the trace the record of a receipt is durable: the end of the first sync of the log that
/// begins after the first write of a page that holds the decision.
fn durable(calls: &[Call], receipt: &str) -> usize {
    let written = calls
        .iter()
        .find(|call| call.name == "pwrite64" && call.is_on(LOG) && call.arguments.contains(receipt))
        .unwrap_or_else(|| panic!("the decision {receipt} was never written"));
    assert!(written.arguments.contains("decision"));
    let sync = calls.iter().find(|call| call.is_sync() && call.is_on(LOG) && call.begin > written.end);
    let sync = sync.unwrap_or_else(|| panic!("the decision {receipt} was never synced"));
    assert_eq!((sync.name.as_str(), sync.result.as_str()), ("fdatasync", "0"));
    sync.end
}

#[tokio::test(flavor = "multi_thread")]
async fn the_record_is_durable_before_clear_data_leave_and_before_the_first_byte_of_any_answer() {
    const EACH: usize = 20;
    let folder = tempfile::tempdir().unwrap();
    let vendor = ScriptedVendor::start().await;
    vendor.respond(|request| {
        if request.json()["stream"] == true {
            Script::streamed(&request.last_content(), 7)
        } else {
            Script::text(&request.last_content())
        }
    });
    let watch = "trace=fsync,fdatasync,pwrite64,write,writev,sendto,sendmsg";
    let options = ["--seccomp-bpf", "-yy", "-s", "5000", "-e", watch];
    let demo = Demo::within(folder.path()).upstream(vendor.base()).strace(&options).start();

    let mut receipts = Vec::new();
    for (system, stream, status) in [
        ("credit-scoring", false, 200), // leaves in clear
        ("credit-scoring", true, 200),
        ("support-chat", false, 200), // leaves masked
        ("support-chat", true, 200),
        ("marketing", false, 403), // refused
    ] {
        for _ in 0..EACH {
            let answer = demo.chat(system, &body(stream)).send().await;
            assert_eq!(answer.status, status, "{}", answer.text());
            receipts.push((system, answer.header("darbaza-receipt").to_owned()));
        }
    }
    let gate = demo.gateway().trim_start_matches("http://").to_owned();
    demo.stop();
    let calls = trace::read(&DemoOptions::trace(folder.path()));

    // Requests came one after the other, so that the n-th call to the vendor is that of the n-th sent.
    let vendor_port = vendor.base().trim_start_matches("http://").trim_end_matches("/v1").to_owned();
    let to_vendor: Vec<&Call> = calls
        .iter()
        .filter(|call| call.is_write() && call.is_on(&format!("->{vendor_port}]")))
        .filter(|call| call.arguments.contains("POST /v1/chat/completions"))
        .collect();
    assert_eq!(to_vendor.len(), 4 * EACH);
    for (number, (system, receipt)) in receipts.iter().enumerate() {
        let durable = durable(&calls, receipt);
        let answered = calls
            .iter()
            .find(|call| {
                call.is_write() && call.is_on(&format!("[{gate}->")) && call.arguments.contains(receipt)
            })
            .unwrap_or_else(|| panic!("the answer {receipt} was never sent"));
        assert!(answered.arguments.contains("HTTP/1.1"), "the receipt stands in the answer's head");
        assert!(durable < answered.begin, "{system}: answered at {} before {durable}", answered.begin);
        if *system == "credit-scoring" {
            let called = to_vendor[number].begin;
            assert!(durable < called, "{system}: sent in clear at {called} before {durable}");
        }
    }
}

/// Fails unless the gate ended as it must after its disk failed; what stood in the ledger is closed
/// at the next start.
async fn ended_and_recovers(folder: &Path, mut demo: Demo, failed_at: Instant, open: &[String]) {
    let status = demo.wait(Duration::from_secs(2));
    assert!(failed_at.elapsed() < Duration::from_secs(1), "it took {:?}", failed_at.elapsed());
    assert_eq!(status.code(), Some(3));
    is_failure(&demo.said().lines().filter(|l| is_of_failure(l)).collect::<Vec<_>>().join("\n"), "disk");
    assert!(!demo.ready_file().exists(), "a script would think that it still runs");

    let again = Demo::within(folder).start();
    for receipt in open {
        assert_eq!(outcome(&again.data(), receipt).await, "unknown");
    }
    assert_eq!(again.say("support-chat", PROMPT).await.status, 200);
    again.stop();
    Ran::new(folder, &["ledger", "verify", "--data", "demo", "--key", "demo/ledger/ledger.vkey"]).expect(0);
}

fn is_of_failure(line: &str) -> bool {
    ["error: ", "  why: ", "  do:  "].iter().any(|start| line.starts_with(start))
}

/// Lets one file fail below a running gate while requests come and others wait for their vendor.
async fn the_disk_fails(file: &str, calls: &str, inject: &str) {
    let folder = tempfile::tempdir().unwrap();
    // The first start makes the file, with syncs that are not meant here.
    Demo::within(folder.path()).start().stop();
    let path = folder.path().join("demo").join(file);
    let vendor = ScriptedVendor::start().await;
    vendor.respond(|request| {
        let slow = request.last_content().contains("медленно");
        Script::text("готово").after(Duration::from_secs(if slow { 60 } else { 0 }))
    });
    let watch = format!("trace={calls}");
    let options = ["--seccomp-bpf", "-P", path.to_str().unwrap(), "-y", "-e", &watch, "-e", inject];
    let demo = Demo::within(folder.path()).upstream(vendor.base()).strace(&options).start();

    // One whose decision is durable waits for its vendor all the time.
    let slow = json!({ "model": "m", "messages": [{ "role": "user", "content": "медленно" }] });
    let waiting = tokio::spawn(demo.chat("support-chat", &slow).attempt());
    let open = loop {
        if let Some(leaf) = leaves(&demo.data()).iter().find(|leaf| leaf["kind"] == "decision") {
            break leaf["receipt"].as_str().unwrap().to_owned();
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    };
    let mut answered = Vec::new();
    let failed_at = loop {
        let sent = Instant::now();
        let system = ["support-chat", "credit-scoring"][answered.len() % 2];
        let answer = demo.say(system, PROMPT).await;
        if answer.status == 200 {
            answered.push(answer.header("darbaza-receipt").to_owned());
            assert!(answered.len() < 4000, "the disk never failed");
            continue;
        }
        assert_eq!((answer.status.as_u16(), answer.code().as_str()), (503, "ledger_unavailable"));
        assert_eq!(answer.header("darbaza-receipt"), "");
        break sent;
    };
    assert!(!answered.is_empty(), "the disk failed before anything was tried");

    // From here on nobody gets an answer: not who comes now, not who waits.
    while failed_at.elapsed() < Duration::from_millis(400) {
        if let Some(answer) = demo.chat("support-chat", &body(false)).attempt().await {
            assert_eq!((answer.status.as_u16(), answer.code().as_str()), (503, "ledger_unavailable"));
        }
    }
    let waited = waiting.await.unwrap().expect("whoever waits is told");
    assert_eq!((waited.status.as_u16(), waited.code().as_str()), (503, "ledger_unavailable"));

    ended_and_recovers(folder.path(), demo, failed_at, &[open]).await;
    let recorded = leaves(&folder.path().join("demo"));
    for receipt in &answered {
        assert!(recorded.iter().any(|leaf| leaf["receipt"] == *receipt), "{receipt} is lost");
    }
    // What failed was not tried again.
    let calls = trace::read(&DemoOptions::trace(folder.path()));
    let first = calls.iter().position(|call| call.result.contains("EIO")).expect("a failed call");
    let after: Vec<&Call> = calls[first + 1..].iter().filter(|call| call.is_on(file)).collect();
    assert!(after.is_empty(), "after the failure: {after:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_failed_sync_nothing_is_answered() {
    the_disk_fails(LOG, "fsync,fdatasync", "inject=fsync,fdatasync:error=EIO:when=25+").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_failed_sync_of_the_folded_log_nothing_is_answered() {
    // The database file itself is synced first when the log has grown to 16 MiB.
    the_disk_fails("ledger.db", "fsync,fdatasync", "inject=fsync,fdatasync:error=EIO:when=1+").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_failed_write_nothing_is_answered() {
    the_disk_fails(LOG, "pwrite64,fsync,fdatasync", "inject=pwrite64:error=EIO:when=150+").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_lived_through_and_no_outcome_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("demo").join(LOG);
    let vendor = ScriptedVendor::start().await;
    vendor.respond(|request| {
        let slow = request.last_content().contains("медленно");
        Script::text("готово").after(Duration::from_millis(if slow { 700 } else { 0 }))
    });
    // The disk is full for seven writes of the ledger's thread, then there is space again.
    let inject = "inject=pwrite64:error=ENOSPC:when=150..156";
    let options = ["-P", log.to_str().unwrap(), "-e", "trace=pwrite64", "-e", inject];
    let demo = Demo::within(folder.path()).upstream(vendor.base()).strace(&options).start();
    let slow = json!({ "model": "m", "messages": [{ "role": "user", "content": "медленно" }] });

    let (mut answered, mut refused, mut waiting) = (Vec::new(), 0, Vec::new());
    while refused == 0 {
        waiting.push(tokio::spawn(demo.chat("support-chat", &slow).send()));
        for system in ["support-chat", "credit-scoring"] {
            let answer = demo.say(system, PROMPT).await;
            match answer.status.as_u16() {
                200 => answered.push(answer.header("darbaza-receipt").to_owned()),
                status => {
                    assert_eq!((status, answer.code().as_str()), (503, "ledger_unavailable"));
                    refused += 1;
                }
            }
        }
        assert!(answered.len() < 400, "the disk was never full");
    }
    let calls_in_clear = vendor.received().len();
    let refusal = demo.say("credit-scoring", PROMPT).await;
    assert_eq!(refusal.status, 503);
    let beyond = vendor.received().len() - calls_in_clear;
    assert!(beyond <= waiting.len(), "nothing goes out in clear without its record");

    // It mends itself, without anybody asking for it: a balancer may have taken the gate out.
    let ready = |demo: &Demo| darbaza_tests::Call::new(demo.gateway(), http::Method::GET, "/readyz");
    let deadline = Instant::now() + Duration::from_secs(60);
    while ready(&demo).send().await.status != 200 {
        assert!(Instant::now() < deadline, "it never took up work again: {}", demo.said());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    for waited in waiting {
        let answer = waited.await.unwrap();
        if answer.status == 200 {
            answered.push(answer.header("darbaza-receipt").to_owned());
        }
    }
    assert_eq!(demo.say("support-chat", PROMPT).await.status, 200);
    for receipt in &answered {
        assert_eq!(outcome(&demo.data(), receipt).await, "answered");
    }
    let complaints = demo.said().matches("could not be written").count();
    assert_eq!(complaints, 1, "a full disk is said once: {}", demo.said());
    demo.stop();
    Ran::new(folder.path(), &["ledger", "verify", "--data", "demo"]).expect(0);
}
