//! Registers put in force: by the command, at a running server and without one.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::time::{Duration, Instant};

use darbaza_tests::{Demo, Ran, TestApp, one_message};
use tempfile::tempdir;

const SAMPLE: &str = include_str!("../../../../sample/register.yaml");

fn register(folder: &Path, arguments: &[&str]) -> Ran {
    Ran::new(folder, &[&["register"], arguments, &["--data", "demo"]].concat())
}

fn write(folder: &Path, name: &str, text: &str) {
    std::fs::write(folder.join(name), text).unwrap();
}

/// The sample, with the vendor's country forbidden.
fn forbidden() -> String {
    let changed = SAMPLE.replace("verdict: needs-ground", "verdict: forbidden");
    assert_ne!(changed, SAMPLE);
    changed
}

#[tokio::test(flavor = "multi_thread")]
async fn a_register_is_planned_applied_within_a_second_and_written_back() {
    let folder = tempdir().unwrap();
    let path = folder.path();
    let demo = Demo::within(path).start();
    assert_eq!(demo.say("support-chat", "Я Ахметова Гульнара").await.status, 200);
    write(path, "new.yaml", &forbidden());

    let plan = register(path, &["plan", "new.yaml"]).expect(0);
    assert!(plan.contains("verdict: needs-ground -> forbidden"), "{plan}");
    assert!(plan.contains("everything: masked -> refused: country_not_allowed by country-allowed"), "{plan}");
    assert!(plan.contains("1 of support-chat, customer-support, PERSON\n"), "{plan}");
    assert_eq!(demo.say("support-chat", "Сәлем").await.status, 200, "a plan changes nothing");

    let started = Instant::now();
    register(path, &["apply", "new.yaml", "--reason", "the ministry's list", "--by", "A. Serikova"])
        .expect(0);
    let refused = demo.say("support-chat", "Сәлем").await;
    assert!(started.elapsed() < Duration::from_secs(1), "{:?}", started.elapsed());
    assert_eq!((refused.status.as_u16(), refused.code().as_str()), (403, "country_not_allowed"));
    let again = register(path, &["apply", "new.yaml"]).expect(0);
    assert!(again.contains("in force already: number 2"), "{again}");

    let history = register(path, &["history"]).expect(0);
    assert!(history.lines().next().unwrap().contains("A. Serikova"), "{history}");
    assert!(history.contains("the ministry's list") && history.lines().count() == 2, "{history}");
    register(path, &["export", "back.yaml"]).expect(0);
    let round = register(path, &["plan", "back.yaml"]).expect(0);
    assert!(round.contains("in force already"), "{round}");
    register(path, &["export", "first.yaml", "--number", "1", "--as-applied"]).expect(0);
    assert_eq!(std::fs::read_to_string(path.join("first.yaml")).unwrap(), SAMPLE);
    let since = register(path, &["table", "--since", "1"]).expect(0);
    assert!(since.contains("support-chat, customer-support, meridian-chat"), "{since}");

    // Decisions are explained by the register that they name, and the ledger names both.
    let receipt = refused.header("darbaza-receipt");
    let why = Ran::new(path, &["explain", receipt, "--data", "demo", "--json"]).expect(0);
    let why: serde_json::Value = serde_json::from_str(&why).unwrap();
    assert_eq!(why["agrees"], true, "{why:#}");
    assert_eq!(why["recorded"]["register"]["number"], 2);
    let reason = &why["routes"][0]["reasons"][0];
    assert_eq!(reason["rules"][0]["id"], "country-allowed");
    assert_eq!(reason["rules"][0]["law"][0], "PD 16");
    let fact = reason["facts"].as_array().unwrap().iter().find(|f| f["name"] == "context.country");
    assert_eq!(fact.unwrap()["value"], "forbidden");
    assert_eq!(fact.unwrap()["place"], "countries/US/verdict");
    demo.stop();

    // Without a server the command takes the folder itself.
    register(path, &["apply", "first.yaml"]).expect(0);
    assert!(register(path, &["history"]).expect(0).starts_with("    3  "));
    Ran::new(path, &["ledger", "verify", "--data", "demo"]).expect(0);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_applications_at_once_one_is_in_force_and_the_other_is_told() {
    let folder = tempdir().unwrap();
    let path = folder.path();
    let demo = Demo::within(path).start();
    let version = register(path, &["history"]).expect(0).split_whitespace().nth(1).unwrap().to_owned();
    let names = ["a.yaml", "b.yaml", "c.yaml", "d.yaml"];
    for (days, name) in (31..).zip(names) {
        write(path, name, &SAMPLE.replace("retention_days: 30", &format!("retention_days: {days}")));
    }
    let rans: Vec<Ran> = std::thread::scope(|scope| {
        let apply = |name: &'static str| {
            let version = version.clone();
            move || register(path, &["apply", name, "--expect", &version])
        };
        let threads: Vec<_> = names.map(|name| scope.spawn(apply(name))).into_iter().collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let (won, lost): (Vec<&Ran>, Vec<&Ran>) = rans.iter().partition(|ran| ran.code == 0);
    assert_eq!((won.len(), lost.len()), (1, 3), "{rans:?}");
    for ran in lost {
        ran.fails(1, "another one was put in force meanwhile");
    }
    assert_eq!(register(path, &["history"]).expect(0).lines().count(), 2);
    demo.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_register_is_told_and_changes_nothing() {
    let folder = tempdir().unwrap();
    let path = folder.path();
    let demo = Demo::within(path).start();
    write(path, "broken.yaml", &SAMPLE.replace("vendor: meridian }", "vendor: meridan }"));
    write(
        path,
        "circle.yaml",
        &SAMPLE
            .replace(
                "  - { key: own-chat, vendor: own-models }",
                "  - { key: own-chat, vendor: own-models, fallback: scoring }",
            )
            .replace(
                "  - { key: scoring, vendor: scoring-service }",
                "  - { key: scoring, vendor: scoring-service, fallback: own-chat }",
            ),
    );
    for command in ["apply", "plan"] {
        register(path, &[command, "broken.yaml"]).fails(2, "meridan");
        register(path, &[command, "circle.yaml"]).fails(2, "circle");
        register(path, &[command, "missing.yaml"]).fails(2, "missing.yaml");
    }
    write(path, "empty.yaml", "");
    register(path, &["apply", "empty.yaml"]).fails(2, "no organisation");
    register(path, &["apply", "circle.yaml", "--reason", " "]).fails(2, "reason");
    let check = Ran::new(path, &["register", "check", "circle.yaml"]).expect(1);
    assert!(check.contains("circle.yaml:") && check.contains("do: "), "{check}");
    let rule = "---\nrules:\n  - key: all\n    text: { kk: а, ru: а, en: Nothing leaves. }\n    fix: { kk: а, ru: а, en: None. }\n    cedar: forbid (principal, action, resource);\n";
    write(path, "all.yaml", &format!("{SAMPLE}{rule}"));
    let check = Ran::new(path, &["register", "check", "all.yaml"]).expect(0);
    assert!(check.contains("warning: rule company/all stops everything"), "{check}");
    let parameters = "    models: { any: meridian-chat }\n    parameters: [store, web_serach]\n";
    write(path, "slip.yaml", &SAMPLE.replacen("    models: { any: meridian-chat }\n", parameters, 1));
    for told in [
        Ran::new(path, &["register", "check", "slip.yaml"]).expect(0),
        register(path, &["plan", "slip.yaml"]).expect(0),
    ] {
        let warned: Vec<&str> = told.lines().filter(|line| line.starts_with("warning: system")).collect();
        let [warning] = warned.as_slice() else { panic!("{told}") };
        assert!(warning.contains("\"web_serach\" is none that the gate knows"), "{warning}");
    }
    assert_eq!(register(path, &["history"]).expect(0).lines().count(), 1);
    assert_eq!(demo.say("support-chat", "Сәлем").await.status, 200);
    Ran::new(path, &["register", "history", "--data", "elsewhere"]).fails(2, "elsewhere");
    Ran::new(path, &["explain", "01938a6e-5c00-7000-8000-000000000001", "--data", "demo"])
        .fails(1, "receipt");
    demo.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_tells_of_keys_that_would_open_nothing() {
    let folder = tempdir().unwrap();
    let path = folder.path();
    let demo = Demo::within(path).start();
    let issue =
        ["key", "issue", "--system", "support-chat", "--purpose", "customer-support", "--data", "demo"];
    let issued = Ran::new(path, &issue).expect(0);
    let id = issued.lines().next().unwrap().trim_start_matches("key id ").to_owned();
    write(path, "new.yaml", &SAMPLE.replace("purpose: customer-support", "purpose: helping"));
    let plan = register(path, &["plan", "new.yaml"]).expect(0);
    let told = format!("  {id} of support-chat: none of the purposes that it is bound to is left");
    assert!(plan.contains(&told), "{plan}");
    write(path, "gone.yaml", SAMPLE.split("\n  - key: marketing").next().unwrap());
    let plan = register(path, &["plan", "gone.yaml"]).expect(0);
    assert!(plan.contains(" of marketing: its system is gone"), "{plan}");
    demo.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_register_counts_for_a_request_whose_body_was_still_coming() {
    let folder = tempdir().unwrap();
    let path = folder.path();
    let demo = Demo::within(path).start();
    write(path, "new.yaml", &forbidden());
    let body = one_message("Я Ахметова Гульнара").to_string();
    let mut stream = TcpStream::connect(demo.gateway().trim_start_matches("http://")).unwrap();
    let (first, rest) = body.as_bytes().split_at(10);
    write!(
        stream,
        "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\n\
         Content-Type: application/json\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
        demo.key("support-chat"),
        body.len()
    )
    .unwrap();
    stream.write_all(first).unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    register(path, &["apply", "new.yaml"]).expect(0);
    stream.write_all(rest).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 403") && answer.contains("country_not_allowed"), "{answer}");
    demo.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_does_not_act_in_the_name_of_another_organisation() {
    let app = TestApp::start().await;
    let key = app.key("support-chat").to_owned();
    let folder = app.stop().await;
    let moved = |r: &str| {
        let other = "  - key: other-market\n    id: 01938a6e-5c00-7000-8000-000000000002\n    name: { kk: Басқа, ru: Другая, en: Other }\n";
        r.replacen("---\n", &format!("{other}---\n"), 1).replacen(
            "  - key: support-chat\n    organisation: sauda-market",
            "  - key: support-chat\n    organisation: other-market",
            1,
        )
    };
    let app = TestApp::with().register(moved).folder(folder).start().await;
    let answer = app.call(http::Method::POST, "/v1/chat/completions").key(&key).json(&one_message("Сәлем"));
    let answer = answer.send().await;
    assert_eq!(
        (answer.status.as_u16(), answer.code().as_str()),
        (403, "system_not_live"),
        "{}",
        answer.text()
    );
    assert!(app.abroad.received().is_empty());
    assert_eq!(app.say("support-chat", "Сәлем").await.status, 200, "a key of the new one does");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_register_survives_the_server_and_each_is_in_the_ledger_once() {
    let app = TestApp::start().await;
    let kinds = |app: &TestApp| app.leaves().into_iter().filter(|l| l["kind"] == "register").count();
    assert_eq!(kinds(&app), 1);
    let first = app.chat("support-chat", &one_message("Сәлем")).send().await;
    let before = app.decision(&first).register;
    let folder = app.stop().await;
    let app = TestApp::with().folder(folder).start().await;
    assert_eq!(kinds(&app), 1, "the same facts are not put in force twice");
    let folder = app.stop().await;
    let changed = |r: &str| r.replace("retention_days: 30", "retention_days: 7");
    let app = TestApp::with().register(changed).folder(folder).start().await;
    assert_eq!(kinds(&app), 2);
    let second = app.chat("support-chat", &one_message("Сәлем")).send().await;
    assert_ne!(app.decision(&second).register, before);
}
