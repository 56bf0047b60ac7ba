//! The official clients of the OpenAI protocol against the gate: nothing that may not leave reaches
//! the vendor, every value comes back, and errors are the ones that these clients know.
//!
//! Every test runs with the Python client and with the Node client; what they are told to do and
//! what they say is the same for both (`tests/clients`).

use darbaza_tests::{OfficialClient, TestApp};
use serde_json::{Value, json};

/// Makes two tests of each function: one with each client.
macro_rules! with_both_clients {
    ($($test:ident),* $(,)?) => {
        mod python {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $test() {
                super::$test(darbaza_tests::OfficialClient::Python).await;
            })*
        }
        mod node {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $test() {
                super::$test(darbaza_tests::OfficialClient::Node).await;
            })*
        }
    };
}

#[path = "clients/errors.rs"]
mod errors;
#[path = "clients/hanging_up.rs"]
mod hanging_up;
#[path = "clients/model.rs"]
mod model;
#[path = "clients/other_forms.rs"]
mod other_forms;
#[path = "clients/plain.rs"]
mod plain;
#[path = "clients/streams.rs"]
mod streams;
#[path = "clients/structured.rs"]
mod structured;
#[path = "clients/tool_deltas.rs"]
mod tool_deltas;
#[path = "clients/tools.rs"]
mod tools;
#[path = "clients/turns.rs"]
mod turns;

const PERSON: &str = "Ахметова Гульнара Сериковна";
const IIN: &str = "920417499926";
const PHONE: &str = "8 701 555 00 17";
const COLLEAGUE: &str = "Тестова Асель Маратовна";
const GUARANTOR_IIN: &str = "850101300560";

/// What may not leave, in the pieces that would tell as much as the whole.
const FORBIDDEN: &[&str] = &[
    "Ахметова",
    "Гульнара",
    "Сериковна",
    "Тестова",
    "Маратовна",
    IIN,
    "555 00 17",
    "5550017",
    GUARANTOR_IIN,
];

/// A client of a system of the sample, and how it is set up.
struct Caller<'a> {
    app: &'a TestApp,
    client: OfficialClient,
    key: String,
    settings: Value,
}

impl<'a> Caller<'a> {
    /// The application of the customer support.
    fn new(app: &'a TestApp, client: OfficialClient) -> Caller<'a> {
        Caller { app, client, key: app.key("support-chat").to_owned(), settings: json!({}) }
    }

    fn key(mut self, key: &str) -> Caller<'a> {
        self.key = key.to_owned();
        self
    }

    fn settings(mut self, settings: Value) -> Caller<'a> {
        self.settings = settings;
        self
    }

    /// What came of each operation, in one run of the client: a value or an error.
    async fn results(&self, operations: Vec<Value>) -> Vec<Value> {
        let count = operations.len();
        let order = json!({
            "base_url": format!("{}/v1", self.app.gateway()),
            "api_key": self.key,
            "client": self.settings,
            "operations": operations,
        });
        let Value::Array(results) = self.client.run(order).await else { panic!("a list of results") };
        assert_eq!(results.len(), count);
        results
    }

    /// The values of operations that succeed.
    async fn values(&self, operations: Vec<Value>) -> Vec<Value> {
        self.results(operations).await.into_iter().map(|result| value(&self.client, result)).collect()
    }

    /// The value of one operation that succeeds.
    async fn value(&self, operation: Value) -> Value {
        self.values(vec![operation]).await.remove(0)
    }

    /// The errors of operations that fail.
    async fn errors(&self, operations: Vec<Value>) -> Vec<Value> {
        let error = |mut result: Value| match result["error"].take() {
            Value::Null => panic!("{:?} got {result} in the place of an error", self.client),
            error => error,
        };
        self.results(operations).await.into_iter().map(error).collect()
    }
}

fn value(client: &OfficialClient, mut result: Value) -> Value {
    assert!(result["error"].is_null(), "{client:?} failed: {}", result["error"]);
    result["value"].take()
}

/// A body with one user message.
fn asking(text: &str) -> Value {
    json!({ "model": "test-model", "messages": [{ "role": "user", "content": text }] })
}

/// The text of a completion's first choice.
fn content(value: &Value) -> &str {
    value["completion"]["choices"][0]["message"]["content"].as_str().unwrap_or_default()
}
