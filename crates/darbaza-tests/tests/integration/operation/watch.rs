//! What an operator can see of a gate: figures, readiness, alarms.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use darbaza_core::{Action, Category, RefusalCode};
use darbaza_tests::{Piece, Script, TestApp};
use serde_json::{Value, json};

use super::{Company, body};

/// The figures of a page, by name and labels as they are written.
async fn figures(app: &TestApp) -> BTreeMap<String, f64> {
    let answer = app.operations("/metrics").send().await;
    assert!(answer.header("content-type").starts_with("application/openmetrics-text"));
    let page = answer.text();
    assert!(page.ends_with("# EOF\n"), "{page}");
    let lines = page.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| line.rsplit_once(' ').unwrap())
        .map(|(name, n)| (name.to_owned(), n.parse().unwrap()))
        .collect()
}

async fn ready(app: &TestApp) -> (u16, String) {
    let answer = app.operations("/readyz").send().await;
    (answer.status.as_u16(), answer.text())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_is_counted_where_it_belongs() {
    let app = TestApp::start().await;
    let before = figures(&app).await;
    assert_eq!(before["darbaza_decisions_total{action=\"mask\"}"], 0.0, "children are there from the start");
    let chunk = json!({ "choices": [{ "index": 0, "delta": { "content": "а" } }] });
    let begun = Piece::Bytes(format!("data: {chunk}\n\n").into());

    assert_eq!(app.say("support-chat", "ИИН 920417499926, где мой заказ?").await.status, 200);
    assert_eq!(app.say("marketing", "ИИН 920417499926").await.status, 403);
    let unknown =
        app.call(http::Method::POST, "/v1/chat/completions").key("dbz_nothing").json(&body(false, "а"));
    assert_eq!(unknown.send().await.status, 401);
    app.abroad.answer(Script::body(500, "application/json", "{}"));
    assert_eq!(app.say("support-chat", "Где мой заказ?").await.status, 502);
    app.abroad.answer(Script::text("поздно").after(Duration::from_millis(1500)));
    assert_eq!(app.say("support-chat", "Где мой заказ?").await.status, 504);
    app.abroad.answer(Script::pieces(vec![begun.clone(), Piece::Pause(Duration::from_millis(1500))]));
    assert!(app.chat("support-chat", &body(true, "Считай")).send().await.text().contains("vendor_timeout"));

    app.abroad.answer(Script::pieces(vec![begun, Piece::Pause(Duration::from_millis(600))]));
    let (_, _, mut open) = app.chat("support-chat", &body(true, "Считай")).open().await;
    open.next().await.unwrap().unwrap();
    let during = figures(&app).await;
    assert_eq!(during["darbaza_requests_in_flight"], 1.0);
    assert_eq!(during["darbaza_requests_limit"], 64.0);
    drop(open);
    let expected = [
        ("darbaza_requests_in_flight", 0.0),
        ("darbaza_decisions_total{action=\"mask\"}", 1.0),
        ("darbaza_decisions_total{action=\"pass\"}", 4.0),
        ("darbaza_decisions_total{action=\"refuse\"}", 1.0),
        ("darbaza_findings_total{category=\"IIN\"}", 2.0),
        ("darbaza_errors_total{code=\"key_invalid\"}", 1.0),
        ("darbaza_errors_total{code=\"vendor_error\"}", 1.0),
        ("darbaza_errors_total{code=\"vendor_timeout\"}", 2.0),
        ("darbaza_request_duration_seconds_count{action=\"mask\"}", 1.0),
        ("darbaza_request_duration_seconds_count{action=\"pass\"}", 4.0),
        ("darbaza_request_duration_seconds_count{action=\"refuse\"}", 1.0),
        ("darbaza_request_duration_seconds_count{action=\"none\"}", 1.0),
        ("darbaza_request_duration_seconds_bucket{le=\"0.5\",action=\"pass\"}", 2.0),
        ("darbaza_request_duration_seconds_bucket{le=\"+Inf\",action=\"pass\"}", 4.0),
        ("darbaza_vendor_first_byte_seconds_count{vendor=\"meridian\"}", 4.0),
        ("darbaza_vendor_first_byte_seconds_count{vendor=\"own-models\"}", 0.0),
        ("darbaza_vendor_failures_total{vendor=\"meridian\",kind=\"bad_answer\"}", 1.0),
        ("darbaza_vendor_failures_total{vendor=\"meridian\",kind=\"no_answer_in_time\"}", 1.0),
        ("darbaza_vendor_failures_total{vendor=\"meridian\",kind=\"stalled\"}", 1.0),
        ("darbaza_vendor_failures_total{vendor=\"meridian\",kind=\"unreachable\"}", 0.0),
        ("darbaza_ledger_writable", 1.0),
        ("darbaza_ledger_queue", 0.0),
        ("darbaza_disk_low", 0.0),
        ("darbaza_ready{part=\"ledger\"}", 1.0),
        ("darbaza_ready{part=\"masking_key\"}", 1.0),
        ("darbaza_ready{part=\"gate\"}", 1.0),
    ];
    // The client of the last one hung up; the gate sees it, and records it, a little later.
    let mut after = BTreeMap::new();
    for _ in 0..100 {
        after = figures(&app).await;
        if expected.iter().all(|(name, number)| after.get(*name) == Some(number))
            && after["darbaza_ledger_checkpoint_records"] == app.leaves().len() as f64
        {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    for (name, number) in expected {
        assert_eq!(after.get(name), Some(&number), "{name}: {after:#?}");
    }
    let records = app.leaves().len() as f64;
    for name in
        ["darbaza_ledger_records", "darbaza_ledger_checkpoint_records", "darbaza_ledger_append_seconds_count"]
    {
        assert_eq!(after[name], records, "{name}");
    }
    let pass = after["darbaza_request_duration_seconds_sum{action=\"pass\"}"];
    assert!(pass > 1.5 && pass < 15.0, "{pass} seconds");
    assert!(after["darbaza_ledger_published_age_seconds"] < 5.0);
    assert!(
        after["darbaza_disk_free_bytes"] > 0.0
            && after["darbaza_disk_size_bytes"] > after["darbaza_disk_free_bytes"]
    );
    assert!(after.keys().any(|name| name.starts_with("darbaza_build_info{version=\"")));

    let mut known: Vec<String> = [
        "none",
        "meridian",
        "own-models",
        "scoring-service",
        "unreachable",
        "bad_answer",
        "no_answer_in_time",
        "stalled",
        "gate",
        "ledger",
        "masking_key",
    ]
    .map(str::to_owned)
    .to_vec();
    known.extend(Action::ALL.iter().map(ToString::to_string));
    known.extend(RefusalCode::ALL.iter().map(ToString::to_string));
    known.extend(Category::ALL.iter().map(ToString::to_string));
    for name in after.keys().filter(|name| !name.starts_with("darbaza_build_info")) {
        for label in name.split(['{', ',', '}']).filter_map(|part| part.split_once("=\"")) {
            let value = label.1.trim_end_matches('"');
            assert!(
                label.0 == "le" || known.iter().any(|word| word == value),
                "{name} has a label that is not known"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vendor_that_is_not_there_is_counted_as_unreachable() {
    let app = TestApp::with().without_vendors().start().await;
    assert_eq!(app.say("support-chat", "Где мой заказ?").await.status, 502);
    let figures = figures(&app).await;
    assert_eq!(figures["darbaza_vendor_failures_total{vendor=\"meridian\",kind=\"unreachable\"}"], 1.0);
    assert_eq!(figures["darbaza_vendor_first_byte_seconds_count{vendor=\"meridian\"}"], 0.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn readiness_names_the_part_that_is_not_ready() {
    let app = TestApp::start().await;
    assert_eq!(ready(&app).await, (200, "ready\n".to_owned()));
    let folder = app.stop().await;
    let keys = std::fs::read_dir(folder.path().join("data/keys")).unwrap().map(|entry| entry.unwrap().path());
    let masking: Vec<_> = keys.filter(|path| path.to_string_lossy().contains("masking-")).collect();
    assert_eq!(masking.len(), 1, "readiness needs the key of this epoch");
    let sound = std::fs::read(&masking[0]).unwrap();
    std::fs::write(&masking[0], "no key").unwrap();
    let app = TestApp::with().folder(folder).start().await;
    let (status, page) = ready(&app).await;
    assert_eq!(
        (status, page.as_str()),
        (503, "not ready\nmasking_key: the masking key cannot be read or kept\n")
    );
    assert_eq!(figures(&app).await["darbaza_ready{part=\"masking_key\"}"], 0.0);
    // Nothing is masked with another key meanwhile, and the gate goes on once it is back.
    assert_eq!(app.say("support-chat", "ИИН 920417499926").await.status, 503);
    assert!(app.abroad.received().is_empty());
    std::fs::write(&masking[0], sound).unwrap();
    assert_eq!(ready(&app).await, (200, "ready\n".to_owned()));
    assert_eq!(app.say("support-chat", "ИИН 920417499926").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn little_space_on_the_disk_is_said_once_and_refuses_nobody() {
    let app = TestApp::with().disk_free_bytes(u64::MAX).start().await;
    let (status, page) = ready(&app).await;
    assert_eq!((status, page.as_str()), (200, "ready\ndisk: little space is left\n"));
    assert_eq!(figures(&app).await["darbaza_disk_low"], 1.0);
    assert_eq!(app.say("support-chat", "Где мой заказ?").await.status, 200);

    let company = Company::new("[limits]\ndisk_free_bytes = 9000000000000000000\n").await;
    let serve = company.serve();
    tokio::time::sleep(Duration::from_millis(2500)).await;
    let log = serve.stop();
    let alarms: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let alarms: Vec<&Value> = alarms.iter().filter(|line| line.to_string().contains("disk.low")).collect();
    let [alarm] = alarms.as_slice() else { panic!("once in two seconds, not {alarms:?}") };
    assert_eq!(alarm["level"], "ERROR");
    assert!(
        alarm["fields"]["free_bytes"].as_u64().unwrap() < alarm["fields"]["least_bytes"].as_u64().unwrap()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_documented_figures_and_alarms_are_those_of_the_page() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/monitoring.md");
    let text = std::fs::read_to_string(page).unwrap();
    let rules = text.split("```yaml\n").nth(1).unwrap().split("```").next().unwrap();
    let parsed: Value = serde_saphyr::from_str(rules).unwrap();
    let rules = parsed["groups"][0]["rules"].as_array().unwrap();
    assert!(rules.len() >= 8);
    for rule in rules {
        for key in ["alert", "expr"] {
            assert!(rule[key].as_str().is_some_and(|text| !text.is_empty()), "{rule}");
        }
        assert!(rule["annotations"]["summary"].as_str().is_some_and(|text| text.ends_with('.')), "{rule}");
    }

    let figures = figures(&TestApp::start().await).await;
    let on_page: Vec<&str> = figures.keys().map(|name| name.split('{').next().unwrap()).collect();
    let word = |c: char| !(c.is_ascii_alphanumeric() || c == '_');
    let named: Vec<&str> = text.split(word).filter(|word| word.starts_with("darbaza_")).collect();
    assert!(named.len() > 25);
    for name in &named {
        let is_there = |on_page: &&str| on_page == name || on_page.strip_suffix("_bucket") == Some(name);
        assert!(on_page.iter().any(is_there), "{name} is not on the page");
    }
    for name in on_page {
        let name = ["_bucket", "_count", "_sum"]
            .iter()
            .fold(name, |name, end| name.strip_suffix(end).unwrap_or(name));
        assert!(named.contains(&name), "{name} is not documented");
    }
}
