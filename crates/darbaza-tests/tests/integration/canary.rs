//! Values sent through every endpoint, with every error, are in no log line, no file of the data
//! folder and on no page of metrics.

use std::path::Path;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use darbaza_tests::{Answer, Call, Demo, Piece, Script, ScriptedVendor, TestApp};
use http::Method;
use serde_json::{Value, json};

/// Values and words that nothing may keep: personal data, free text, references in headers, keys.
const CANARIES: [&str; 10] = [
    "920417499926",
    "Ахметова",
    "5550017",
    "g.akhmetova",
    "канарейка",
    "canary-subject",
    "canary-conversation",
    "canary-key",
    "canary-vendor",
    "canary-header",
];

fn prompt() -> String {
    "канарейка: Ахметова Гульнара Сериковна, ИИН 920417499926, +7 701 5550017, g.akhmetova@example.kz"
        .to_owned()
}

fn body(stream: bool) -> Value {
    json!({ "model": "m", "stream": stream, "user": "g.akhmetova@example.kz", "metadata": { "канарейка": prompt() },
        "messages": [{ "role": "system", "content": prompt() }, { "role": "user", "content": prompt() }] })
}

/// A gate with its keys, however it runs.
struct Target<'a> {
    gateway: &'a str,
    key: Box<dyn Fn(&str) -> String + 'a>,
    vendor: &'a ScriptedVendor,
}

impl Target<'_> {
    fn call(&self, system: &str, method: Method, path: &str) -> Call {
        let call = Call::new(self.gateway, method, path).key(&(self.key)(system));
        call.header("darbaza-subject", "canary-subject")
            .header("darbaza-conversation", "canary-conversation")
            .header("user-agent", "canary-header 920417499926")
    }

    async fn post(&self, system: &str, body: impl Into<Vec<u8>>) -> Answer {
        self.call(system, Method::POST, "/v1/chat/completions").body(body.into()).send().await
    }

    /// Sends the canaries in through every door and provokes every error there is; the codes seen.
    async fn send_everything(&self) -> Vec<String> {
        let text = prompt();
        let whole = body(false).to_string();
        let mut codes = Vec::new();
        let mut note = |answer: &Answer| {
            if !answer.status.is_success() {
                codes.push(answer.code());
            }
        };
        let with = |key: &str, value: Value| {
            let mut body = body(false);
            body[key] = value;
            body.to_string()
        };
        for system in ["support-chat", "hr-screening", "credit-scoring", "staff-desk", "marketing"] {
            note(&self.post(system, whole.clone()).await);
        }
        let secret = json!({ "model": "m", "messages": [{ "role": "user", "content": "пароль: Kanareyka-920417499926" }] });
        note(&self.post("staff-desk", secret.to_string()).await);
        for body in [
            whole.replacen('{', "", 1),
            with("messages", json!([{ "role": text, "content": text }])),
            with("tools", json!(text)),
            with("x", Value::String(text.clone())).replacen("\"x\"", &format!("\"{text}\":1,\"{text}\""), 1),
            with("x", json!(1)).replacen(":1", &format!(":[\"{text}\""), 1),
            format!("{{\"{text}\":{}", "[".repeat(10_000)),
            with("messages", json!([{ "role": "user", "content": [{ "type": text, "text": text }] }])),
            with("web_search_options", json!({ "user_location": text })),
            with("seed", json!(920_417_499_926_u64)),
            with("model", json!(text)),
            format!("{whole}{}", " ".repeat(17 * 1024 * 1024)),
        ] {
            note(&self.post("support-chat", body).await);
        }
        let post = |path: &str| self.call("support-chat", Method::POST, path);
        note(
            &post("/v1/chat/completions")
                .header("content-encoding", "canary-header")
                .body(whole.clone())
                .send()
                .await,
        );
        note(
            &post("/v1/chat/completions")
                .header("darbaza-purpose", "canary-header")
                .body(whole.clone())
                .send()
                .await,
        );
        note(
            &post("/v1/chat/completions")
                .header("darbaza-lang", "canary-header")
                .body(whole.clone())
                .send()
                .await,
        );
        note(&post("/v1/canary-header/920417499926?q=canary-header").body(whole.clone()).send().await);
        note(&post("/darbaza/v1/detect").json(&json!({ "text": text })).send().await);
        note(&post("/darbaza/v1/detect").json(&json!({ "text": text, "канарейка": text })).send().await);
        note(&self.call("support-chat", Method::GET, "/v1/models?q=920417499926").send().await);
        let nobody = Call::new(self.gateway, Method::POST, "/v1/chat/completions").key("canary-key");
        note(&nobody.body(whole.clone()).send().await);
        let host = Call::new(self.gateway, Method::GET, "/v1/models").header("host", "canary-header");
        assert_ne!(host.send().await.status, 200);

        let echo = |piece: Piece| {
            let chunk = json!({ "choices": [{ "index": 0, "delta": { "content": "канарейка" } }] });
            Script::pieces(vec![
                Piece::Bytes(format!("data: {chunk}\n\n").into()),
                Piece::Pause(Duration::from_millis(50)),
                piece,
            ])
        };
        let words = format!("{{\"error\":{{\"message\":\"canary-vendor {text}\"}}}}");
        for (stream, script) in [
            (false, Script::body(500, "application/json", words.clone())),
            (
                false,
                Script::body(302, "text/html", "canary-vendor")
                    .header("location", "http://127.0.0.1:1/canary-vendor"),
            ),
            (
                false,
                Script::body(200, "application/json", "<canary-vendor>")
                    .header("x-canary-vendor", "canary-vendor"),
            ),
            (true, Script::body(200, "application/json", words.clone())),
            (true, echo(Piece::Bytes(format!("data: {words}\n\n").into()))),
            (true, echo(Piece::Bytes("data: canary-vendor\n\n".into()))),
            (true, echo(Piece::Break)),
            (true, echo(Piece::Bytes("data: [DONE]\n\n".into()))),
        ] {
            self.vendor.answer(script);
            note(&self.post("support-chat", body(stream).to_string()).await);
        }
        self.vendor.respond(|received| Script::text(&received.last_content()));
        codes.sort();
        codes.dedup();
        codes
    }
}

