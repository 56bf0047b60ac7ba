//! Backups: what they hold, what makes one unusable, and that nobody waits for them.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

use darbaza_store::{LeafKind, LedgerStore, NewLeaf};
use darbaza_store_sqlite::SqliteLedger;
use serde_json::Value;

use super::{Company, Load, body, chat};

const CONFIG: [&str; 2] = ["--config", "darbaza.toml"];

fn backup(company: &Company, name: &str, more: &[&str]) -> darbaza_tests::Ran {
    company.run(&[&["backup", name], &CONFIG[..], more].concat())
}

/// Every file below a folder, with its mode.
fn modes(folder: &Path, found: &mut Vec<(String, u32)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let mode = std::fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        found.push((path.display().to_string(), mode));
        if path.is_dir() {
            modes(&path, found);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_holds_what_a_start_needs_and_is_private() {
    let company = Company::new("").await;
    company.run(&["backup", "none", "--data", "nowhere"]).fails(2, "is not the data folder of a gate");
    assert!(!company.path().join("none").exists() && !company.path().join("none.incomplete").exists());
    let serve = company.serve();
    // A gate that recorded nothing but its register can be backed up as well.
    assert!(backup(&company, "empty", &[]).expect(0).contains("records    1"));
    let key = company.key("support-chat");
    for _ in 0..5 {
        assert_eq!(chat(serve.gateway(), &key, &body(false, "Где мой заказ?")).send().await.status, 200);
    }
    serve.stop();
    std::fs::rename(company.data().join("keys"), company.path().join("away")).unwrap();
    backup(&company, "backups/one", &["--with-keys"]).fails(3, "data/keys cannot be read");
    std::fs::rename(company.path().join("away"), company.data().join("keys")).unwrap();
    assert!(backup(&company, "backups/one", &["--with-keys"]).expect(0).contains("keys       in it"));
    backup(&company, "backups/one", &[]).fails(2, "is not empty");
    let one = company.path().join("backups/one");
    for file in [
        "ledger.db",
        "main.db",
        "ledger/checkpoint",
        "ledger/ledger.vkey",
        "ledger/tile/0/000.p/12",
        "checkpoints/checkpoint",
        "keys/lookup.key",
        "backup.json",
    ] {
        assert!(one.join(file).is_file(), "{file}");
    }
    let mut found = Vec::new();
    modes(company.path().join("backups").as_path(), &mut found);
    for (path, mode) in &found {
        assert!(mode & 0o077 == 0, "{path} {mode:o}");
    }
    let manifest: Value = serde_json::from_slice(&std::fs::read(one.join("backup.json")).unwrap()).unwrap();
    assert_eq!((&manifest["records"], &manifest["keys"]), (&12.into(), &true.into()));
    let schemas = manifest["schemas"].as_object().unwrap();
    assert!(
        schemas["ledger.db"].as_u64() >= Some(1) && schemas["main.db"].as_u64() >= Some(1),
        "{schemas:?}"
    );
    assert!(manifest["checkpoint"].as_str().unwrap().starts_with("gate.sauda-market.example/audit/1\n12\n"));

    // With the keys in it, it starts by itself; a key that was issued opens what it opened.
    std::fs::remove_dir_all(company.data()).unwrap();
    company.run(&[&["restore", "backups/one"], &CONFIG[..]].concat()).expect(0);
    let serve = company.serve();
    assert_eq!(chat(serve.gateway(), &key, &body(false, "Где мой заказ?")).send().await.status, 200);
    company.run(&[&["restore", "backups/one"], &CONFIG[..]].concat()).fails(3, "belongs to a running server");
    serve.stop();
    company.run(&[&["restore", "backups/one"], &CONFIG[..]].concat()).fails(2, "is not empty");
    company.run(&["restore", "empty", "--data", "never"]).expect(0);
}

/// What was done to a backup, the exit code of its restore, and what that must say.
type Harm = (&'static str, fn(&Path), i32, &'static str);

fn flip(file: &Path, at: usize) {
    let mut bytes = std::fs::read(file).unwrap();
    bytes[at] ^= 1;
    std::fs::write(file, bytes).unwrap();
}

/// Changes the manifest, as somebody does who wants to be believed.
fn rewrite(folder: &Path, change: impl FnOnce(&mut Value)) {
    let path = folder.join("backup.json");
    let mut manifest: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    change(&mut manifest);
    std::fs::write(path, manifest.to_string()).unwrap();
}

/// Makes the manifest believe in the file as it is now.
fn believe(folder: &Path, name: &str) {
    let summed = std::process::Command::new("sha256sum").arg(folder.join(name)).output().unwrap().stdout;
    let sum = String::from_utf8(summed).unwrap().split_whitespace().next().unwrap().to_owned();
    let length = std::fs::metadata(folder.join(name)).unwrap().len();
    rewrite(folder, |manifest| {
        manifest["files"][name]["sha256"] = sum.into();
        manifest["files"][name]["bytes"] = length.into();
    });
}

fn sql(folder: &Path, file: &str, statements: &str) {
    rusqlite::Connection::open(folder.join(file)).unwrap().execute_batch(statements).unwrap();
    believe(folder, file);
}

const HARMS: &[Harm] = &[
    ("a byte of the ledger", |b| flip(&b.join("ledger.db"), 5000), 1, "ledger.db is damaged"),
    ("a byte of a tile", |b| flip(&b.join("ledger/tile/0/000.p/12"), 7), 1, "tile/0/000.p/12 is damaged"),
    ("a file missing", |b| std::fs::remove_file(b.join("main.db")).unwrap(), 1, "main.db is damaged"),
    ("no manifest", |b| std::fs::remove_file(b.join("backup.json")).unwrap(), 2, "is not a backup"),
    ("no manifest but noise", |b| std::fs::write(b.join("backup.json"), "{").unwrap(), 2, "is not a backup"),
    ("a newer form", |b| rewrite(b, |m| m["v"] = 2.into()), 2, "newer version"),
    (
        "a file outside",
        |b| rewrite(b, |m| m["files"]["../outside"] = m["files"]["main.db"].clone()),
        2,
        "outside of itself",
    ),
    ("a newer schema", |b| sql(b, "main.db", "PRAGMA user_version = 99"), 1, "newer version"),
    (
        "no database, and the manifest changed with it",
        |b| {
            flip(&b.join("main.db"), 3);
            believe(b, "main.db");
        },
        1,
        "main.db in the backup cannot be used",
    ),
    (
        "a record changed, and the manifest with it",
        |b| {
            sql(
                b,
                "ledger.db",
                "UPDATE leaf SET bytes = CAST(x'7c' || substr(bytes, 2) AS BLOB) WHERE idx = 3",
            )
        },
        1,
        "record 3 differs between the database and the tiles",
    ),
    (
        "records cut off, and the manifest with them",
        |b| {
            sql(b, "ledger.db", "DELETE FROM leaf WHERE idx > 5");
            rewrite(b, |m| m["records"] = 6.into());
        },
        1,
        "which was signed",
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_restored_from_a_backup_that_was_changed() {
    let company = Company::new("").await;
    let serve = company.serve();
    let key = company.key("support-chat");
    for _ in 0..5 {
        assert_eq!(chat(serve.gateway(), &key, &body(false, "Где мой заказ?")).send().await.status, 200);
    }
    serve.stop();
    backup(&company, "sound", &[]).expect(0);
    for (what, harm, code, said) in HARMS {
        let harmed = company.path().join("harmed");
        let mut copy = std::process::Command::new("cp");
        let copied = copy.arg("-a").arg(company.path().join("sound")).arg(&harmed).status();
        assert!(copied.unwrap().success());
        harm(&harmed);
        let ran = company.run(&["restore", "harmed", "--data", "restored"]);
        assert_eq!(ran.code, *code, "{what}: {}{}", ran.out, ran.err);
        ran.fails(*code, said);
        for left in ["restored", "restored.incomplete", "outside"] {
            assert!(!company.path().join(left).exists(), "{what}: {left} is left");
        }
        std::fs::remove_dir_all(harmed).unwrap();
    }
    // Whoever has the ledger's key from elsewhere is not content with the backup's own.
    let other = Company::new("").await;
    other.serve().stop();
    let foreign = other.path().join("export/ledger.vkey");
    let restore = |more: &[&str]| company.run(&[&["restore", "sound", "--data", "restored"], more].concat());
    restore(&["--key", foreign.to_str().unwrap()]).fails(1, "the copy of the ledger does not hold");
    std::fs::create_dir(company.path().join("restored.incomplete")).unwrap();
    restore(&[]).fails(2, "was begun before");
    std::fs::remove_dir(company.path().join("restored.incomplete")).unwrap();
    restore(&["--key", "export/ledger.vkey", "--since", "export/checkpoint"]).expect(0);
}

/// Records that make a copy take its time.
const RECORDS: usize = 60_000;

#[tokio::test(flavor = "multi_thread")]
async fn requests_go_on_while_a_backup_is_made() {
    let company = Company::new("").await;
    company.serve().stop();
    let ledger = SqliteLedger::open(&company.data()).unwrap();
    let tickets: Vec<_> = (0..RECORDS)
        .map(|number| {
            let bytes = format!("{{\"kind\":\"note\",\"number\":{number},\"more\":\"{}\"}}", "n".repeat(500));
            ledger.submit(NewLeaf {
                organisation: None,
                system: None,
                receipt: None,
                kind: LeafKind::Note,
                at: jiff::Timestamp::now(),
                bytes: bytes.into(),
            })
        })
        .collect();
    for ticket in tickets {
        ticket.await.unwrap();
    }
    drop(ledger);

    let serve = company.serve();
    let key = company.key("support-chat");
    let load = Load::start(serve.gateway(), &key, 4);
    while load.count() < 100 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let (before, begun) = (load.count(), Instant::now());
    let (folder, made) = (company.path().to_owned(), company.path().join("made"));
    let arguments = ["backup", "made", "--config", "darbaza.toml"];
    let ran =
        tokio::task::spawn_blocking(move || darbaza_tests::Ran::new(&folder, &arguments)).await.unwrap();
    let (took, during) = (begun.elapsed(), load.count() - before);
    ran.expect(0);
    let answers = load.stop().await;
    let slowest = answers[before..before + during].iter().map(|(_, time)| *time).max().unwrap();
    eprintln!("backup of {RECORDS} records: {took:?}, {during} answers meanwhile, the slowest {slowest:?}");
    assert!(made.join("backup.json").exists());
    assert!(during > 20, "only {during} answers in {took:?}");
    assert!(slowest < Duration::from_secs(1) && slowest < took, "one waited for {slowest:?} of {took:?}");
    serve.stop();
    company.run(&["ledger", "verify", "--config", "darbaza.toml"]).expect(0);
}
