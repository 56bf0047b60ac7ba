//! What a hostile vendor answers: directions to somewhere else, and words for the client.

use std::sync::{Arc, Mutex};

use darbaza_tests::{Demo, Piece, Script, ScriptedVendor, exchange};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::canary::Canary;

/// A word that stands everywhere in what the vendor sends: reason phrase, headers, body.
const WORD: &str = "canary-word";
const SECRET: &str = "sk-canary-secret-31";

/// Answers everything with the bytes that it was given last.
struct RawVendor {
    base: String,
    answer: Arc<Mutex<Vec<u8>>>,
    received: Arc<Mutex<Vec<String>>>,
}

impl RawVendor {
    async fn start() -> RawVendor {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}/v1", listener.local_addr().unwrap());
        let vendor = RawVendor { base, answer: Arc::default(), received: Arc::default() };
        let (answer, received) = (Arc::clone(&vendor.answer), Arc::clone(&vendor.received));
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let (answer, received) = (Arc::clone(&answer), Arc::clone(&received));
                tokio::spawn(async move {
                    let mut request = Vec::new();
                    while !request.ends_with(b"}") && stream.read_buf(&mut request).await.is_ok_and(|n| n > 0)
                    {
                    }
                    received.lock().unwrap().push(String::from_utf8_lossy(&request).into_owned());
                    let answer = answer.lock().unwrap().clone();
                    let _ = stream.write_all(&answer).await;
                });
            }
        });
        vendor
    }
}

/// Everything that the gate sends back, as it comes.
async fn post(demo: &Demo, stream: bool) -> String {
    let body =
        json!({ "model": "m", "stream": stream, "messages": [{ "role": "user", "content": "Сәлем" }] });
    let body = body.to_string();
    let head = format!(
        "POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\nauthorization: Bearer {}\r\n\
         content-length: {}\r\n\r\n",
        demo.key("support-chat"),
        body.len()
    );
    exchange(demo.gateway(), head + &body).await
}

