//! Requests that are addressed to somebody else, or to nobody.

use darbaza_tests::{TestApp, exchange};

use super::{ADDRESSES, NOWHERE, good};

/// Host lines under which the gate answers nobody.
const HOSTILE: &[&str] = &[
    "",
    "host:\r\n",
    "host: \r\n",
    "host: evil.example\r\n",
    "host: evil.example:4000\r\n",
    "host: localhost.evil.example\r\n",
    "host: evil-localhost\r\n",
    "host: localhost.\r\n",
    "host: localhost..\r\n",
    "host: .localhost\r\n",
    "host: local host\r\n",
    "host: localhost evil.example\r\n",
    "host: localhost,evil.example\r\n",
    "host: localhost;evil.example\r\n",
    "host: localhost/evil.example\r\n",
    "host: localhost#evil.example\r\n",
    "host: localhost%00.evil.example\r\n",
    "host: %6cocalhost\r\n",
    "host: user@localhost\r\n",
    "host: localhost@evil.example\r\n",
    "host: localhost:80@evil.example\r\n",
    "host: localhost:80:80\r\n",
    "host: localhost:-1\r\n",
    "host: localhost:+80\r\n",
    "host: localhost:0x50\r\n",
    "host: localhost:http\r\n",
    "host: http://localhost\r\n",
    "host: //localhost\r\n",
    "host: 127.1\r\n",
    "host: 0x7f.0.0.1\r\n",
    "host: 2130706433\r\n",
    "host: 0.0.0.0\r\n",
    "host: 127.0.0.2\r\n",
    "host: ::1\r\n",
    "host: [::1\r\n",
    "host: [::1]evil.example\r\n",
    "host: [::1]:\r\n:evil.example\r\n",
    "host: [0:0:0:0:0:0:0:1]\r\n",
    "host: [::ffff:127.0.0.1]\r\n",
    "host: [::1%25lo]\r\n",
    "host: local\u{433}ost\r\n",
    "host: ｌocalhost\r\n",
    "host: localhost\r\nhost: localhost\r\n",
    "host: localhost\r\nhost: evil.example\r\n",
    "host: evil.example\r\nhost: localhost\r\n",
    "host : localhost\r\n",
    "x-forwarded-host: localhost\r\n",
    "forwarded: host=localhost\r\n",
    "host: evil.example\r\nx-forwarded-host: localhost\r\n",
];
/// Host lines under which it does.
const OURS: &[&str] = &[
    "host: localhost\r\n",
    "host: LocalHost:1\r\n",
    "Host:localhost:65535\r\n",
    "host: \t127.0.0.1:4000 \r\n",
    "host: [::1]:4000\r\n",
    "host: localhost\r\nx-forwarded-host: evil.example\r\n",
];
/// Targets that name a host themselves, before the path, and whether that host is the gate's.
const TARGETS: &[(&str, bool)] = &[
    ("http://localhost", true),
    ("http://127.0.0.1:9", true),
    ("http://evil.example", false),
    ("http://localhost.evil.example", false),
    ("http://localhost@evil.example", false),
    ("http://evil.example@localhost", false),
    ("https://evil.example:443", false),
    ("http://[::ffff:127.0.0.1]", false),
];

fn body(path: &str) -> &'static str {
    if path.contains("detect") {
        r#"{"text":"x"}"#
    } else {
        r#"{"model":"m","messages":[{"role":"user","content":"x"}]}"#
    }
}

async fn ask(app: &TestApp, method: &str, target: &str, hosts: &str) -> String {
    let body = if method == "POST" { body(target) } else { "" };
    let key = app.key("support-chat");
    let request = format!(
        "{method} {target} HTTP/1.1\r\n{hosts}connection: close\r\nauthorization: Bearer {key}\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    );
    exchange(app.gateway(), request).await
}

/// Fails unless nothing but that nobody is here was told.
fn assert_turned_away(what: &str, answer: &str) {
    assert!(answer.starts_with("HTTP/1.1 421") || answer.starts_with("HTTP/1.1 400"), "{what}: {answer}");
    assert!(!answer.contains("darbaza") && !answer.contains("error"), "{what}: {answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_address_answers_under_a_name_that_is_not_the_gate_s() {
    let app = TestApp::start().await;
    let before = app.leaves().len();
    for (method, path, _) in ADDRESSES.iter().copied().chain([NOWHERE]) {
        for hosts in HOSTILE {
            assert_turned_away(&format!("{method} {path} {hosts:?}"), &ask(&app, method, path, hosts).await);
        }
        for (target, is_ours) in TARGETS {
            let target = format!("{target}{path}");
            let hostile = ask(&app, method, &target, "host: evil.example\r\n").await;
            assert_turned_away(&format!("{method} {target} with another host"), &hostile);
            if !is_ours {
                let answer = ask(&app, method, &target, "host: localhost\r\n").await;
                assert_turned_away(&format!("{method} {target}"), &answer);
            }
        }
    }
    assert_eq!(app.leaves().len(), before);
    assert!(app.abroad.received().is_empty(), "it was sent");

    for (method, path, _) in ADDRESSES {
        for hosts in OURS {
            let answer = ask(&app, method, path, hosts).await;
            assert!(
                answer.starts_with(&format!("HTTP/1.1 {}", good(path))),
                "{method} {path} {hosts:?}: {answer}"
            );
        }
        for (target, _) in TARGETS.iter().filter(|(_, is_ours)| *is_ours) {
            let answer = ask(&app, method, &format!("{target}{path}"), "host: localhost\r\n").await;
            assert!(
                answer.starts_with(&format!("HTTP/1.1 {}", good(path))),
                "{method} {target}{path}: {answer}"
            );
        }
    }
}
