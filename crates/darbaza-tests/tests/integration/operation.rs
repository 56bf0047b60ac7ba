//! What an operator does with a gate: configure, watch, stop, back up, restore.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use darbaza_tests::{Call, Ran, ScriptedVendor, Serve};
use http::Method;
use serde_json::{Value, json};
use tempfile::TempDir;

#[path = "operation/backup.rs"]
mod backup;
#[path = "operation/begin.rs"]
mod begin;
#[path = "operation/drill.rs"]
mod drill;
#[path = "operation/reference.rs"]
mod reference;
#[path = "operation/register_file.rs"]
mod register_file;
#[path = "operation/start.rs"]
mod start;
#[path = "operation/stop.rs"]
mod stop;
#[path = "operation/watch.rs"]
mod watch;

/// Clients that ask one after the other until they are stopped or nobody answers; their receipts.
struct Load {
    stop: Arc<AtomicBool>,
    answered: Arc<Mutex<Vec<(String, Duration)>>>,
    clients: Vec<tokio::task::JoinHandle<()>>,
}

impl Load {
    fn start(gateway: &str, key: &str, clients: usize) -> Load {
        let (stop, answered) = (Arc::new(AtomicBool::new(false)), Arc::new(Mutex::new(Vec::new())));
        let clients = (0..clients).map(|_| {
            let (gateway, key) = (gateway.to_owned(), key.to_owned());
            let (stop, answered) = (Arc::clone(&stop), Arc::clone(&answered));
            tokio::spawn(async move {
                while !stop.load(Ordering::Relaxed) {
                    let begun = Instant::now();
                    let answer = chat(&gateway, &key, &body(false, "Где мой заказ 17?")).send().await;
                    assert_eq!(answer.status, 200, "{}", answer.text());
                    let receipt = answer.header("darbaza-receipt").to_owned();
                    answered.lock().unwrap().push((receipt, begun.elapsed()));
                }
            })
        });
        let clients = clients.collect();
        Load { stop, answered, clients }
    }

    /// How many were answered so far.
    fn count(&self) -> usize {
        self.answered.lock().unwrap().len()
    }

    /// Ends it; every receipt with the time that its answer took, in the order of the answers.
    async fn stop(self) -> Vec<(String, Duration)> {
        self.stop.store(true, Ordering::Relaxed);
        for client in self.clients {
            client.await.unwrap();
        }
        std::mem::take(&mut *self.answered.lock().unwrap())
    }
}

/// The sample company with one scripted vendor in every place, as files on which `serve` runs.
struct Company {
    folder: TempDir,
    vendor: ScriptedVendor,
}

impl Company {
    /// Its files; `more` stands at the end of the configuration.
    async fn new(more: &str) -> Company {
        let (folder, vendor) = (tempfile::tempdir().unwrap(), ScriptedVendor::start().await);
        let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../sample");
        std::fs::copy(sample.join("register.yaml"), folder.path().join("register.yaml")).unwrap();
        let mut config = "data = \"data\"\nexport = \"export\"\nregister = \"register.yaml\"\n\
            origin = \"gate.sauda-market.example/audit/1\"\n\
            [gateway]\nlisten = \"127.0.0.1:0\"\n[operations]\nlisten = \"127.0.0.1:0\"\n"
            .to_owned();
        for key in ["meridian", "own-models", "scoring-service"] {
            config.push_str(&format!("[vendors.{key}]\nurl = \"{}\"\nlocal = true\n", vendor.base()));
        }
        std::fs::write(folder.path().join("darbaza.toml"), config + more).unwrap();
        Company { folder, vendor }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn data(&self) -> PathBuf {
        self.path().join("data")
    }

    fn edit(&self, from: &str, to: &str) {
        let path = self.path().join("darbaza.toml");
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{from:?} is not in {text}");
        std::fs::write(&path, text.replacen(from, to, 1)).unwrap();
    }

    fn serve(&self) -> Serve {
        Serve::start(self.path(), "darbaza.toml")
    }

    /// Runs a command of the program on this company.
    fn run(&self, arguments: &[&str]) -> Ran {
        Ran::new(self.path(), arguments)
    }

    /// A key of a system.
    fn key(&self, system: &str) -> String {
        let issued = self.run(&["key", "issue", "--system", system, "--config", "darbaza.toml"]).expect(0);
        issued.lines().last().unwrap().to_owned()
    }
}

fn body(stream: bool, text: &str) -> Value {
    json!({ "model": "m", "stream": stream, "messages": [{ "role": "user", "content": text }] })
}

fn chat(gateway: &str, key: &str, body: &Value) -> Call {
    Call::new(gateway, Method::POST, "/v1/chat/completions").key(key).json(body)
}
