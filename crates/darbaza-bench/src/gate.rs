//! The release program as `darbaza serve`, with a configuration and the sample's register.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};
use bytes::Bytes;

use crate::load::Target;
use crate::process::Process;

/// The facts in force are the sample company's: its support chat masks everything.
pub(crate) const REGISTER: &str = include_str!("../../../sample/register.yaml");
const SYSTEM: &str = "support-chat";

/// A running gate.
pub(crate) struct Gate {
    /// The program.
    pub(crate) process: Process,
    address: SocketAddr,
    key: String,
}

impl Gate {
    /// Starts the program with data in `gate` below the folder, the vendor at that address, and
    /// issues a key.
    pub(crate) fn start(program: &Path, folder: &Path, vendor: SocketAddr) -> anyhow::Result<Gate> {
        let folder = folder.join("gate");
        std::fs::create_dir(&folder)?;
        std::fs::write(folder.join("register.yaml"), REGISTER)?;
        let file = folder.join("darbaza.toml");
        std::fs::write(&file, configuration(vendor))?;
        let mut command = Command::new(program);
        command.args(["serve", "--config"]).arg(&file).env_remove("DARBAZA_LOG");
        let mut process = Process::start("serve", &folder, &mut command)?;
        let url = process.line_after("gate ")?;
        let address = url.strip_prefix("http://").unwrap_or(&url).parse().context(url.clone())?;
        process.line_after("operations ")?;
        Ok(Gate { process, address, key: issue_key(program, file)? })
    }

    /// The gate as a target of load.
    pub(crate) fn target(&self, bodies: Vec<Bytes>) -> anyhow::Result<Target> {
        Target::new(self.address, &self.key, bodies)
    }
}

fn issue_key(program: &Path, file: PathBuf) -> anyhow::Result<String> {
    let mut command = Command::new(program);
    command.args(["key", "issue", "--system", SYSTEM, "--config"]).arg(file);
    let output = command.output().context("the program")?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let said = String::from_utf8(output.stdout)?;
    said.lines().last().map(|line| line.trim().to_owned()).context("no key was shown")
}

/// Every vendor of the register is the scripted one. It is marked local because it listens on
/// loopback; that the register calls it foreign is what decides on masking.
fn configuration(vendor: SocketAddr) -> String {
    let mut text = "data = \"data\"
register = \"register.yaml\"
origin = \"bench.darbaza.example/audit/1\"

[gateway]
listen = \"127.0.0.1:0\"

[operations]
listen = \"127.0.0.1:0\"
"
    .to_owned();
    for key in ["meridian", "own-models", "scoring-service"] {
        text.push_str(&format!("\n[vendors.{key}]\nurl = \"http://{vendor}/v1\"\nlocal = true\n"));
    }
    text
}
