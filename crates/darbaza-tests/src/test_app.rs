//! The whole server in a folder of its own.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use darbaza::KeyRequest;
use darbaza::config::{Listener, Waits};
use darbaza::server::{FirstRegister, Server, Setup};
use darbaza_core::{Receipt, VendorKey};
use darbaza_gateway::{Clock, Endpoint, Limits, Times, VendorAddress, VendorTable};
use darbaza_store::{DecisionLeaf, LedgerReader, OutcomeLeaf};
use darbaza_store_sqlite::SqliteLedgerReader;
use http::Method;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::client::{Answer, Call};
use crate::scripted_vendor::ScriptedVendor;

/// The sample company: what the demo shows is what the tests prove.
const REGISTER: &str = include_str!("../../../sample/register.yaml");

/// The vendors of the sample, the one abroad first.
const VENDORS: [&str; 3] = ["meridian", "own-models", "scoring-service"];

/// How a test app is to be.
pub struct TestAppBuilder {
    register: String,
    limits: Limits,
    times: Times,
    waits: Waits,
    disk_free_bytes: u64,
    clock: Clock,
    folder: Option<TempDir>,
    listening: &'static [&'static str],
}

/// A running server with its vendors.
pub struct TestApp {
    /// The vendor abroad.
    pub abroad: ScriptedVendor,
    /// The services inside the company's network.
    pub inside: ScriptedVendor,
    server: Option<Server>,
    keys: BTreeMap<String, String>,
    folder: TempDir,
    gateway: String,
    operations: String,
}

impl TestApp {
    /// The sample company with scripted vendors.
    pub async fn start() -> TestApp {
        TestApp::with().start().await
    }

    /// A test app with something else than usual.
    pub fn with() -> TestAppBuilder {
        TestAppBuilder {
            register: REGISTER.to_owned(),
            limits: Limits { body_bytes: 1024 * 1024, answer_bytes: 1024 * 1024, concurrent_requests: 64 },
            times: Times {
                connect: Duration::from_secs(2),
                first_byte: Duration::from_millis(900),
                idle: Duration::from_millis(700),
            },
            waits: Waits::default(),
            disk_free_bytes: 0,
            clock: Clock::default(),
            folder: None,
            listening: &VENDORS,
        }
    }

    /// The gate's base URL.
    pub fn gateway(&self) -> &str {
        &self.gateway
    }

    /// The data folder.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// The key of a system of the sample.
    pub fn key(&self, system: &str) -> &str {
        &self.keys[system]
    }

    /// A call to the gate.
    pub fn call(&self, method: Method, path: &str) -> Call {
        Call::new(&self.gateway, method, path)
    }

    /// A call to the operator's listener.
    pub fn operations(&self, path: &str) -> Call {
        Call::new(&self.operations, Method::GET, path)
    }

    /// A chat completion of a system with that body.
    pub fn chat(&self, system: &str, body: &Value) -> Call {
        self.call(Method::POST, "/v1/chat/completions").key(self.key(system)).json(body)
    }

    /// Sends one user message as a system.
    pub async fn say(&self, system: &str, text: &str) -> Answer {
        self.chat(system, &one_message(text)).send().await
    }

    /// Issues a key as the server's owner does.
    pub fn issue(&self, request: &KeyRequest) -> String {
        let issued = self.server().issue_key(request).unwrap_or_else(|e| panic!("{e}"));
        issued.key.to_string()
    }

    /// The running server.
    pub fn server(&self) -> &Server {
        self.server.as_ref().expect("the server runs")
    }

    /// Every leaf of the ledger, as JSON.
    pub fn leaves(&self) -> Vec<Value> {
        let reader = SqliteLedgerReader::open(&self.data()).unwrap();
        let leaves = reader.leaves(0, 100_000).unwrap();
        leaves.iter().map(|leaf| serde_json::from_slice(&leaf.bytes).unwrap()).collect()
    }

    /// The decision that an answer's receipt names.
    pub fn decision(&self, answer: &Answer) -> DecisionLeaf {
        let receipt: Receipt = answer.header("darbaza-receipt").parse().expect("a receipt");
        let reader = SqliteLedgerReader::open(&self.data()).unwrap();
        let leaf = reader.decision(receipt).unwrap().expect("the decision is in the ledger");
        serde_json::from_slice(&leaf.bytes).unwrap()
    }