const CODES: [&str; 14] = [
    "category_refused",
    "content_not_inspectable",
    "encoding_unsupported",
    "key_invalid",
    "model_not_found",
    "parameter_not_allowed",
    "purpose_not_declared",
    "request_malformed",
    "request_too_deep",
    "route_unknown",
    "system_not_live",
    "too_large",
    "vendor_error",
    "vendor_timeout",
];

/// Each canary in every form in which something might keep it.
fn forms() -> Vec<(String, Vec<u8>)> {
    let mut forms = Vec::new();
    for canary in CANARIES {
        let mut add = |form: &str, bytes: Vec<u8>| forms.push((format!("{canary} as {form}"), bytes));
        add("bytes", canary.as_bytes().to_vec());
        add("UTF-16 LE", canary.encode_utf16().flat_map(u16::to_le_bytes).collect());
        add("UTF-16 BE", canary.encode_utf16().flat_map(u16::to_be_bytes).collect());
        add("escapes", canary.encode_utf16().flat_map(|u| format!("\\u{u:04x}").into_bytes()).collect());
        add("percent encoding", canary.bytes().flat_map(|b| format!("%{b:02X}").into_bytes()).collect());
        add("hexadecimal", canary.bytes().flat_map(|b| format!("{b:02x}").into_bytes()).collect());
        // Base 64 looks different at each of three offsets; the first and last groups hold neighbours.
        for offset in 0..3 {
            let shifted = [&vec![0; offset], canary.as_bytes()].concat();
            for engine in [&STANDARD_NO_PAD, &URL_SAFE_NO_PAD] {
                let text = engine.encode(&shifted);
                let whole = &text[if offset == 0 { 0 } else { 4 }..shifted.len() / 3 * 4];
                add("base 64", whole.as_bytes().to_vec());
            }
        }
        add("base 64 of all", STANDARD.encode(canary).into_bytes());
    }
    forms
}

