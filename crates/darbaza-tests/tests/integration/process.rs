//! Starts and ends of the real program: what it refuses to start with, and how it lets go.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use darbaza_tests::{Call, Demo, Piece, Ran, Script, ScriptedVendor};
use http::Method;
use serde_json::json;

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn set_mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

/// Names in a folder, in order.
fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn chat(gateway: &str, key: &str) -> Call {
    let body = json!({ "model": "m", "messages": [{ "role": "user", "content": "Где мой заказ?" }] });
    Call::new(gateway, Method::POST, "/v1/chat/completions").key(key).json(&body)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ready_file_is_private_and_true_and_every_start_revokes_the_keys_before() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::within(folder.path()).start();
    assert_eq!(mode(&demo.ready_file()), 0o600);
    assert_eq!(names(folder.path()), ["demo", "err.txt", "out.txt", "ready.json"]);
    for place in ["console", "portal", "login"] {
        assert!(demo.ready()[place].is_null() && demo.ready().get(place).is_some(), "{place}");
    }
    let former = demo.key("support-chat").to_owned();
    assert_eq!(chat(demo.gateway(), &former).send().await.status, 200);
    assert_eq!(mode(&demo.data()), 0o700);
    for key in ["lookup.key", "pseudonyms.key", "commitments.key", "checkpoints.key"] {
        assert_eq!(mode(&demo.data().join("keys").join(key)), 0o600, "{key}");
    }

    // The folder has an owner while it runs.
    let other = tempfile::tempdir().unwrap();
    let data = demo.data();
    let second = ["demo", "--quiet", "--gateway", "127.0.0.1:0", "--data", data.to_str().unwrap()];
    Ran::new(other.path(), &second).fails(3, "belongs to a running server");
    let taken = demo.gateway().trim_start_matches("http://").to_owned();
    Ran::new(other.path(), &["demo", "--quiet", "--gateway", &taken, "--data", "new"]).fails(3, &taken);
    assert_eq!(names(&other.path().join("new")), ["lock"], "nothing is half-made");
    assert_eq!(chat(demo.gateway(), &former).send().await.status, 200);

    let ready_file = demo.ready_file();
    demo.stop();
    assert!(!ready_file.exists());
    let demo = Demo::within(folder.path()).start();
    assert_eq!(chat(demo.gateway(), &former).send().await.status, 401);
    assert_eq!(chat(demo.gateway(), demo.key("support-chat")).send().await.status, 200);
    demo.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_ends_it_waits_for_the_open_streams() {
    let folder = tempfile::tempdir().unwrap();
    let vendor = ScriptedVendor::start().await;
    let event = |text: &str| {
        let delta = json!({ "choices": [{ "index": 0, "delta": { "content": text }, "finish_reason": null }],
            "id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m" });
        Piece::Bytes(format!("data: {delta}\n\n").into())
    };
    let done = Piece::Bytes("data: [DONE]\n\n".into());
    let pause = Piece::Pause(Duration::from_millis(600));
    vendor.answer(Script::pieces(vec![event("раз"), pause, event("два"), done]));
    let mut demo = Demo::within(folder.path()).upstream(vendor.base()).start();
    let body = json!({ "model": "m", "stream": true, "messages": [{ "role": "user", "content": "Считай" }] });
    let (status, _, mut pieces) = demo.chat("support-chat", &body).open().await;
    assert_eq!(status, 200);
    let mut told = pieces.next().await.unwrap().expect("the first piece").to_vec();
    demo.signal("TERM");
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(!demo.ready_file().exists(), "no script may begin anything now");
    while let Some(piece) = pieces.next().await {
        told.extend_from_slice(&piece.expect("the stream is not cut off"));
    }
    let told = String::from_utf8(told).unwrap();
    assert!(told.contains("два") && told.ends_with("data: [DONE]\n\n"), "{told}");
    assert!(demo.wait(Duration::from_secs(5)).success());
    let report = Ran::new(folder.path(), &["ledger", "verify", "--data", "demo"]).expect(0);
    assert!(!report.contains("not in a checkpoint"), "the last checkpoint covers everything: {report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_upstream_s_secret_goes_to_it_and_nowhere_else() {
    let folder = tempfile::tempdir().unwrap();
    let vendor = ScriptedVendor::start().await;
    let demo = Demo::within(folder.path()).upstream(vendor.base()).upstream_key("sk-canary-17").start();
    assert_eq!(demo.say("support-chat", "Где мой заказ?").await.status, 200);
    assert_eq!(vendor.last().headers["authorization"], "Bearer sk-canary-17");
    assert!(!demo.said().contains("canary") && !demo.ready().to_string().contains("canary"));
    demo.stop();
    let found = Command::new("grep").args(["-r", "canary"]).arg(folder.path()).output().unwrap();
    assert_eq!(found.status.code(), Some(1), "{}", String::from_utf8_lossy(&found.stdout));

    let demo = Demo::within(folder.path()).upstream(vendor.base()).start();
    assert_eq!(demo.say("support-chat", "Где мой заказ?").await.status, 200);
    assert!(!vendor.last().headers.contains_key("authorization"));
    assert_eq!(vendor.last().json()["model"], "test-model", "the client's own model name");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upstream_abroad_gets_nothing_that_must_stay_inside() {
    let folder = tempfile::tempdir().unwrap();
    for upstream in ["https://api.vendor.example/v1", "https://198.51.100.7/v1"] {
        let demo = Demo::within(folder.path()).upstream(upstream).start();
        for system in ["credit-scoring", "hr-screening"] {
            let answer = demo.say(system, "инвалид II группы, ИИН 920417499926").await;
            let refusal = (answer.status.as_u16(), answer.code());
            assert_eq!(refusal, (403, "vendor_not_allowed".to_owned()), "{system} to {upstream}");
            assert_eq!(answer.header("darbaza-decision"), "refuse");
        }
        demo.stop();
    }
    for upstream in ["http://api.vendor.example/v1", "https://10.0.0.1/v1", "ftp://127.0.0.1/v1", "here"] {
        Demo::within(folder.path()).upstream(upstream).fail().fails(2, "upstream");
    }
}

/// What was done to a data folder, and what the start must say.
type Harm = (&'static str, fn(&Path), &'static str);

const HARMS: &[Harm] = &[
    ("a key that others can read", |data| set_mode(&data.join("keys/lookup.key"), 0o644), "mode 0644"),
    ("a folder of keys that others can enter", |data| set_mode(&data.join("keys"), 0o755), "mode 0755"),
    (
        "a key that is missing beside data that need it",
        |data| std::fs::remove_file(data.join("keys/lookup.key")).unwrap(),
        "lookup.key is missing",
    ),
    (
        "the folder of keys missing",
        |data| std::fs::remove_dir_all(data.join("keys")).unwrap(),
        "keys is missing",
    ),
    (
        "a damaged key",
        |data| std::fs::write(data.join("keys/pseudonyms.key"), "c0ffee").unwrap(),
        "64 hexadecimal digits",
    ),
    (
        "a key of another ledger",
        |data| std::fs::write(data.join("keys/checkpoints.key"), "07".repeat(32)).unwrap(),
        "checkpoints is not the one of",
    ),
    ("a ledger of a newer version", |data| user_version(data, "ledger.db"), "newer version"),
    ("keys of a newer version", |data| user_version(data, "main.db"), "newer version"),
    (
        "no database at all",
        |data| std::fs::write(data.join("ledger.db"), "no database, but long enough to be one").unwrap(),
        "not a database",
    ),
    (
        "a ledger set back behind its exported checkpoint",
        |data| {
            std::fs::remove_file(data.join("ledger.db")).unwrap();
            std::fs::rename(data.join("younger.db"), data.join("ledger.db")).unwrap();
        },
        "the ledger was set back",
    ),
    (
        "another ledger in its place",
        |data| {
            let ledger = rusqlite::Connection::open(data.join("ledger.db")).unwrap();
            ledger.execute_batch("UPDATE signed_head SET root = zeroblob(32)").unwrap();
        },
        "the ledger cannot be published",
    ),
];

fn user_version(data: &Path, file: &str) {
    let database = rusqlite::Connection::open(data.join(file)).unwrap();
    database.pragma_update(None, "user_version", 99).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_trusted_is_not_started_with() {
    let sound = tempfile::tempdir().unwrap();
    for _ in 0..2 {
        let demo = Demo::within(sound.path()).start();
        assert_eq!(demo.say("support-chat", "Где мой заказ?").await.status, 200);
        demo.stop();
        let younger = sound.path().join("demo/younger.db");
        if !younger.exists() {
            std::fs::copy(sound.path().join("demo/ledger.db"), younger).unwrap();
        }
    }
    for (what, harm, said) in HARMS {
        let folder = tempfile::tempdir().unwrap();
        let copied = Command::new("cp").arg("-a").arg(sound.path().join("demo")).arg(folder.path()).status();
        assert!(copied.unwrap().success());
        let data = folder.path().join("demo");
        harm(&data);
        let before = names(&data);
        let ran = Demo::within(folder.path()).fail();
        assert_eq!(ran.code, 3, "{what}: {}", ran.err);
        darbaza_tests::is_failure(&ran.err, said);
        let new: Vec<_> = names(&data).into_iter().filter(|name| !before.contains(name)).collect();
        let harmless = |name: &String| name.ends_with("-wal") || name.ends_with("-shm");
        assert!(new.iter().all(harmless), "{what}: the failed start made {new:?}");
        assert!(!folder.path().join("ready.json").exists());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_key_file_accepts_the_loss() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::within(folder.path()).start();
    assert_eq!(demo.say("support-chat", "Где мой заказ?").await.status, 200);
    let data = demo.data();
    demo.stop();
    let older = folder.path().join("older");
    std::fs::copy(data.join("checkpoints/checkpoint"), &older).unwrap();
    let former = std::fs::read_to_string(data.join("ledger/ledger.vkey")).unwrap();
    for key in ["lookup.key", "checkpoints.key"] {
        std::fs::write(data.join("keys").join(key), "").unwrap();
    }
    Demo::within(folder.path()).start().stop();
    for key in ["lookup.key", "checkpoints.key"] {
        assert_eq!(std::fs::read(data.join("keys").join(key)).unwrap().len(), 64);
    }
    // Both public keys stand where verifiers look for them, and what the former signed still binds.
    let (keys, older) = (data.join("checkpoints/ledger.vkey"), older.to_str().unwrap());
    let both = std::fs::read_to_string(&keys).unwrap();
    assert!(both.starts_with(&former) && both.lines().count() == 2, "{both}");
    let verify = |key: &str, code| {
        let arguments = ["ledger", "verify", "--data", "demo", "--since", older, "--key", key];
        Ran::new(folder.path(), &arguments).expect(code)
    };
    assert!(verify(keys.to_str().unwrap(), 0).contains("continues"));
    verify(former.trim(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_that_cannot_hold_the_data_is_said_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    std::fs::write(here.join("file"), "").unwrap();
    let demo = |data: &str| Ran::new(here, &["demo", "--quiet", "--gateway", "127.0.0.1:0", "--data", data]);
    demo("file").fails(3, "the data folder file cannot be used");
    demo("file/below").fails(3, "the data folder file/below cannot be used");
    let long = "l".repeat(100);
    demo(&long).fails(3, "the system allows 107");
    assert_eq!(names(here), ["file"], "nothing was made");

    // Root writes where nobody else may, so the program runs as somebody else then.
    let program = here.join("darbaza");
    std::fs::copy(darbaza_tests::binary(), &program).unwrap();
    let (read_only, data) = (here.join("read-only"), here.join("read-only/data"));
    std::fs::create_dir(&read_only).unwrap();
    set_mode(here, 0o755);
    set_mode(&read_only, 0o555);
    let is_root = Command::new("id").arg("-u").output().unwrap().stdout == b"0\n";
    let mut command = if is_root { Command::new("setpriv") } else { Command::new(&program) };
    if is_root {
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(&program);
    }
    command.args(["demo", "--quiet", "--gateway", "127.0.0.1:0", "--data"]).arg(&data);
    Ran::from(command.output().unwrap()).fails(3, "Permission denied");
    set_mode(&read_only, 0o755);
    assert!(names(&read_only).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_that_is_away_is_said_once_and_caught_up() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::within(folder.path()).start();
    assert_eq!(demo.say("support-chat", "Где мой заказ?").await.status, 200);
    let (export, away) = (demo.data().join("checkpoints"), demo.data().join("away"));
    let checkpoint = export.join("checkpoint");
    while !checkpoint.exists() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    std::fs::rename(&export, &away).unwrap();
    std::fs::write(&export, "a file where the folder was").unwrap();
    for _ in 0..3 {
        assert_eq!(demo.say("support-chat", "Где мой заказ?").await.status, 200);
        tokio::time::sleep(Duration::from_millis(600)).await;
    }
    assert_eq!(demo.said().matches("could not be published").count(), 1, "{}", demo.said());
    let served = std::fs::read_to_string(demo.data().join("ledger/checkpoint")).unwrap();
    std::fs::remove_file(&export).unwrap();
    std::fs::rename(&away, &export).unwrap();
    // Nothing new is recorded, and still the second place gets what it missed.
    for _ in 0..100 {
        tokio::time::sleep(Duration::from_millis(20)).await;
        if std::fs::read_to_string(&checkpoint).unwrap() == served {
            break;
        }
    }
    assert_eq!(std::fs::read_to_string(&checkpoint).unwrap(), served);
    demo.stop();
    Ran::new(folder.path(), &["ledger", "verify", "--data", "demo"]).expect(0);
}
