//! `darbaza.toml`: everything an operator decides. Unknown keys are refused.

mod check;
mod listener;
mod read;
mod vendor;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use darbaza_core::VendorKey;
use serde::Deserialize;

pub use listener::{Listener, Tls};
pub use read::{Finding, read};
pub(crate) use read::{failure, unopened};
pub use vendor::{SecretSource, Vendor};

/// The whole file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The data folder. A running server owns it.
    #[serde(default = "default_data")]
    pub data: PathBuf,
    /// The folder of the secret keys; `keys` in the data folder where it is not given.
    pub keys: Option<PathBuf>,
    /// The register file.
    pub register: PathBuf,
    /// Where every signed checkpoint is copied to, best on another disk or machine. `checkpoints`
    /// in the data folder where it is not given.
    pub export: Option<PathBuf>,
    /// The name of the ledger in its checkpoints, such as `gate.example.kz/audit/1`.
    #[serde(default = "default_origin")]
    pub origin: String,
    /// Where applications and employees call.
    #[serde(default = "default_gateway")]
    pub gateway: Listener,
    /// Health and metrics.
    #[serde(default = "default_operations")]
    pub operations: Listener,
    /// The built-in vendor that answers with what it received.
    #[serde(default)]
    pub mirror: Mirror,
    /// Addresses and secrets of the vendors that the register names.
    #[serde(default)]
    pub vendors: BTreeMap<VendorKey, Vendor>,
    /// Bounds.
    #[serde(default)]
    pub limits: Limits,
}

/// The mirror.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mirror {
    /// Whether vendors may have the address `mirror`.
    pub enabled: bool,
}

/// Bounds on requests and on vendors' time.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Largest body of a request, in bytes.
    pub body_bytes: usize,
    /// Largest body of a vendor's whole answer, in bytes.
    pub answer_bytes: usize,
    /// Requests under way at once.
    pub concurrent_requests: usize,
    /// Seconds to reach a vendor.
    pub connect_seconds: u64,
    /// Seconds until a vendor's answer begins.
    pub first_byte_seconds: u64,
    /// Seconds between two pieces of a vendor's answer.
    pub idle_seconds: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            body_bytes: 8 * 1024 * 1024,
            answer_bytes: 32 * 1024 * 1024,
            concurrent_requests: 1024,
            connect_seconds: 10,
            first_byte_seconds: 120,
            idle_seconds: 60,
        }
    }
}

impl Limits {
    /// The bounds on vendors' time, as durations.
    pub fn times(&self) -> [Duration; 3] {
        [self.connect_seconds, self.first_byte_seconds, self.idle_seconds].map(Duration::from_secs)
    }
}

impl Config {
    /// The folder of the secret keys.
    pub fn keys_folder(&self) -> PathBuf {
        self.keys.clone().unwrap_or_else(|| self.data.join("keys"))
    }

    /// The folder that checkpoints are copied to.
    pub fn export_folder(&self) -> PathBuf {
        self.export.clone().unwrap_or_else(|| self.data.join("checkpoints"))
    }
}

fn default_data() -> PathBuf {
    PathBuf::from("darbaza-data")
}

fn default_origin() -> String {
    "localhost/audit/1".to_owned()
}

fn default_gateway() -> Listener {
    Listener::loopback(4000)
}

fn default_operations() -> Listener {
    Listener::loopback(4009)
}
