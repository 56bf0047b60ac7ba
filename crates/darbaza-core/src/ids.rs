//! Identifiers made by the gate: UUIDv7, so that they sort by time.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

macro_rules! id {
    ($(#[doc = $doc:literal])* $name:ident) => {
        $(#[doc = $doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(s: &str) -> Result<Self, Self::Err> {
                s.parse().map($name)
            }
        }
    };
}

id! {
    /// An organisation in whose name things exist. Every stored row names one.
    OrganisationId
}
id! {
    /// An API key's public identifier, never the key itself.
    KeyId
}
id! {
    /// The id of a decision leaf: what `Darbaza-Receipt` carries and an appeal names.
    Receipt
}
