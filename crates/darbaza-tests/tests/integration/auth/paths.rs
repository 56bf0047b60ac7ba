//! Other spellings of addresses, other methods, and headers that would change either.

use darbaza_tests::{TestApp, exchange};

use super::ADDRESSES;

/// What a careless reader of addresses would take for the same one.
const SPELLINGS: &[fn(&str) -> String] = &[
    |path| format!("{path}/"),
    |path| format!("/{path}"),
    |path| format!("//x{path}"),
    |path| path.replacen('/', "//", 2),
    |path| format!("/.{path}"),
    |path| format!("/x/..{path}"),
    |path| format!("/%2e{path}"),
    |path| format!("/x/%2e%2e{path}"),
    |path| format!("/livez/..{path}"),
    |path| format!("/livez/%2e%2e{path}"),
    |path| format!("/livez%2f..{path}"),
    |path| format!("/livez/..;{path}"),
    |path| format!("/livez;{path}"),
    |path| format!("/readyz?/../{path}").replace('?', "%3f"),
    |path| format!("{path};x"),
    |path| format!("{path};/livez"),
    |path| format!("{path}.json"),
    |path| format!("{path}%20"),
    |path| format!("{path}%00"),
    |path| format!("{path}%00/livez"),
    |path| format!("{path}%0d%0ax: y"),
    |path| format!("{path}/livez"),
    |path| format!("{path}/../livez"),
    |path| path.to_uppercase(),
    |path| format!("/{}{}", path[1..2].to_uppercase(), &path[2..]),
    |path| format!("/{}", path[1..].replace('/', "%2f")),
    |path| format!("/{}", path[1..].replace('/', "%2F")),
    |path| format!("/{}", path[1..].replace('/', "\\")),
    |path| format!("%2f{}", &path[1..]),
    |path| format!("/%{:02x}{}", path.as_bytes()[1], &path[2..]),
    |path| format!("/%25{:02x}{}", path.as_bytes()[1], &path[2..]),
    |path| format!("/%c0%af{}", &path[1..]),
    |path| format!("/%c0%ae%c0%ae{path}"),
    |path| format!("/%u002e{path}"),
    |path| format!("/\u{ff0f}{}", &path[1..]),
    |path| path.replacen('e', "\u{435}", 1),
    |path| format!("{path}\\..\\livez"),
    |path| format!("{path}\u{0}"),
    |path| format!("{path}\u{7f}"),
];
/// Methods that the gate has nowhere, beside those that an address does not have.
const METHODS: [&str; 16] = [
    "GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "HEAD", "PROPFIND", "post", "Get", "PURGE",
    "LINK", "QUERY", "M-SEARCH", "X",
];
/// Headers by which some servers let a client rewrite method or address.
const OVERRIDES: &str = "x-http-method-override: METHOD\r\nx-http-method: METHOD\r\nx-method-override: METHOD\r\n\
    x-original-url: PATH\r\nx-rewrite-url: PATH\r\nx-forwarded-prefix: /\r\nx-forwarded-uri: PATH\r\n";

struct Asked<'a> {
    method: &'a str,
    target: &'a str,
    lines: &'a str,
    key: Option<&'a str>,
}

async fn ask(app: &TestApp, asked: Asked<'_>) -> String {
    let Asked { method, target, lines, key } = asked;
    let body = r#"{"model":"m","messages":[{"role":"user","content":"x"}]}"#;
    let key = key.map(|key| format!("authorization: Bearer {key}\r\n")).unwrap_or_default();
    let length = body.len();
    let request = format!(
        "{method} {target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{key}{lines}content-length: {length}\r\n\r\n{body}"
    );
    exchange(app.gateway(), request).await
}

fn status(answer: &str) -> u16 {
    answer.split(' ').nth(1).and_then(|word| word.parse().ok()).unwrap_or_default()
}

