//! One listener: an address, the host names it answers to, and how it is protected.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where one of the gate's faces listens.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Listener {
    /// Address and port; port 0 lets the system choose.
    pub listen: SocketAddr,
    /// Host names that a request may be addressed to, beside the loopback names.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// Certificate and key, where the gate itself speaks TLS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls: Option<Tls>,
    /// Whether a proxy in front of the gate speaks TLS for it. Without this or `tls`, a listener outside
    /// loopback does not start.
    #[serde(default)]
    pub behind_tls_proxy: bool,
}

/// PEM files.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Tls {
    /// The certificate chain, as PEM.
    pub certificate: PathBuf,
    /// The private key, as PEM.
    pub key: PathBuf,
}

impl Listener {
    /// A listener that only this machine reaches.
    pub fn loopback(port: u16) -> Listener {
        Listener {
            listen: (Ipv4Addr::LOCALHOST, port).into(),
            hosts: Vec::new(),
            tls: None,
            behind_tls_proxy: false,
        }
    }

    /// Whether the listener may be opened at all: what leaves the machine is encrypted.
    pub fn is_protected(&self) -> bool {
        self.listen.ip().is_loopback() || self.tls.is_some() || self.behind_tls_proxy
    }
}

impl Listener {
    /// The host names that a request may be addressed to.
    pub fn names(&self) -> Vec<String> {
        let loopback = ["localhost", "127.0.0.1", "[::1]"].map(str::to_owned);
        self.hosts.iter().cloned().chain(loopback).collect()
    }
}
