//! Bases of personal data (база, PD 1): where the data live that systems work with.

use std::collections::BTreeSet;

use darbaza_core::{BaseKey, Category, CountryCode, OrganisationKey};
use serde::{Deserialize, Serialize};

use super::Names;

/// A base of personal data: an ordered set of them, with its owner and its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Base {
    /// Its key.
    pub key: BaseKey,
    /// Its owner (PD 1).
    pub organisation: OrganisationKey,
    /// Its name.
    pub name: Names,
    /// Where it is kept. Data of a use need a base located in Kazakhstan (PD 12(2)).
    pub country: CountryCode,
    /// Whether access to its data is restricted by law (PD 6).
    pub access: Access,
    /// The norms that restrict it, such as `PD 11`.
    pub law: Vec<String>,
    /// The list of personal data in it (PD 25(2)(1)).
    pub categories: BTreeSet<Category>,
}

/// How freely the data of a base may be known (PD 6; bank, medical and other secrets by their laws).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Access {
    /// Publicly available.
    Public,
    /// Of restricted access.
    Restricted,
    /// A secret protected by a law of its own.
    Secret,
}
