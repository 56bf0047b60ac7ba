//! `ledger verify` and `ledger proof` on the real program: every way to change the past is found and
//! named, and a ledger that nobody touched is never suspected.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use darbaza_tests::{Call, Demo, Ran};
use http::Method;
use serde_json::json;
use tempfile::TempDir;
use tokio::sync::OnceCell;

#[path = "ledger/proofs.rs"]
mod proofs;
#[path = "ledger/rewritten.rs"]
mod rewritten;

/// A ledger of more than 600 records, as the program left it, with a copy from when it was younger.
struct Kept {
    folder: TempDir,
    /// A receipt among the first records.
    early: String,
    /// A receipt among the last.
    late: String,
}

static KEPT: OnceCell<Kept> = OnceCell::const_new();

/// The ledger that the tests of this file copy and change.
async fn kept() -> &'static Kept {
    KEPT.get_or_init(|| async {
        let folder = tempfile::tempdir().unwrap();
        let mut receipts = Vec::new();
        for part in ["young", "grown"] {
            let demo = Demo::within(folder.path()).start();
            let requests: Vec<_> = (0..170).map(|_| demo.chat("support-chat", &body())).collect();
            for call in requests {
                let answer = call.send().await;
                assert_eq!(answer.status, 200);
                receipts.push(answer.header("darbaza-receipt").to_owned());
            }
            demo.stop();
            copy(&folder.path().join("demo"), &folder.path().join(part));
        }
        Kept { folder, early: receipts.swap_remove(0), late: receipts.pop().unwrap() }
    })
    .await
}

fn body() -> serde_json::Value {
    json!({ "model": "m", "messages": [{ "role": "user", "content": "Где мой заказ 17?" }] })
}

fn copy(from: &Path, to: &Path) {
    let copied = Command::new("cp").arg("-a").arg(from).arg(to).status().unwrap();
    assert!(copied.success());
}

/// A copy that a test may change, of the part `young` or `grown`.
fn copied(kept: &Kept, part: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    copy(&kept.folder.path().join(part), &data);
    (folder, data)
}

fn replaced(kept: &Kept, part: &str, name: &str, data: &Path) {
    let gone = data.join(name);
    if gone.is_dir() {
        std::fs::remove_dir_all(&gone).unwrap();
    }
    copy(&kept.folder.path().join(part).join(name), &gone);
}

/// `ledger verify` of a data folder, against the right key.
fn verify(data: &Path, more: &[&str]) -> Ran {
    let key = data.join("ledger/ledger.vkey");
    let mut arguments = vec!["ledger", "verify", "--data", data.to_str().unwrap()];
    arguments.extend(["--key", key.to_str().unwrap()]);
    arguments.extend(more);
    Ran::new(data.parent().unwrap(), &arguments)
}

/// `ledger verify` of the tiles alone, as whoever has no database does it.
fn verify_tiles(data: &Path, key: &Path) -> Ran {
    let tiles = data.join("ledger");
    Ran::new(data, &["ledger", "verify", tiles.to_str().unwrap(), "--key", key.to_str().unwrap()])
}

fn sql(data: &Path, statements: &str) {
    rusqlite::Connection::open(data.join("ledger.db")).unwrap().execute_batch(statements).unwrap();
}