    /// The outcome of the decision that a receipt names; waits for it a little.
    pub async fn outcome(&self, receipt: &str) -> OutcomeLeaf {
        for _ in 0..200 {
            let found = self.leaves().into_iter().find(|l| l["kind"] == "outcome" && l["receipt"] == receipt);
            if let Some(leaf) = found {
                return serde_json::from_value(leaf).unwrap();
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("no outcome of {receipt}")
    }

    /// Ends the server and gives the folder, to look at or to start again with.
    pub async fn stop(mut self) -> TempDir {
        let server = self.server.take().expect("the server runs");
        server.run_until(std::future::ready(())).await.unwrap_or_else(|e| panic!("{e}"));
        self.folder
    }
}

/// A request with one user message.
pub fn one_message(text: &str) -> Value {
    json!({ "model": "test-model", "messages": [{ "role": "user", "content": text }] })
}

impl TestAppBuilder {
    /// Another register than the sample's.
    #[must_use]
    pub fn register(mut self, edit: impl FnOnce(&str) -> String) -> TestAppBuilder {
        self.register = edit(&self.register);
        self
    }

    /// Other limits.
    #[must_use]
    pub fn limits(mut self, edit: impl FnOnce(&mut Limits)) -> TestAppBuilder {
        edit(&mut self.limits);
        self
    }

    /// Other times for clients.
    #[must_use]
    pub fn waits(mut self, edit: impl FnOnce(&mut Waits)) -> TestAppBuilder {
        edit(&mut self.waits);
        self
    }

    /// An alarm where less is free on the disk.
    #[must_use]
    pub fn disk_free_bytes(mut self, bytes: u64) -> TestAppBuilder {
        self.disk_free_bytes = bytes;
        self
    }

    /// Another clock.
    #[must_use]
    pub fn clock(mut self, clock: Clock) -> TestAppBuilder {
        self.clock = clock;
        self
    }

    /// Vendors at an address where nobody listens.
    #[must_use]
    pub fn without_vendors(mut self) -> TestAppBuilder {
        self.listening = &[];
        self
    }

    /// The vendor abroad at such an address, those inside as usual.
    #[must_use]
    pub fn without_vendor_abroad(mut self) -> TestAppBuilder {
        self.listening = &VENDORS[1..];
        self
    }

    /// The folder of a server that was stopped.
    #[must_use]
    pub fn folder(mut self, folder: TempDir) -> TestAppBuilder {
        self.folder = Some(folder);
        self
    }

    /// Starts it.
    pub async fn start(self) -> TestApp {
        let abroad = ScriptedVendor::start().await;
        let inside = ScriptedVendor::start().await;
        let folder = self.folder.unwrap_or_else(|| tempfile::tempdir().expect("a folder"));
        let data = folder.path().join("data");
        let mut vendors = VendorTable::new();
        for (key, vendor) in VENDORS.into_iter().zip([&abroad, &inside, &inside]) {
            let secret = zeroize::Zeroizing::new(format!("sk-secret-of-{key}"));
            // The scripted vendors listen on loopback, which only a local address may name.
            let base = if self.listening.contains(&key) { vendor.base() } else { "http://127.0.0.1:1/v1" };
            let endpoint = Endpoint::new(base, Some(secret), true).expect("an address");
            vendors.insert(key.parse::<VendorKey>().unwrap(), VendorAddress::Service(endpoint));
        }
        let server = Server::start(Setup {
            keys: data.join("keys"),
            export: folder.path().join("export"),
            origin: "test.darbaza.example/audit/1".to_owned(),
            register: FirstRegister { text: self.register, replaces: true, reason: "tests".to_owned() },
            vendors,
            times: self.times,
            limits: self.limits,
            waits: self.waits,
            disk_free_bytes: self.disk_free_bytes,
            clock: self.clock,
            gateway: Listener::loopback(0),
            operations: Listener::loopback(0),
            data,
        })
        .await
        .unwrap_or_else(|e| panic!("{e}"));
        let mut app = TestApp {
            abroad,
            inside,
            gateway: server.gateway().to_owned(),
            operations: server.operations().to_owned(),
            server: Some(server),
            keys: BTreeMap::new(),
            folder,
        };
        let mut last = String::new();
        for system in ["support-chat", "hr-screening", "credit-scoring", "staff-desk", "marketing"] {
            let request = KeyRequest::new(system.parse().unwrap(), "tests");
            let issued = app.server().issue_key(&request).unwrap_or_else(|e| panic!("{e}"));
            app.keys.insert(system.to_owned(), issued.key.to_string());
            last = issued.id.to_string();
        }
        // Tests count the leaves that come after.
        while !app.leaves().iter().any(|leaf| leaf["key"] == last.as_str()) {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        app
    }
}

/// The program itself, for tests of whole processes. Built by `cargo xtask test`, or by
/// `cargo build` beside a plain `cargo test`.
pub fn binary() -> PathBuf {
    let test = std::env::current_exe().expect("the test's own path");
    let target =
        test.ancestors().find(|a| a.ends_with("debug") || a.ends_with("release")).map(Path::to_owned);
    let binary = target.expect("a target folder").join("darbaza");
    assert!(binary.is_file(), "{} is missing: run `cargo build` first", binary.display());
    binary
}
