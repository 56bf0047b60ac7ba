//! The commands as somebody meets them who has read nothing: help, wrong input, exit codes.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use darbaza_tests::{Call, Demo, Ran, Serve, binary};
use http::Method;
use serde_json::{Value, json};
use tempfile::TempDir;

/// A folder with the sample's configuration, on free ports.
fn sample() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../sample");
    std::fs::create_dir(folder.path().join("sample")).unwrap();
    for name in ["darbaza.toml", "register.yaml"] {
        let text = std::fs::read_to_string(from.join(name)).unwrap();
        let text = text.replace(":4000\"", ":0\"").replace(":4009\"", ":0\"");
        std::fs::write(folder.path().join("sample").join(name), text).unwrap();
    }
    folder
}

fn edit(folder: &Path, name: &str, from: &str, to: &str) {
    let path = folder.join("sample").join(name);
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{from:?} is not in {name}");
    std::fs::write(&path, text.replacen(from, to, 1)).unwrap();
}

#[test]
fn help_says_what_each_command_does() {
    let folder = tempfile::tempdir().unwrap();
    let mut pages = String::new();
    for command in [
        "",
        "demo",
        "serve",
        "check",
        "config",
        "config reference",
        "backup",
        "restore",
        "detect",
        "key",
        "key issue",
        "key list",
        "key revoke",
        "key rotate",
        "system",
        "system suspend",
        "system resume",
        "ledger",
        "ledger verify",
        "ledger proof",
        "ledger begin",
    ] {
        let arguments: Vec<&str> = command.split_whitespace().chain(["--help"]).collect();
        let page = Ran::new(folder.path(), &arguments);
        assert_eq!((page.code, page.err.as_str()), (0, ""));
        pages.push_str(&format!("$ darbaza {}\n{}\n", arguments.join(" "), page.out));
    }
    insta::assert_snapshot!("help", pages);
    assert!(Ran::new(folder.path(), &["--version"]).expect(0).starts_with("darbaza "));
}

#[test]
fn a_wrong_command_line_is_said_in_three_lines() {
    let folder = tempfile::tempdir().unwrap();
    let mut said = String::new();
    for line in [
        "",
        "dmeo",
        "ledger",
        "detect --json",
        "demo --data",
        "demo --gateway here",
        "key issue",
        "key issue --system Чат",
        "key issue --system support-chat --expires yesterday",
        "key issue --system support-chat --data a --config b",
        "ledger proof 17",
        "serve",
        "check",
        "ledger verify",
        "ledger verify nothing-here",
        "ledger verify --key nonsense",
        "ledger verify --since nothing-here",
        "key issue --system support-chat",
        "backup",
        "backup here",
        "restore nowhere",
        "ledger begin",
        "key issue --system support-chat --concurrent 0",
        "key issue --system support-chat --tokens-per-day 9223372036854775808",
        "key list --system support-chat",
        "key revoke",
        "key revoke --system support-chat --key dbz_abc",
        "key rotate --system support-chat --overlap -1",
        "system",
        "system suspend",
        "system suspend support-chat",
        "system resume support-chat --reason",
    ] {
        let ran = Ran::new(folder.path(), &line.split_whitespace().collect::<Vec<_>>());
        ran.fails(2, "");
        assert_eq!(ran.out, "", "{line}");
        said.push_str(&format!("$ darbaza {line}\n{}\n", ran.err));
    }
    insta::assert_snapshot!("wrong_command_lines", said);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "a wrong line makes nothing");
}