fn flip(file: &Path, at: usize) {
    let mut bytes = std::fs::read(file).unwrap();
    bytes[at] ^= 1;
    std::fs::write(file, bytes).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ledger_that_nobody_touched_is_whole() {
    let kept = kept().await;
    let (_folder, data) = copied(kept, "grown");
    let young = kept.folder.path().join("young/checkpoints/checkpoint");
    let report = verify(&data, &["--since", young.to_str().unwrap()]).expect(0);
    for word in [": whole", "signed by demo.darbaza.example/audit/1", "continues  2 checkpoints"] {
        assert!(report.contains(word), "{word:?} is not in {report}");
    }
    assert!(!report.contains("self-consistent"));
    let tiles = verify_tiles(&data, &data.join("ledger/ledger.vkey")).expect(0);
    assert!(tiles.contains(": whole"), "{tiles}");
    // Every checkpoint that was ever exported.
    let all = std::fs::read_dir(data.join("checkpoints")).unwrap().map(|entry| entry.unwrap().path());
    let all: Vec<_> = all.filter(|path| path.extension().is_some_and(|e| e == "checkpoints")).collect();
    assert!(!all.is_empty());
    for file in all {
        verify(&data, &["--since", file.to_str().unwrap()]).expect(0);
    }
}

/// One change of the past: what is done, and what `ledger verify` must say of it.
type Change = (&'static str, fn(&Kept, &Path), &'static str);

const CHANGES: &[Change] = &[
    (
        "a byte of a record flipped in the database",
        |_, data| {
            sql(data, "UPDATE leaf SET bytes = CAST(x'7c' || substr(bytes, 2) AS BLOB) WHERE idx = 300")
        },
        "record 300 differs between the database and the tiles",
    ),
    (
        "a byte of a record flipped in the tiles",
        |_, data| flip(&data.join("ledger/tile/entries/001"), 100),
        "record 256 differs between the database and the tiles",
    ),
    (
        "a byte of a hash flipped in the tiles",
        |_, data| flip(&data.join("ledger/tile/0/001"), 32 * 44 + 5),
        "entry 300 does not have the hash that tile/0/001",
    ),
    (
        "a byte of the signed checkpoint flipped",
        |_, data| flip(&data.join("ledger/checkpoint"), 30),
        "the checkpoint is not to be believed",
    ),
    (
        "a record removed from the database",
        |_, data| sql(data, "DELETE FROM leaf WHERE idx = 300"),
        "record 300 is missing",
    ),
    (
        "a bundle of records removed from the tiles",
        |_, data| std::fs::remove_file(data.join("ledger/tile/entries/001")).unwrap(),
        "tile/entries/001 is missing",
    ),
    (
        "a record inserted into the database",
        |_, data| {
            sql(
                data,
                "UPDATE leaf SET idx = -idx WHERE idx >= 300; UPDATE leaf SET idx = 1 - idx WHERE idx < 0;
                 INSERT INTO leaf SELECT 300, organisation, kind, NULL, at, bytes FROM leaf WHERE idx = 10;",
            );
        },
        "record 300 differs between the database and the tiles",
    ),
    (
        "two records exchanged in the database",
        |_, data| {
            sql(
                data,
                "UPDATE leaf SET idx = -1 WHERE idx = 300; UPDATE leaf SET idx = 300 WHERE idx = 301;
                 UPDATE leaf SET idx = 301 WHERE idx = -1;",
            );
        },
        "record 300 differs between the database and the tiles",
    ),
    (
        "records cut off the end of the database, and its head with them",
        |kept, data| replaced(kept, "young", "ledger.db", data),
        "which was signed",
    ),
    ("tiles set back", |kept, data| replaced(kept, "young", "ledger", data), "the log was rolled back"),
    (
        "tiles and database set back",
        |kept, data| {
            replaced(kept, "young", "ledger", data);
            replaced(kept, "young", "ledger.db", data);
        },
        "the log was rolled back",
    ),
    (
        "the tiles taken away",
        |_, data| std::fs::remove_dir_all(data.join("ledger/tile")).unwrap(),
        "tile/entries/000 is missing",
    ),
    (
        "the checkpoint taken away",
        |_, data| std::fs::remove_file(data.join("ledger/checkpoint")).unwrap(),
        "the tiles hold none",
    ),
    (
        "the head in the database changed",
        |_, data| sql(data, "UPDATE head SET root = zeroblob(32)"),
        "do not have the root that it keeps",
    ),
    (
        "another checkpoint put into the database",
        |_, data| sql(data, "UPDATE signed_head SET size = size - 1"),
        "the checkpoint in the database is not to be believed",
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn every_change_of_the_past_is_found_and_named() {
    let kept = kept().await;
    for (what, change, said) in CHANGES {
        let (_folder, data) = copied(kept, "grown");
        change(kept, &data);
        let ran = verify(&data, &[]);
        assert_eq!(ran.code, 1, "{what}: {}{}", ran.out, ran.err);
        assert!(ran.out.contains("NOT WHOLE") && ran.out.contains(said), "{what}: {}{}", ran.out, ran.err);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_folder_set_back_is_found_by_what_was_exported_elsewhere() {
    let kept = kept().await;
    let (_folder, data) = copied(kept, "young");
    verify(&data, &[]).expect(0);
    let elsewhere = kept.folder.path().join("grown/checkpoints/checkpoint");
    let said = verify(&data, &["--since", elsewhere.to_str().unwrap()]).expect(1);
    assert!(said.contains("the log was rolled back"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_suspected_beside_a_running_server_and_checkpoints_come_every_second() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::within(folder.path()).start();
    let load: Vec<_> = (0..4)
        .map(|_| {
            let (gate, key) = (demo.gateway().to_owned(), demo.key("support-chat").to_owned());
            tokio::spawn(async move {
                loop {
                    let call = Call::new(&gate, Method::POST, "/v1/chat/completions").key(&key);
                    assert_eq!(call.json(&body()).send().await.status, 200);
                }
            })
        })
        .collect();
    let exported = demo.data().join("checkpoints/checkpoint");
    let watch = std::thread::spawn(move || {
        let (begun, mut seen, mut last, mut longest) = (Instant::now(), String::new(), None, Duration::ZERO);
        while begun.elapsed() < Duration::from_secs(5) {
            let now = std::fs::read_to_string(&exported).unwrap_or_default();
            if now != seen {
                longest = longest.max(last.map_or(Duration::ZERO, |last: Instant| last.elapsed()));
                (seen, last) = (now, Some(Instant::now()));
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        assert!(last.is_some_and(|last| last.elapsed() < Duration::from_secs(1)), "they stopped coming");
        longest
    });
    while !demo.data().join("ledger/checkpoint").exists() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    for run in 0..20 {
        let ran = verify(&demo.data(), &[]);
        assert_eq!(ran.code, 0, "run {run}: {}{}", ran.out, ran.err);
        assert!(load.iter().all(|client| !client.is_finished()), "the load ended early");
    }
    let longest = watch.join().unwrap();
    assert!(longest < Duration::from_secs(1), "{longest:?} between two checkpoints");
    load.iter().for_each(tokio::task::JoinHandle::abort);
    demo.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_that_nobody_can_write_is_verified() {
    let kept = kept().await;
    let (folder, data) = copied(kept, "grown");
    // As from a medium to which somebody copied the files that matter.
    for file in ["ledger.db-wal", "ledger.db-shm"] {
        drop(std::fs::remove_file(data.join(file)));
    }
    std::fs::remove_dir_all(data.join("keys")).unwrap();
    let odd = folder.path().join("a copy? 100%");
    std::fs::rename(&data, &odd).unwrap();
    let program = folder.path().join("darbaza");
    std::fs::copy(darbaza_tests::binary(), &program).unwrap();
    for (mode, what) in [("a+rX", folder.path()), ("a-w", &odd)] {
        assert!(Command::new("chmod").args(["-R", mode]).arg(what).status().unwrap().success());
    }
    // Root could write all the same.
    let is_root = Command::new("id").arg("-u").output().unwrap().stdout == b"0\n";
    let mut command = if is_root { Command::new("setpriv") } else { Command::new(&program) };
    if is_root {
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(&program);
    }
    command.args(["ledger", "verify", "--data"]).arg(&odd).arg("--key").arg(odd.join("ledger/ledger.vkey"));
    let said = Ran::from(command.output().unwrap()).expect(0);
    assert!(said.contains(": whole"), "{said}");
    assert!(Command::new("chmod").args(["-R", "u+w"]).arg(&odd).status().unwrap().success());
}