/// What a refusal tells: everything after its head's first line but the time.
fn words(answer: &str) -> String {
    answer.lines().filter(|line| !line.starts_with("date: ")).collect::<Vec<_>>().join("\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn another_spelling_of_an_address_is_another_address() {
    let app = TestApp::start().await;
    let key = app.key("support-chat").to_owned();
    let nobody =
        ask(&app, Asked { method: "POST", target: "/v1/chat/completions", lines: "", key: None }).await;
    let mut tried = 0;
    for (method, path, _) in ADDRESSES {
        for spelling in SPELLINGS {
            let target = spelling(path);
            if target == path {
                continue;
            }
            let is_address = |path: &str| ADDRESSES.iter().any(|(_, known, _)| *known == path);
            assert!(!is_address(&target), "{target} is an address");
            for lines in ["", &OVERRIDES.replace("METHOD", method).replace("PATH", path)] {
                let what = format!("{method} {target} {lines:?}");
                let closed = ask(&app, Asked { method, target: &target, lines, key: None }).await;
                // No HTTP at all, or nobody, in the same words as everywhere.
                assert!(status(&closed) == 400 || words(&closed) == words(&nobody), "{what}: {closed}");
                let opened = ask(&app, Asked { method, target: &target, lines, key: Some(&key) }).await;
                assert_eq!(status(&opened) == 400, status(&closed) == 400, "{what}: {opened}");
                let unknown = status(&opened) == 404 && opened.contains("\"route_unknown\"");
                assert!(status(&opened) == 400 || unknown, "{what}: {opened}");
                tried += 1;
            }
        }
    }
    println!("{tried} spellings");
    assert!(app.abroad.received().is_empty(), "it was sent");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_method_is_another_address() {
    let app = TestApp::start().await;
    let key = app.key("support-chat").to_owned();
    let nobody =
        ask(&app, Asked { method: "POST", target: "/v1/chat/completions", lines: "", key: None }).await;
    for (known, path, needs_key) in ADDRESSES {
        // HEAD is GET without the body (RFC 9110, 9.3.2).
        let has = |method: &str| method == known || (method == "HEAD" && known == "GET");
        for method in METHODS.into_iter().filter(|method| !has(method)) {
            let lines = OVERRIDES.replace("METHOD", known).replace("PATH", path);
            let what = format!("{method} {path}");
            let closed = ask(&app, Asked { method, target: path, lines: &lines, key: None }).await;
            let opened = ask(&app, Asked { method, target: path, lines: &lines, key: Some(&key) }).await;
            if !needs_key {
                // Health tells only that it is asked otherwise.
                assert!([400, 401, 404, 405].contains(&status(&closed)), "{what}: {closed}");
                assert!([400, 404, 405].contains(&status(&opened)), "{what}: {opened}");
                continue;
            }
            let no_body = method == "HEAD";
            assert_eq!(status(&closed), 401, "{what}: {closed}");
            assert!(no_body || words(&closed) == words(&nobody), "{what}: {closed}");
            assert_eq!(status(&opened), 404, "{what}: {opened}");
            assert!(no_body || opened.contains("\"route_unknown\""), "{what}: {opened}");
        }
    }
    for (method, target) in [
        ("CONNECT", "localhost:4000"),
        ("CONNECT", "127.0.0.1:22"),
        ("CONNECT", "evil.example:443"),
        ("OPTIONS", "*"),
        ("GET", "*"),
        ("TRACE", "/"),
        ("GET", ""),
        ("GET", "v1/models"),
        ("GET", "?"),
    ] {
        for key in [None, Some(key.as_str())] {
            let answer = ask(&app, Asked { method, target, lines: "", key }).await;
            assert!([400, 401, 404, 421].contains(&status(&answer)), "{method} {target}: {answer}");
            assert!(key.is_some() || status(&answer) != 404, "{method} {target}: {answer}");
            assert!(!answer.contains("authorization"), "what was sent is not sent back: {answer}");
        }
    }
    assert!(app.abroad.received().is_empty(), "it was sent");
}
