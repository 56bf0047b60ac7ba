//! Who is let in: every address x every state of a key x every way to write it down, every hostile host
//! name, and every other spelling of an address. What has to come is a rule, not a list of answers.

#[path = "auth/forms.rs"]
mod forms;
#[path = "auth/hosts.rs"]
mod hosts;
#[path = "auth/matrix.rs"]
mod matrix;
#[path = "auth/paths.rs"]
mod paths;
#[path = "auth/states.rs"]
mod states;

use darbaza_gateway::{gate_addresses, operations_addresses};
use darbaza_tests::{Answer, Call, TestApp};
use http::Method;
use serde_json::json;

/// Every address of the gate. Whoever adds one adds it here, and with it to every test below.
const ADDRESSES: [(&str, &str, bool); 6] = [
    ("POST", "/v1/chat/completions", true),
    ("GET", "/v1/models", true),
    ("POST", "/darbaza/v1/detect", true),
    ("GET", "/darbaza/v1/decisions/{id}", true),
    ("GET", "/livez", false),
    ("GET", "/readyz", false),
];
/// Every address of the operator's listener, which wants no key and takes none.
const FOR_OPERATORS: [(&str, &str); 3] = [("GET", "/livez"), ("GET", "/metrics"), ("GET", "/readyz")];
/// An address that the gate does not have.
const NOWHERE: (&str, &str, bool) = ("POST", "/v1/embeddings", true);

/// What a good key gets at an address. No decision has the receipt `{id}`, so asking for it is
/// answered like an address that is not there.
fn good(path: &str) -> u16 {
    if path == NOWHERE.1 || path.contains("{id}") { 404 } else { 200 }
}

/// A request that is good wherever its key is.
fn request(app: &TestApp, method: &str, path: &str) -> Call {
    let call = app.call(method.parse().unwrap(), path);
    match (method, path.split('?').next()) {
        ("POST", Some("/darbaza/v1/detect")) => call.json(&json!({ "text": "Сәлем" })),
        ("POST", _) => {
            call.json(&json!({ "model": "m", "messages": [{ "role": "user", "content": "Сәлем" }] }))
        }
        _ => call,
    }
}

/// What an answer tells whoever has no key: everything but the time.
fn told(answer: &Answer) -> String {
    let mut headers = answer.headers.clone();
    headers.remove("date");
    format!("{} {headers:?} {}", answer.status, answer.text())
}

#[test]
fn every_address_of_the_gate_is_known_here() {
    let ours =
        |(method, path, needs_key): (Method, &'static str, bool)| (method.to_string(), path, needs_key);
    let mut gate: Vec<_> = gate_addresses().into_iter().map(ours).collect();
    let mut known: Vec<_> = ADDRESSES.map(|(method, path, needs)| (method.to_owned(), path, needs)).into();
    gate.sort();
    known.sort();
    assert_eq!(gate, known, "add the address to ADDRESSES");
    let open: Vec<&str> =
        known.iter().filter(|(.., needs_key)| !needs_key).map(|(_, path, _)| *path).collect();
    assert_eq!(open, ["/livez", "/readyz"], "nothing else answers without a key");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_listener_has_its_own_addresses_and_no_other_s() {
    let mut operators: Vec<_> =
        operations_addresses().into_iter().map(|(method, path)| (method.to_string(), path)).collect();
    operators.sort();
    assert_eq!(operators, FOR_OPERATORS.map(|(method, path)| (method.to_owned(), path)));

    let app = TestApp::start().await;
    for (method, path, needs_key) in ADDRESSES.iter().copied().chain([NOWHERE]) {
        let call = request(&app, method, path);
        let there = Call::new(app.server().operations(), method.parse().unwrap(), path);
        let there = there.key(app.key("support-chat")).send().await;
        assert_eq!(
            there.status.as_u16(),
            if needs_key { 404 } else { 200 },
            "{method} {path}: {}",
            there.text()
        );
        let here = call.key(app.key("support-chat")).send().await;
        assert_eq!(here.status.as_u16(), good(path), "{method} {path}");
    }
    let metrics = app.call(Method::GET, "/metrics");
    assert_eq!(metrics.key(app.key("support-chat")).send().await.status, 404);
    assert_eq!(app.operations("/metrics").send().await.status, 200);
    assert_eq!(app.abroad.received().len(), 1, "one chat completion, at the gate");
}
