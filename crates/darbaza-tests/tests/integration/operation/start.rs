//! Starts that must not be: each says what is wrong and what to do, and changes nothing. And one that
//! must be: with what an older version wrote.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use darbaza_tests::{Demo, Ran, is_failure};

use super::{Company, body, chat};

fn set_mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn data_that_others_can_read_are_refused_with_the_line_that_mends_it() {
    let company = Company::new("").await;
    let serve = company.serve();
    let key = company.key("support-chat");
    serve.stop();
    for (name, mode, line) in [
        ("", 0o755, "chmod 700 "),
        ("", 0o710, "chmod 700 "),
        ("ledger.db", 0o644, "chmod 600 "),
        ("main.db", 0o640, "chmod 600 "),
    ] {
        let path = company.data().join(name);
        let sound = std::fs::metadata(&path).unwrap().permissions().mode();
        set_mode(&path, mode);
        for arguments in
            [&["serve"][..], &["key", "issue", "--system", "support-chat", "--config", "darbaza.toml"]]
        {
            let ran = company.run(arguments);
            ran.fails(3, &format!("has mode {mode:04o}: others than its owner can"));
            // The remedy is a line to copy.
            let remedy = ran.err.lines().find_map(|said| said.strip_prefix("  do:  ")).unwrap();
            assert!(remedy.starts_with(line), "{remedy}");
        }
        let remedy = company.run(&["serve"]).err;
        let remedy = remedy.lines().find_map(|said| said.strip_prefix("  do:  ")).unwrap().to_owned();
        let mended =
            std::process::Command::new("sh").arg("-c").arg(&remedy).current_dir(company.path()).status();
        assert!(mended.unwrap().success(), "{remedy}");
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode(), sound);
    }
    let serve = company.serve();
    assert_eq!(chat(serve.gateway(), &key, &body(false, "Где мой заказ?")).send().await.status, 200);
    serve.stop();
}

/// Starts the demo on data that a former start made, where one file fails to open.
fn fails_to_open(file: &str, error: &str) -> Ran {
    let folder = tempfile::tempdir().unwrap();
    Demo::within(folder.path()).start().stop();
    let path = folder.path().join("demo").join(file);
    let inject = format!("inject=openat:error={error}");
    let options = ["--seccomp-bpf", "-P", path.to_str().unwrap(), "-e", "trace=openat", "-e", &inject];
    Demo::within(folder.path()).strace(&options).fail()
}

#[test]
fn a_disk_that_cannot_be_read_or_written_is_said_by_file() {
    let read_only = fails_to_open("lock", "EROFS");
    assert_eq!(read_only.code, 3, "{}", read_only.err);
    is_failure(&read_only.err, "Read-only file system");
    is_failure(&read_only.err, "mount it for writing");
    for file in ["ledger.db", "main.db"] {
        for (error, said) in [
            ("EACCES", "Permission denied"),
            ("EROFS", "Read-only file system"),
            ("EIO", "Input/output error"),
        ] {
            let ran = fails_to_open(file, error);
            assert_eq!(ran.code, 3, "{file}: {}", ran.err);
            is_failure(&ran.err, said);
            is_failure(&ran.err, file);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn data_of_a_newer_version_say_which_version_to_start() {
    let company = Company::new("").await;
    company.serve().stop();
    for file in ["ledger.db", "main.db"] {
        let open = || rusqlite::Connection::open(company.data().join(file)).unwrap();
        let schema: u32 = open().query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap();
        open().pragma_update(None, "user_version", 99).unwrap();
        let ran = company.run(&["serve"]);
        ran.fails(
            3,
            &format!("{file} was written by a newer version (schema 99, this version knows {schema})"),
        );
        is_failure(&ran.err, "restore the backup that was made before the upgrade");
        open().pragma_update(None, "user_version", schema).unwrap();
    }
    company.serve().stop();
}

/// The first schema of each database, as the first version made it.
const FIRST_LEDGER: &str =
    include_str!("../../../../darbaza-store-sqlite/migrations/ledger/0001_leaves_and_journal.sql");
const FIRST_MAIN: &str = include_str!("../../../../darbaza-store-sqlite/migrations/main/0001_api_keys.sql");

#[tokio::test(flavor = "multi_thread")]
async fn what_the_first_version_wrote_is_upgraded_and_goes_on() {
    // A gate of today makes keys and records; they are put into files of the first schema.
    let company = Company::new("").await;
    let serve = company.serve();
    let key = company.key("support-chat");
    let receipt = chat(serve.gateway(), &key, &body(false, "Где мой заказ?")).send().await;
    let receipt = receipt.header("darbaza-receipt").to_owned();
    serve.stop();
    for (file, schema, tables) in [
        ("ledger.db", FIRST_LEDGER, &["leaf", "journal", "head", "signed_head"][..]),
        ("main.db", FIRST_MAIN, &["api_key"][..]),
    ] {
        let (path, newer) = (company.data().join(file), company.data().join("newer.db"));
        std::fs::rename(&path, &newer).unwrap();
        for log in ["-wal", "-shm"] {
            drop(std::fs::remove_file(company.data().join(format!("{file}{log}"))));
        }
        let old = rusqlite::Connection::open(&path).unwrap();
        old.execute_batch(schema).unwrap();
        old.pragma_update(None, "user_version", 1).unwrap();
        old.execute("ATTACH ? AS newer", [newer.to_str().unwrap()]).unwrap();
        for table in tables {
            let columns: String = old
                .query_row("SELECT group_concat(name) FROM pragma_table_info(?)", [table], |row| row.get(0))
                .unwrap();
            let copy = format!("INSERT INTO {table} ({columns}) SELECT {columns} FROM newer.{table}");
            assert!(old.execute(&copy, []).unwrap() > 0, "{table}");
        }
        drop(old);
        std::fs::remove_file(newer).unwrap();
        set_mode(&path, 0o600);
    }
    let serve = company.serve();
    assert_eq!(chat(serve.gateway(), &key, &body(false, "Где мой заказ?")).send().await.status, 200);
    serve.stop();
    company.run(&["ledger", "proof", &receipt, "--config", "darbaza.toml"]).expect(0);
    let verify = ["ledger", "verify", "--config", "darbaza.toml", "--key", "export/ledger.vkey"];
    company.run(&verify).expect(0);
}

/// The unit waits longer for a stop than the gate does, and leaves a failed disk alone.
#[test]
fn the_service_waits_for_the_drain_and_does_not_spin_on_a_failed_disk() {
    let unit = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packaging/darbaza.service");
    let unit = std::fs::read_to_string(unit).unwrap();
    let value = |key: &str| {
        let mut values = unit.lines().filter_map(|line| line.strip_prefix(key)?.strip_prefix('='));
        let value = values.next().unwrap_or_else(|| panic!("{key} is not in the unit"));
        assert!(values.next().is_none(), "{key} stands twice");
        value.to_owned()
    };
    let stop: u64 = value("TimeoutStopSec").parse().unwrap();
    let limits = darbaza::config::Limits::default();
    assert!(stop >= limits.drain_seconds + 10, "{stop} seconds");
    assert_eq!(value("Restart"), "on-failure");
    let left_alone = value("RestartPreventExitStatus");
    assert!(
        ["1", "2", "3"].iter().all(|code| left_alone.split(' ').any(|word| word == *code)),
        "{left_alone}"
    );
    assert!(value("LimitNOFILE").parse::<usize>().unwrap() >= 4 * limits.concurrent_requests);
}
