//! Keys in every state that they can be in.

use darbaza::KeyRequest;
use darbaza_gateway::Clock;
use darbaza_tests::{Ran, TestApp};

/// A key and what it opens.
pub(super) struct State {
    pub(super) name: &'static str,
    /// The word that the client sends.
    pub(super) key: String,
    pub(super) opens: Opens,
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Opens {
    Nothing,
    /// The system, which may send.
    Live(&'static str),
    /// The system, which may not.
    NotLive(&'static str),
    /// The system, which somebody suspended: it may do nothing at all.
    Suspended(&'static str),
}

/// The gate's clock, so that a key can be over that was good when it was issued.
fn in_2030() -> jiff::Timestamp {
    "2030-01-01T00:00:00Z".parse().unwrap()
}

pub(super) async fn app() -> TestApp {
    let app = TestApp::with().clock(Clock::new(in_2030));
    app.register(|register| register.replace("2027-12-31", "2031-12-31")).start().await
}

/// Runs a command of the operator's beside the server.
async fn operate(app: &TestApp, line: &str) {
    let data = app.data();
    let mut words: Vec<String> = line.split(' ').map(str::to_owned).collect();
    words.extend(["--data".to_owned(), data.to_str().unwrap().to_owned()]);
    let ran = tokio::task::spawn_blocking(move || Ran::new(&data, &words)).await.unwrap();
    ran.expect(0);
}

/// A key of each state.
pub(super) async fn states(app: &TestApp) -> Vec<State> {
    let issue = |system: &str, expires: Option<&str>| {
        app.issue(&KeyRequest {
            expires: expires.map(|day| day.parse().unwrap()),
            ..KeyRequest::new(system.parse().unwrap(), "tests")
        })
    };
    let revoked = issue("hr-screening", None);
    app.server().revoke_keys(&"hr-screening".parse().unwrap()).unwrap();
    let suspended = issue("hr-screening", None);
    operate(app, "system suspend hr-screening").await;
    let good = app.key("support-chat").to_owned();
    let state = |name, key: &str, opens| State { name, key: key.to_owned(), opens };
    let nothing = |name, key: &str| state(name, key, Opens::Nothing);
    let (last, rest) = (good[good.len() - 1..].to_owned(), &good[..good.len() - 1]);
    vec![
        nothing("empty", ""),
        nothing("unknown", &format!("dbz_{}", "a".repeat(good.len() - 4))),
        nothing("revoked", &revoked),
        nothing("expired", &issue("support-chat", Some("2029-12-30"))),
        nothing("one character less", rest),
        nothing("one character more", &format!("{good}a")),
        nothing("one character else", &format!("{rest}{}", if last == "a" { "b" } else { "a" })),
        nothing("upper case", &good.to_uppercase()),
        nothing("its first half", &good[..good.len() / 2]),
        nothing("only the prefix", "dbz_"),
        nothing("without its prefix", good.trim_start_matches("dbz_")),
        nothing("two words", &format!("{good} {good}")),
        nothing("in quotes", &format!("\"{good}\"")),
        nothing("percent-encoded", &good.replace('_', "%5f")),
        nothing("a wildcard", "%"),
        nothing("SQL", "' OR '1'='1"),
        nothing("long", &"dbz_".repeat(2000)),
        nothing("with a letter of another script", &good.replace("dbz", "dbz\u{43e}")),
        nothing("with a comma and itself", &format!("{good}, {good}")),
        state("valid", &good, Opens::Live("support-chat")),
        state("valid until a day", &issue("support-chat", Some("2030-06-30")), Opens::Live("support-chat")),
        state("another system's", app.key("staff-desk"), Opens::Live("staff-desk")),
        state("a suspended system's", &suspended, Opens::Suspended("hr-screening")),
        state("a system's that is not live", app.key("marketing"), Opens::NotLive("marketing")),
    ]
}
