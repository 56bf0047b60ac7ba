//! What no HTTP client would send.

use std::time::Duration;

use darbaza_tests::TestApp;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Sends these bytes, then more while the gate takes them, and reads what comes back.
async fn exchange(base: &str, head: &str, more: impl Iterator<Item = Vec<u8>>) -> (String, usize) {
    let stream = TcpStream::connect(base.trim_start_matches("http://")).await.unwrap();
    let (mut reader, mut writer) = stream.into_split();
    writer.write_all(head.as_bytes()).await.unwrap();
    let reading = tokio::spawn(async move {
        let mut answer = Vec::new();
        let read = async { while reader.read_buf(&mut answer).await.is_ok_and(|n| n > 0) {} };
        let _ = tokio::time::timeout(Duration::from_millis(1500), read).await;
        String::from_utf8_lossy(&answer).into_owned()
    });
    let mut sent = 0;
    for piece in more {
        if reading.is_finished() || writer.write_all(&piece).await.is_err() {
            break;
        }
        sent += piece.len();
    }
    (reading.await.unwrap(), sent)
}

fn head(app: &TestApp, lines: &str) -> String {
    let key = app.key("support-chat");
    format!(
        "POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\nauthorization: Bearer {key}\r\n{lines}\r\n"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_megabytes_are_refused_before_they_are_taken() {
    let app = TestApp::start().await;
    let (announced, _) =
        exchange(app.gateway(), &head(&app, "content-length: 104857600\r\n"), std::iter::empty()).await;
    assert!(announced.starts_with("HTTP/1.1 413") && announced.contains("too_large"), "{announced}");

    let chunk = [b"10000\r\n".to_vec(), vec![b' '; 0x10000], b"\r\n".to_vec()].concat();
    let chunks = std::iter::repeat_n(chunk, 1600);
    let (unannounced, sent) =
        exchange(app.gateway(), &head(&app, "transfer-encoding: chunked\r\n"), chunks).await;
    assert!(unannounced.starts_with("HTTP/1.1 413") || unannounced.is_empty(), "{unannounced}");
    assert!(sent < 64 * 1024 * 1024, "{sent} bytes were taken");
    let codes: Vec<String> =
        app.leaves().iter().filter_map(|l| l["code"].as_str().map(str::to_owned)).collect();
    assert_eq!(codes, ["too_large", "too_large"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_one_host_of_the_gate_s_own_is_answered() {
    let app = TestApp::start().await;
    let get =
        |target: &str, hosts: &str| format!("GET {target} HTTP/1.1\r\n{hosts}connection: close\r\n\r\n");
    for (base, path) in [(app.gateway(), "/livez"), (app.server().operations(), "/metrics")] {
        for (target, hosts) in [
            (path.to_owned(), "host: evil.example\r\n"),
            (path.to_owned(), "host: localhost.evil.example\r\n"),
            (path.to_owned(), "host: localhost:80@evil.example\r\n"),
            (path.to_owned(), "host: evil.example:80:localhost\r\n"),
            (path.to_owned(), "host: \r\n"),
            (path.to_owned(), "host: localhost\r\nhost: evil.example\r\n"),
            (path.to_owned(), "host: localhost\r\nhost: localhost\r\n"),
            (path.to_owned(), "host: local\u{433}ost\r\n"),
            (path.to_owned(), ""),
            (format!("http://evil.example{path}"), "host: localhost\r\n"),
        ] {
            let (answer, _) = exchange(base, &get(&target, hosts), std::iter::empty()).await;
            assert!(
                answer.starts_with("HTTP/1.1 421") || answer.starts_with("HTTP/1.1 400"),
                "{hosts:?}: {answer}"
            );
        }
        for host in ["localhost", "LOCALHOST:1", "127.0.0.1:4000", "[::1]:4000"] {
            let (answer, _) =
                exchange(base, &get(path, &format!("host: {host}\r\n")), std::iter::empty()).await;
            assert!(answer.starts_with("HTTP/1.1 200"), "{host}: {answer}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_that_are_no_http_or_endless_end_without_an_answer_of_a_vendor() {
    let app = TestApp::start().await;
    let key = app.key("support-chat").to_owned();
    let smuggled = "POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\n";
    let body = r#"{"model":"m","messages":[{"role":"user","content":"x"}]}"#;
    for (what, request) in [
        ("a long header", head(&app, &format!("x-long: {}\r\n", "a".repeat(1 << 20)))),
        ("many headers", head(&app, &"x-many: a\r\n".repeat(2000))),
        ("a long target", format!("GET /{} HTTP/1.1\r\nhost: localhost\r\n\r\n", "a".repeat(1 << 20))),
        ("another protocol", "\u{16}\u{3}\u{1}hello\r\n\r\n".to_owned()),
        ("http/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned()),
        (
            "two lengths",
            head(&app, &format!("content-length: {}\r\ncontent-length: 5\r\n", body.len())) + body,
        ),
        ("a bad length", head(&app, "content-length: -1\r\n") + body),
        ("a bad chunk", head(&app, "transfer-encoding: chunked\r\n") + "zz\r\n" + body),
        ("gzip in transfer", head(&app, "transfer-encoding: gzip\r\n") + body),
        (
            "a bare line feed in a header",
            format!("{smuggled}authorization: Bearer {key}\nx\u{0}: y\r\n\r\n{body}"),
        ),
        ("half a body", head(&app, "content-length: 500\r\n") + body),
    ] {
        let (answer, _) = exchange(app.gateway(), &request, std::iter::empty()).await;
        assert!(!answer.starts_with("HTTP/1.1 2"), "{what}: {answer}");
        assert!(app.abroad.received().is_empty(), "{what} reached the vendor");
    }
    assert_eq!(app.say("support-chat", "Сәлем").await.status, 200, "and the gate goes on");
}
