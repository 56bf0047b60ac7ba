//! The written form of a register: what stands in the YAML file, before names are resolved, and what
//! is written when a register is exported.

use std::collections::{BTreeMap, BTreeSet};

use darbaza_core::{
    BaseKey, Category, CountryCode, Lang, ModelName, OrganisationId, OrganisationKey, Purpose, RouteKey,
    RuleKey, SubjectGroup, SystemKey, VendorKey, Way,
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize, Serializer};
use serde_saphyr::{FlowSeq, Spanned};

use crate::model::{
    Access, Contract, Ground, Names, Review, ScopeRule, SubProcessor, SystemState, ToolArguments, Training,
    Verdict,
};

/// One document of a register file: entries of one kind, or of several.
#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Document {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) organisations: Vec<OrganisationEntry>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) bases: Vec<BaseEntry>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) countries: Vec<CountryEntry>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) vendors: Vec<VendorEntry>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) routes: Vec<RouteEntry>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) systems: Vec<SystemEntry>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) rules: Vec<RuleEntry>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OrganisationEntry {
    pub(crate) key: Spanned<OrganisationKey>,
    pub(crate) id: OrganisationId,
    pub(crate) name: Names,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BaseEntry {
    pub(crate) key: Spanned<BaseKey>,
    pub(crate) organisation: Spanned<OrganisationKey>,
    pub(crate) name: Names,
    pub(crate) country: CountryCode,
    pub(crate) access: Access,
    #[serde(default, skip_serializing_if = "Vec::is_empty", serialize_with = "in_one_line")]
    pub(crate) law: Vec<Spanned<String>>,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty", serialize_with = "in_one_line")]
    pub(crate) categories: BTreeSet<Category>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CountryEntry {
    pub(crate) code: Spanned<CountryCode>,
    pub(crate) verdict: Verdict,
    pub(crate) reason: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) until: Option<Date>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct VendorEntry {
    pub(crate) key: Spanned<VendorKey>,
    pub(crate) name: String,
    pub(crate) country: Spanned<CountryCode>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) local: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) contracts: Vec<Spanned<Contract>>,
    pub(crate) training: Training,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) retention_days: Option<u32>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) sub_processors: Vec<SubProcessor>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RouteEntry {
    pub(crate) key: Spanned<RouteKey>,
    pub(crate) vendor: Spanned<VendorKey>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) model: Option<ModelName>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) fallback: Option<Spanned<RouteKey>>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SystemEntry {
    pub(crate) key: Spanned<SystemKey>,
    pub(crate) organisation: Spanned<OrganisationKey>,
    pub(crate) name: Names,
    pub(crate) state: SystemState,
    pub(crate) language: Lang,
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) scope: ScopeRule,
    pub(crate) models: ModelsEntry,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) local_route: Option<Spanned<RouteKey>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty", serialize_with = "in_one_line")]
    pub(crate) parameters: Vec<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) tools: BTreeMap<String, Spanned<ToolArguments>>,
    pub(crate) uses: Vec<UseEntry>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ModelsEntry {
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) named: BTreeMap<ModelName, Spanned<RouteKey>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) any: Option<Spanned<RouteKey>>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct UseEntry {
    pub(crate) purpose: Spanned<Purpose>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) basis: Option<BasisEntry>,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty", serialize_with = "in_one_line")]
    pub(crate) subjects: BTreeSet<SubjectGroup>,
    #[serde(default, skip_serializing_if = "Vec::is_empty", serialize_with = "in_one_line")]
    pub(crate) bases: Vec<Spanned<BaseKey>>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) categories: BTreeMap<Category, Way>,
    #[serde(default = "masked")]
    pub(crate) otherwise: Way,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) max_vendor_retention_days: Option<u32>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) review: Review,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BasisEntry {
    pub(crate) ground: Spanned<Ground>,
    #[serde(serialize_with = "in_one_line")]
    pub(crate) law: Vec<Spanned<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) until: Option<Date>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RuleEntry {
    pub(crate) key: Spanned<RuleKey>,
    pub(crate) text: Names,
    pub(crate) fix: Names,
    #[serde(default, skip_serializing_if = "Vec::is_empty", serialize_with = "in_one_line")]
    pub(crate) law: Vec<Spanned<String>>,
    pub(crate) cedar: Spanned<String>,
}

/// The law's default for what a register does not name: never in clear.
fn masked() -> Way {
    Way::Masked
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// Lists of words stand in one line, `[PD 8, PD 16]`, where entries have lines of their own.
fn in_one_line<T: Serialize, S: Serializer>(words: &T, serializer: S) -> Result<S::Ok, S::Error> {
    FlowSeq(words).serialize(serializer)
}
