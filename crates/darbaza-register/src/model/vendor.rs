//! Vendors of AI services: third parties in law (PD 7(6)).

use darbaza_core::{CountryCode, VendorKey};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::Period;

/// A vendor of AI services.
#[derive(Clone, Debug, PartialEq)]
pub struct Vendor {
    /// Its key; darbaza.toml gives address and secret for the same key.
    pub key: VendorKey,
    /// Its name.
    pub name: String,
    /// The contractual place of processing.
    pub country: CountryCode,
    /// Whether the service runs inside the company's own network (AI 17(4), local mode).
    pub local: bool,
    /// The contracts, by their first day, no two on one day; without one in force personal data,
    /// masked or not, may not go there (PD 10(1)).
    pub contracts: Vec<Contract>,
    /// Whether the contract keeps the data out of training.
    pub training: Training,
    /// How many days the vendor keeps what it receives; none where nobody knows.
    pub retention_days: Option<u32>,
    /// Whom the vendor passes the data to; their countries count like its own (PD 16).
    pub sub_processors: Vec<SubProcessor>,
}

impl Vendor {
    /// The contract in force on that day.
    pub fn contract(&self, day: Date) -> Option<&Contract> {
        self.contracts.iter().find(|contract| contract.period().contains(day))
    }
}

/// A contract with a vendor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contract {
    /// How the company files it.
    pub number: String,
    /// The first day on which it is in force; open where it is not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// The last day on which it is in force.
    pub until: Date,
}

impl Contract {
    /// The days on which it is in force.
    pub fn period(&self) -> Period {
        Period { from: self.from, until: Some(self.until) }
    }
}

/// Whom a vendor passes data to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubProcessor {
    /// Its name.
    pub name: String,
    /// Where it processes them.
    pub country: CountryCode,
}

/// Whether a vendor may train models on what it receives (article, question 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Training {
    /// The contract and the account setting exclude it.
    Excluded,
    /// It may, or nobody knows.
    NotExcluded,
}
