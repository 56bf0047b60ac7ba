//! What an operator does with a gate: configure, watch, stop, back up, restore.

use std::path::{Path, PathBuf};

use darbaza_tests::{Call, Ran, ScriptedVendor, Serve};
use http::Method;
use serde_json::{Value, json};
use tempfile::TempDir;

#[path = "operation/reference.rs"]
mod reference;
#[path = "operation/stop.rs"]
mod stop;

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