#[test]
fn a_problem_in_the_configuration_is_named_by_file_and_line_with_its_remedy() {
    let mut said = String::new();
    for (name, from, to) in [
        ("darbaza.toml", "listen = \"127.0.0.1:0\"", "listen = \"0.0.0.0:0\""),
        ("darbaza.toml", "listen = \"127.0.0.1:0\"", "listn = \"127.0.0.1:0\""),
        ("darbaza.toml", "listen = \"127.0.0.1:0\"", "listen = \"localhost\""),
        ("darbaza.toml", "register = \"register.yaml\"", "register = \"registry.yaml\""),
        ("darbaza.toml", "register = \"register.yaml\"", ""),
        ("darbaza.toml", "origin = \"gate.", "origin = \"the gate+"),
        ("darbaza.toml", "enabled = true", "enabled = false"),
        ("darbaza.toml", "enabled = true", "enabled = maybe"),
        ("darbaza.toml", "[vendors.meridian]", "[vendors.meridan]"),
        ("darbaza.toml", "url = \"mirror\"", "url = \"http://api.example.com/v1\""),
        ("darbaza.toml", "url = \"mirror\"", "url = \"https://10.0.0.12/v1\""),
        ("darbaza.toml", "url = \"mirror\"", "url = \"mirror\"\nsecret = \"sk-canary\""),
        ("darbaza.toml", "url = \"mirror\"", "url = \"mirror\"\nsecret = \"env:NOT_SET_ANYWHERE\""),
        (
            "darbaza.toml",
            "[operations]",
            "tls = { certificate = \"no.pem\", key = \"no.key\" }\n[operations]",
        ),
        ("register.yaml", "vendor: meridian }", "vendor: meridan }"),
        ("register.yaml", "state: live", "state: alive"),
        ("register.yaml", "PERSON: masked", "PRESON: masked"),
        ("register.yaml", "systems:", "systems: ]"),
    ] {
        let folder = sample();
        edit(folder.path(), name, from, to);
        let checked = Ran::new(folder.path(), &["check", "--config", "sample/darbaza.toml"]);
        assert_eq!((checked.code, checked.err.as_str()), (1, ""), "{to}: {}", checked.out);
        assert!(!checked.out.contains("canary"), "a secret in the wrong place is not repeated");
        said.push_str(&format!("{to}\n{}\n", checked.out));
        // The server says the first of them and does not start.
        let first = checked.out.lines().next().unwrap();
        Ran::new(folder.path(), &["serve", "--config", "sample/darbaza.toml"]).fails(2, first);
        assert!(!folder.path().join("darbaza-data").exists(), "nothing is made");
    }
    insta::assert_snapshot!("configuration_problems", said);
    let folder = sample();
    let fine = Ran::new(folder.path(), &["check", "--config", "sample/darbaza.toml"]).expect(0);
    assert!(fine.contains("nothing wrong") && fine.contains("support-chat"), "{fine}");
}

#[test]
fn detect_reads_lines_and_texts_and_says_where_it_cannot() {
    let folder = tempfile::tempdir().unwrap();
    let detect = |arguments: &[&str], input: &[u8]| {
        Ran::with_input(folder.path(), &[&["detect"], arguments].concat(), input)
    };
    let lines = "{\"id\":\"a\",\"text\":\"ЖСН 920417499926\"}\n\n{\"id\":2,\"text\":\"ничего\"}\r\n";
    let found = detect(&["--jsonl"], lines.as_bytes());
    assert_eq!(found.code, 0);
    let found: Vec<Value> = found.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(found.len(), 2, "an empty line is none");
    assert_eq!(found[0]["id"], "a");
    let place = &found[0]["findings"][0];
    assert_eq!((&place["category"], &place["start"], &place["end"]), (&json!("IIN"), &json!(4), &json!(16)));
    assert!(place["score"].as_f64().unwrap() > 0.5);
    assert_eq!(found[1], json!({ "id": 2, "findings": [] }));

    let marked = detect(&[], "ИИН 920417499926.\n".as_bytes()).expect(0);
    assert_eq!(marked, "ИИН [[IIN|920417499926]].\n");
    assert_eq!(detect(&[], b"").expect(0), "");

    // What was right before the wrong line is still told.
    let broken = detect(&["--jsonl"], b"{\"id\":1,\"text\":\"a\"}\n{\"id\":2,\"text\":\"canary");
    broken.fails(2, "line 2");
    assert_eq!(broken.out, "{\"id\":1,\"findings\":[]}\n");
    assert!(!broken.err.contains("canary"), "the input is not repeated");
    detect(&["--jsonl"], b"{\"id\":1}\n").fails(2, "line 1");
    detect(&["--jsonl"], b"{\"id\":1,\"text\":\"\xff\"}\n").fails(2, "line 1");
    detect(&[], b"\xff\xfe").fails(2, "UTF-8");
}

