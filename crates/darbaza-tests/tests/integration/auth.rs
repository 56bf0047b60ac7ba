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

use darbaza_gateway::gate_addresses;
use darbaza_tests::{Answer, Call, TestApp};
use http::Method;
use serde_json::json;

/// Every address of the gate. Whoever adds one adds it here, and with it to every test below.
const ADDRESSES: [(&str, &str, bool); 5] = [
    ("POST", "/v1/chat/completions", true),
    ("GET", "/v1/models", true),
    ("POST", "/darbaza/v1/detect", true),
    ("GET", "/livez", false),
    ("GET", "/readyz", false),
];
/// An address that the gate does not have.
const NOWHERE: (&str, &str, bool) = ("POST", "/v1/embeddings", true);

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