/// Headers that send a browser, or a careless client, somewhere else.
fn directions(port: u16) -> String {
    let to = format!("http://127.0.0.1:{port}/{WORD}");
    format!(
        "location: {to}\r\ncontent-location: {to}\r\nrefresh: 0;url={to}\r\nalt-svc: h2=\"127.0.0.1:{port}\"; ma=86400\r\n\
         link: <{to}>; rel=preload\r\nset-cookie: {WORD}=1; path=/\r\nwww-authenticate: Bearer realm=\"{WORD}\"\r\n\
         proxy-authenticate: Basic realm=\"{WORD}\"\r\nretry-after: 0\r\nx-request-id: {WORD}\r\nx-should-retry: true\r\n\
         strict-transport-security: max-age=31536000\r\naccess-control-allow-origin: *\r\nserver: {WORD}\r\n"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vendor_sends_nobody_anywhere_and_says_nothing_in_its_own_words() {
    let (canary, vendor) = (Canary::start().await, RawVendor::start().await);
    let folder = tempfile::tempdir().unwrap();
    // A proxy of the environment would be a way around every check.
    let proxy = format!("http://127.0.0.1:{}", canary.port);
    let demo = Demo::within(folder.path()).upstream(&vendor.base).upstream_key(SECRET).log("trace");
    let demo = ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"]
        .iter()
        .fold(demo, |demo, name| demo.env(name, &proxy))
        .start();
    let directions = directions(canary.port);
    let mut calls = 0;
    for status in (300..=308)
        .chain([201, 204, 400, 401, 402, 403, 404, 407, 409, 421, 429, 451, 500, 502, 503, 511, 599])
    {
        for (kind, body) in [
            (
                "application/json",
                format!(r#"{{"error":{{"message":"{WORD}","type":"{WORD}","code":"{WORD}"}}}}"#),
            ),
            (
                "text/html",
                format!("<meta http-equiv=refresh content='0;url=http://127.0.0.1:{}/'>{WORD}", canary.port),
            ),
            (
                "text/event-stream",
                format!("event: error\ndata: {{\"error\":{{\"message\":\"{WORD}\"}}}}\n\n"),
            ),
        ] {
            *vendor.answer.lock().unwrap() = format!(
                "HTTP/1.1 {status} {WORD}\r\ncontent-type: {kind}\r\ncontent-length: {}\r\nconnection: close\r\n{directions}\r\n{body}",
                body.len()
            )
            .into_bytes();
            for stream in [false, true] {
                let answer = post(&demo, stream).await;
                let what = format!("{status} {kind}, stream: {stream}");
                // A stream that began well and tells nothing good ends with an error of the gate's own.
                assert!(answer.contains("\"vendor_error\""), "{what}: {answer}");
                assert_own_words(&what, &answer, canary.port);
                calls += 1;
            }
        }
    }
    // Before the answer, and instead of it.
    for head in ["103 Early Hints", "100 Continue", "102 Processing", "101 Switching Protocols"] {
        *vendor.answer.lock().unwrap() =
            format!("HTTP/1.1 {head}\r\nupgrade: {WORD}\r\n{directions}\r\n").into_bytes();
        assert_own_words(head, &post(&demo, false).await, canary.port);
        calls += 1;
    }
    *vendor.answer.lock().unwrap() = format!("{WORD}\r\n\r\n").into_bytes();
    assert_own_words("no HTTP", &post(&demo, false).await, canary.port);
    calls += 1;

    let received = vendor.received.lock().unwrap().clone();
    assert_eq!(received.len(), calls, "one call each, none again");
    assert!(received.iter().all(|request| request.contains(&format!("authorization: Bearer {SECRET}\r\n"))));
    assert!(canary.seen().is_empty(), "somebody came: {:?}", canary.seen());
    let said = demo.said();
    demo.stop();
    for word in [WORD, SECRET] {
        assert!(!said.contains(word), "{word} is in the log");
        let found =
            std::process::Command::new("grep").args(["-rlF", word]).arg(folder.path()).output().unwrap();
        assert_eq!(found.status.code(), Some(1), "{word} is in {}", String::from_utf8_lossy(&found.stdout));
    }
}

/// Fails where anything of the vendor's own is in the answer, or where it is to be tried again.
fn assert_own_words(what: &str, answer: &str, port: u16) {
    let lower = answer.to_ascii_lowercase();
    assert!(!lower.contains(WORD) && !lower.contains(&port.to_string()), "{what}: {answer}");
    let (head, _) = lower.split_once("\r\n\r\n").expect("a head");
    for line in head.lines().skip(1) {
        let (name, _) = line.split_once(':').expect("a header");
        let ours = [
            "content-type",
            "cache-control",
            "content-length",
            "date",
            "x-should-retry",
            "connection",
            "transfer-encoding",
        ];
        assert!(
            ours.contains(&name) || name.starts_with("darbaza-") || name == "ai-disclosure",
            "{what}: {line}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_good_answer_only_the_body_is_the_vendor_s() {
    let canary = Canary::start().await;
    let vendor = ScriptedVendor::start().await;
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::within(folder.path()).upstream(vendor.base()).start();
    let to = format!("http://127.0.0.1:{}/{WORD}", canary.port);
    let with = move |script: Script| {
        [
            "location",
            "refresh",
            "alt-svc",
            "set-cookie",
            "link",
            "x-request-id",
            "server",
            "openai-organization",
        ]
        .iter()
        .fold(script, |script, name| script.header(name, &to))
    };
    vendor.respond(move |request| match request.json()["stream"] == true {
        true => with(Script::pieces(vec![Piece::Bytes("data: [DONE]\n\n".into())])),
        false => with(Script::text("Ия")),
    });
    for stream in [false, true] {
        let answer = post(&demo, stream).await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        assert_own_words("a good answer", &answer, canary.port);
    }
    assert!(canary.seen().is_empty());
    demo.stop();
}
