//! In whose name things exist.

use darbaza_core::{Lang, OrganisationId, OrganisationKey};
use serde::{Deserialize, Serialize};

/// A name in the three languages of the product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Names {
    /// In Kazakh.
    pub kk: String,
    /// In Russian.
    pub ru: String,
    /// In English.
    pub en: String,
}

impl Names {
    /// The name in that language.
    pub fn of(&self, lang: Lang) -> &str {
        match lang {
            Lang::Kk => &self.kk,
            Lang::Ru => &self.ru,
            Lang::En => &self.en,
        }
    }
}

/// An organisation in whose name systems run.
#[derive(Clone, Debug, PartialEq)]
pub struct Organisation {
    /// Its key in the register.
    pub key: OrganisationKey,
    /// Its id in the stores; never changes.
    pub id: OrganisationId,
    /// Its name.
    pub name: Names,
}
