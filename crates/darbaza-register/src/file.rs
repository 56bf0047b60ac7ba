//! The written form of a register: what stands in the YAML file, before names are resolved.

use std::collections::BTreeMap;

use darbaza_core::{
    Category, CountryCode, Lang, ModelName, OrganisationId, OrganisationKey, Purpose, RouteKey, SystemKey,
    VendorKey, Way,
};
use serde::Deserialize;
use serde_saphyr::Spanned;

use crate::model::{Basis, Contract, Names, ScopeRule, SystemState, Training, Verdict};

/// One document of a register file: entries of one kind, or of several.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Document {
    #[serde(default)]
    pub(crate) organisations: Vec<OrganisationEntry>,
    #[serde(default)]
    pub(crate) countries: Vec<CountryEntry>,
    #[serde(default)]
    pub(crate) vendors: Vec<VendorEntry>,
    #[serde(default)]
    pub(crate) routes: Vec<RouteEntry>,
    #[serde(default)]
    pub(crate) systems: Vec<SystemEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OrganisationEntry {
    pub(crate) key: Spanned<OrganisationKey>,
    pub(crate) id: OrganisationId,
    pub(crate) name: Names,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CountryEntry {
    pub(crate) code: Spanned<CountryCode>,
    pub(crate) verdict: Verdict,
    pub(crate) reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct VendorEntry {
    pub(crate) key: Spanned<VendorKey>,
    pub(crate) name: String,
    pub(crate) country: Spanned<CountryCode>,
    #[serde(default)]
    pub(crate) local: bool,
    pub(crate) contract: Option<Contract>,
    pub(crate) training: Training,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RouteEntry {
    pub(crate) key: Spanned<RouteKey>,
    pub(crate) vendor: Spanned<VendorKey>,
    pub(crate) model: Option<ModelName>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SystemEntry {
    pub(crate) key: Spanned<SystemKey>,
    pub(crate) organisation: Spanned<OrganisationKey>,
    pub(crate) name: Names,
    pub(crate) state: SystemState,
    pub(crate) language: Lang,
    #[serde(default)]
    pub(crate) scope: ScopeRule,
    pub(crate) models: ModelsEntry,
    pub(crate) local_route: Option<Spanned<RouteKey>>,
    #[serde(default)]
    pub(crate) parameters: Vec<String>,
    pub(crate) uses: Vec<UseEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ModelsEntry {
    #[serde(default)]
    pub(crate) named: BTreeMap<ModelName, Spanned<RouteKey>>,
    pub(crate) any: Option<Spanned<RouteKey>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct UseEntry {
    pub(crate) purpose: Spanned<Purpose>,
    pub(crate) basis: Option<Basis>,
    #[serde(default)]
    pub(crate) categories: BTreeMap<Category, Way>,
    #[serde(default = "masked")]
    pub(crate) otherwise: Way,
}

/// The law's default for what a register does not name: never in clear.
fn masked() -> Way {
    Way::Masked
}