fn assert_clean(what: &str, bytes: &[u8]) {
    // One pass for each first byte would do; the files are small enough for the plain way.
    let text = String::from_utf8_lossy(bytes);
    for (form, needle) in forms() {
        let found = match std::str::from_utf8(&needle) {
            Ok(needle) => text.contains(needle),
            Err(_) => bytes.windows(needle.len()).any(|window| window == needle),
        };
        assert!(!found, "{form} is in {what}");
    }
}

fn assert_folder_clean(folder: &Path) -> usize {
    let mut files = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files += assert_folder_clean(&path);
        } else if path.is_file() {
            assert_clean(&path.display().to_string(), &std::fs::read(&path).unwrap());
            files += 1;
        }
    }
    files
}

#[test]
fn a_canary_that_is_kept_is_found() {
    for text in [
        "x 920417499926 y".to_owned(),
        "\\u043a\\u0430\\u043d\\u0430\\u0440\\u0435\\u0439\\u043a\\u0430".to_owned(),
        STANDARD.encode("id=920417499926;"),
        STANDARD.encode("{\"who\":\"Ахметова\"}"),
    ] {
        let found = std::panic::catch_unwind(|| assert_clean("a file", text.as_bytes()));
        assert!(found.is_err(), "{text}");
    }
    assert_clean("an empty file", b"");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_data_folder_and_the_metrics_keep_nothing() {
    let app = TestApp::with().limits(|limits| limits.body_bytes = 16 * 1024 * 1024).start().await;
    let target = Target {
        gateway: app.gateway(),
        key: Box::new(|system| app.key(system).to_owned()),
        vendor: &app.abroad,
    };
    let mut codes = target.send_everything().await;
    drop(target);
    app.abroad.answer(Script::text("Сәлем").after(Duration::from_secs(3)));
    codes.push(app.say("support-chat", &prompt()).await.code());
    assert_eq!(codes, CODES);
    for path in ["/metrics", "/readyz", "/livez"] {
        let page = app.operations(path).send().await;
        assert_eq!(page.status, 200);
        assert_clean(path, &page.body);
    }
    let metrics = app.operations("/metrics").send().await.text();
    assert!(metrics.contains("darbaza_errors_total{code=\"vendor_error\"}"), "{metrics}");
    // Beside the running server: with its write-ahead log; and after its end.
    let data = app.data();
    assert!(data.join("ledger.db-wal").exists());
    assert!(assert_folder_clean(data.parent().unwrap()) > 8);
    let folder = app.stop().await;
    assert_folder_clean(folder.path());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_says_nothing_of_content_even_where_everything_is_logged() {
    let folder = tempfile::tempdir().unwrap();
    let vendor = ScriptedVendor::start().await;
    let start = || Demo::within(folder.path()).upstream(vendor.base()).log("trace").start();
    let demo = tokio::task::block_in_place(start);
    let target = Target {
        gateway: demo.gateway(),
        key: Box::new(|system| demo.key(system).to_owned()),
        vendor: &vendor,
    };
    let codes = target.send_everything().await;
    drop(target);
    assert!(codes.iter().any(|code| code == "vendor_error"), "{codes:?}");
    // What the demo greets with on standard output has an example of its own.
    let said = std::fs::read_to_string(folder.path().join("err.txt")).unwrap();
    assert!(said.contains("vendor.answer is no answer"), "the log is there");
    let lines = said.lines().filter(|line| line.starts_with('{')).count();
    assert!(lines > 20, "{lines} lines");
    said.lines().for_each(|line| assert_clean(line, line.as_bytes()));
    demo.stop();
    assert_folder_clean(&folder.path().join("demo"));
}
