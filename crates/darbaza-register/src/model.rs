//! The facts, checked: every name in them leads somewhere.

mod base;
mod country;
mod organisation;
mod period;
mod route;
mod rule;
mod system;
mod use_;
mod vendor;

use std::collections::BTreeMap;

use darbaza_core::{BaseKey, CountryCode, OrganisationKey, RouteKey, RuleKey, SystemKey, VendorKey};

pub use base::{Access, Base};
pub use country::{Country, Verdict};
pub use organisation::{Names, Organisation};
pub use period::Period;
pub use route::Route;
pub use rule::CompanyRule;
pub use system::{ModelTable, ScopeRule, System, SystemState, ToolArguments};
pub(crate) use use_::cites;
pub use use_::{Basis, Ground, Review, Use};
pub use vendor::{Contract, SubProcessor, Training, Vendor};

/// All facts of one register, in force together.
#[derive(Debug, Default, PartialEq)]
pub struct Register {
    pub(crate) version: String,
    pub(crate) organisations: BTreeMap<OrganisationKey, Organisation>,
    pub(crate) bases: BTreeMap<BaseKey, Base>,
    pub(crate) countries: BTreeMap<CountryCode, Country>,
    pub(crate) vendors: BTreeMap<VendorKey, Vendor>,
    pub(crate) routes: BTreeMap<RouteKey, Route>,
    pub(crate) systems: BTreeMap<SystemKey, System>,
    pub(crate) rules: BTreeMap<RuleKey, CompanyRule>,
}

impl Register {
    /// Fingerprint of the facts; stands in every decision leaf. Two files that say the same in
    /// other words, order or with other comments have the same one.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The organisations, by key.
    pub fn organisations(&self) -> impl Iterator<Item = &Organisation> {
        self.organisations.values()
    }

    /// The organisation of that key.
    pub fn organisation(&self, key: &OrganisationKey) -> Option<&Organisation> {
        self.organisations.get(key)
    }

    /// The bases of personal data, by key.
    pub fn bases(&self) -> impl Iterator<Item = &Base> {
        self.bases.values()
    }

    /// The base of that key.
    pub fn base(&self, key: &BaseKey) -> Option<&Base> {
        self.bases.get(key)
    }

    /// The countries of which something was decided, by code.
    pub fn countries(&self) -> impl Iterator<Item = &Country> {
        self.countries.values()
    }

    /// What is known of a country; Kazakhstan itself needs no fact.
    pub fn country(&self, code: CountryCode) -> Option<&Country> {
        self.countries.get(&code)
    }

    /// The vendors, by key.
    pub fn vendors(&self) -> impl Iterator<Item = &Vendor> {
        self.vendors.values()
    }

    /// The routes, by key.
    pub fn routes(&self) -> impl Iterator<Item = &Route> {
        self.routes.values()
    }

    /// The route of that key and the vendor it leads to.
    pub fn route(&self, key: &RouteKey) -> Option<(&Route, &Vendor)> {
        let route = self.routes.get(key)?;
        Some((route, self.vendors.get(&route.vendor)?))
    }

    /// The AI systems, by key.
    pub fn systems(&self) -> impl Iterator<Item = &System> {
        self.systems.values()
    }

    /// The AI system of that key.
    pub fn system(&self, key: &SystemKey) -> Option<&System> {
        self.systems.get(key)
    }

    /// The company's own rules, by key.
    pub fn rules(&self) -> impl Iterator<Item = &CompanyRule> {
        self.rules.values()
    }
}
