//! Address and secret of a vendor. The register knows vendors by key only.

use std::path::PathBuf;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::Deserialize;
use zeroize::Zeroizing;

/// How a vendor is reached.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Vendor {
    /// Base address ending in `/v1`, or `mirror`. `http` only where `local`. The host is a name or an IP
    /// address in its usual form (`10.0.0.12`, `[fd00::12]`): other spellings of an address, zone ids, user
    /// names and queries are refused.
    pub url: String,
    /// Where the secret is: `env:NAME` or `file:PATH`. It is sent as a bearer token, to this address only.
    #[schemars(with = "Option<String>")]
    pub secret: Option<SecretSource>,
    /// Whether the address is inside private ranges: a service in the company's own network. A vendor that
    /// the register calls local must be local here too.
    #[serde(default)]
    pub local: bool,
}

/// Where a secret is kept. The configuration never holds the secret itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretSource {
    /// An environment variable.
    Env(String),
    /// A file; a final line break is not part of the secret.
    File(PathBuf),
}

/// Why a secret is not at hand. Names the place, never the secret.
#[derive(Debug)]
pub struct SecretMissing(String);

impl std::fmt::Display for SecretMissing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl SecretSource {
    /// The secret.
    ///
    /// # Errors
    ///
    /// Where the variable or file is not there or empty.
    pub fn read(&self) -> Result<Zeroizing<String>, SecretMissing> {
        let (text, place) = match self {
            SecretSource::Env(name) => {
                (std::env::var(name).map_err(|e| e.to_string()), format!("the environment variable {name}"))
            }
            SecretSource::File(path) => (
                std::fs::read_to_string(path).map_err(|e| e.to_string()),
                format!("the file {}", path.display()),
            ),
        };
        let text = text.map_err(|why| SecretMissing(format!("{place} cannot be read: {why}")))?;
        let secret = Zeroizing::new(text.trim_end_matches(['\r', '\n']).to_owned());
        if secret.is_empty() {
            return Err(SecretMissing(format!("{place} is empty")));
        }
        Ok(secret)
    }
}

impl FromStr for SecretSource {
    type Err = String;

    fn from_str(s: &str) -> Result<Self, Self::Err> {
        match s.split_once(':') {
            Some(("env", name)) if !name.is_empty() => Ok(SecretSource::Env(name.to_owned())),
            Some(("file", path)) if !path.is_empty() => Ok(SecretSource::File(PathBuf::from(path))),
            // The word itself may be a secret that somebody wrote here, so it is not repeated.
            _ => Err("a secret is given as env:NAME or file:PATH, never as itself".to_owned()),
        }
    }
}

impl<'de> Deserialize<'de> for SecretSource {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl Vendor {
    /// Whether the address can be used at all; else what is wrong and what to do.
    pub(super) fn check(&self, mirror: bool) -> Result<(), (String, &'static str)> {
        if self.url == "mirror" {
            return if mirror {
                Ok(())
            } else {
                Err((
                    "the mirror is not enabled".to_owned(),
                    "write [mirror] enabled = true, or a real address",
                ))
            };
        }
        darbaza_gateway::Endpoint::check(&self.url, self.local)
            .map_err(|error| (error.to_string(), "write a base address such as https://api.example.com/v1"))
    }
}
