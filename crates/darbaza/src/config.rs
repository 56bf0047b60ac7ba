//! `darbaza.toml`: everything an operator decides. Unknown keys are refused.

mod check;
mod limits;
mod listener;
mod read;
mod reference;
mod vendor;

use std::collections::BTreeMap;
use std::path::PathBuf;

use darbaza_core::VendorKey;
use schemars::JsonSchema;
use serde::Deserialize;

pub use limits::{Limits, Waits};
pub use listener::{Listener, Tls};
pub use read::{Finding, read, read_alone};
pub(crate) use read::{failure, unopened};
pub(crate) use reference::{reference, schema};
pub use vendor::{SecretSource, Vendor};

/// The configuration of a gate.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The data folder, mode 0700. One running server owns it.
    #[serde(default = "default_data")]
    pub data: PathBuf,
    /// The folder of the secret keys, mode 0700; `keys` in the data folder where it is not given. Best
    /// apart from the data and from their backups.
    pub keys: Option<PathBuf>,
    /// The register file ([register.md](register.md)).
    pub register: PathBuf,
    /// Where every signed checkpoint is copied to, best on another disk or machine; `checkpoints` in the
    /// data folder where it is not given.
    pub export: Option<PathBuf>,
    /// The ledger's name in its checkpoints, such as `gate.example.kz/audit/1`. Another name is another
    /// ledger for whoever verifies; `darbaza ledger begin` begins it.
    #[serde(default = "default_origin")]
    pub origin: String,
    /// Where applications and employees call.
    #[serde(default = "default_gateway")]
    pub gateway: Listener,
    /// Health and metrics ([monitoring.md](monitoring.md)).
    #[serde(default = "default_operations")]
    pub operations: Listener,
    /// The built-in vendor that answers with what it received.
    #[serde(default)]
    pub mirror: Mirror,
    /// Address and secret of a vendor, under the key that the register gives it. Each vendor of the
    /// register needs one. A name is looked up at each new connection, and the connection goes to an
    /// address that was checked: out in the public network, or inside where `local`. Redirects, `Alt-Svc`
    /// and proxies of the environment are not followed, and nothing of a vendor's error reaches a client.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, Vendor>")]
    pub vendors: BTreeMap<VendorKey, Vendor>,
    /// Bounds on what requests may cost, and on how long anybody is waited for.
    #[serde(default)]
    pub limits: Limits,
}

/// The mirror.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Mirror {
    /// Whether vendors may have the address `mirror`.
    pub enabled: bool,
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