#[test]
fn whoever_reads_the_output_may_leave_early() {
    let mut child = Command::new(binary())
        .args(["detect", "--jsonl"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut stdin = child.stdin.take().unwrap();
    let line = format!("{{\"id\":1,\"text\":\"{}\"}}\n", "ИИН 920417499926 ".repeat(100));
    for _ in 0..1000 {
        if stdin.write_all(line.as_bytes()).is_err() {
            break;
        }
    }
    drop(stdin);
    let ran = Ran::from(child.wait_with_output().unwrap());
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_issued_beside_a_running_server_and_without_one() {
    let folder = sample();
    let here = folder.path();
    let config = ["--config", "sample/darbaza.toml"];
    let issue = |more: &[&str]| Ran::new(here, &[&["key", "issue"], &config[..], more].concat());
    issue(&["--system", "support-chat"]).fails(2, "no server was ever started");
    assert!(!here.join("darbaza-data").exists());

    let serve = Serve::start(here, "sample/darbaza.toml");
    let ask = |key: String| {
        let body = json!({ "model": "m", "messages": [{ "role": "user", "content": "Где мой заказ?" }] });
        Call::new(serve.gateway(), Method::POST, "/v1/chat/completions").key(&key).json(&body).send()
    };
    let key_of = |ran: Ran| ran.expect(0).lines().last().unwrap().to_owned();
    let key = key_of(issue(&["--system", "support-chat", "--owner", "somebody", "--expires", "2099-12-31"]));
    assert!(key.starts_with("dbz_") && key.len() == 56);
    assert_eq!(ask(key.clone()).await.status, 200, "it opens at once");
    let bound = key_of(issue(&["--system", "support-chat", "--purpose", "customer-support"]));
    assert_eq!(ask(bound).await.status, 200);
    let refusals: &[(&[&str], &str)] = &[
        (&["--system", "nowhere"], "credit-scoring, hr-screening"),
        (&["--system", "support-chat", "--purpose", "spying"], "customer-support"),
        (&["--system", "support-chat", "--expires", "2020-01-01"], "is over"),
        (&["--system", "support-chat", "--expires", "9999-12-31"], "range"),
    ];
    for (arguments, said) in refusals {
        issue(arguments).fails(2, said);
    }
    Ran::new(here, &["serve", "--config", "sample/darbaza.toml"]).fails(3, "belongs to a running server");
    let log = serve.stop();
    assert!(!log.contains(&key), "a key is in the log");
    assert!(log.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()), "{log}");

    let key = key_of(issue(&["--system", "support-chat"]));
    for (arguments, said) in refusals {
        issue(arguments).fails(2, said);
    }
    let serve = Serve::start(here, "sample/darbaza.toml");
    let body = json!({ "model": "m", "messages": [{ "role": "user", "content": "Где мой заказ?" }] });
    let call = Call::new(serve.gateway(), Method::POST, "/v1/chat/completions").key(&key).json(&body);
    assert_eq!(call.send().await.status, 200, "issued while nothing ran");
    serve.stop();
    Ran::new(here, &["ledger", "verify", "--config", "sample/darbaza.toml"]).expect(0);
    let moved = std::fs::rename(here.join("darbaza-data/keys"), here.join("keys-away"));
    moved.unwrap();
    issue(&["--system", "support-chat"]).fails(3, "keys");
    assert!(!here.join("darbaza-data/keys").exists(), "a command makes no keys in place of lost ones");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listener_speaks_tls_and_waits_for_no_slow_handshake() {
    let folder = sample();
    let here = folder.path();
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"])
        .args(["-days", "2", "-subj", "/CN=gate.example", "-addext", "subjectAltName=DNS:gate.example"])
        .args(["-keyout", "sample/gate.key", "-out", "sample/gate.pem"])
        .current_dir(here)
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let listener = "listen = \"0.0.0.0:0\"\nhosts = [\"gate.example\"]\n\
                    tls = { certificate = \"gate.pem\", key = \"gate.key\" }";
    edit(here, "darbaza.toml", "listen = \"127.0.0.1:0\"", listener);
    let serve = Serve::start(here, "sample/darbaza.toml");
    let port = serve.gateway().strip_prefix("https://0.0.0.0:").unwrap().to_owned();

    // Many who connect and say nothing, and one who speaks no TLS.
    let address = format!("127.0.0.1:{port}");
    let mut silent: Vec<TcpStream> = (0..50).map(|_| TcpStream::connect(&address).unwrap()).collect();
    silent[0].write_all(b"GET / HTTP/1.1\r\n\r\n").unwrap();
    let begun = Instant::now();
    for host in ["gate.example", "other.example"] {
        let mut client = Command::new("openssl")
            .args(["s_client", "-quiet", "-verify_return_error", "-CAfile", "sample/gate.pem"])
            .args(["-verify_hostname", "gate.example", "-servername", "gate.example", "-connect", &address])
            .current_dir(here)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let request = format!("GET /livez HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        client.stdin.as_mut().unwrap().write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        client.stdout.as_mut().unwrap().read_to_string(&mut answer).unwrap();
        drop(client.wait());
        let status = if host == "gate.example" { "HTTP/1.1 200" } else { "HTTP/1.1 421" };
        assert!(answer.starts_with(status), "{host}: {answer}");
    }
    assert!(begun.elapsed() < Duration::from_secs(5), "it waited for the silent ones");
    drop(silent);
    serve.stop();

    // Behind a proxy that speaks TLS the gate itself need not.
    let folder = sample();
    let listener = "listen = \"0.0.0.0:0\"\nbehind_tls_proxy = true";
    edit(folder.path(), "darbaza.toml", "listen = \"127.0.0.1:0\"", listener);
    Serve::start(folder.path(), "sample/darbaza.toml").stop();
}

#[test]
fn the_demo_shows_what_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::within(folder.path()).start();
    let deadline = Instant::now() + Duration::from_secs(5);
    while !demo.said().contains("Ctrl-C") && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(5));
    }
    let said = demo.said();
    let line = said.split("curl ").nth(1).unwrap().split("\n\n").next().unwrap();
    let ran = Command::new("sh").arg("-c").arg(format!("curl {line}")).output().unwrap();
    let answer = String::from_utf8(ran.stdout).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(answer.contains("Ахметова Гульнара, ИИН 920417499926"), "{answer}");
    demo.stop();
}
