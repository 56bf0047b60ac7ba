//! Facts back to entries.

use serde_saphyr::{Location, Spanned};

use crate::file::{
    BaseEntry, BasisEntry, CountryEntry, Document, ModelsEntry, OrganisationEntry, RouteEntry, RuleEntry,
    SystemEntry, UseEntry, VendorEntry,
};
use crate::model::{
    Base, Basis, CompanyRule, Country, ModelTable, Organisation, Register, Route, System, Use, Vendor,
};

/// The entries of each kind as a document of its own; kinds without entries have none.
pub(super) fn one_for_each_kind(all: Document) -> Vec<Document> {
    let empty = Document::default;
    let documents = [
        (all.organisations.len(), Document { organisations: all.organisations, ..empty() }),
        (all.bases.len(), Document { bases: all.bases, ..empty() }),
        (all.countries.len(), Document { countries: all.countries, ..empty() }),
        (all.vendors.len(), Document { vendors: all.vendors, ..empty() }),
        (all.routes.len(), Document { routes: all.routes, ..empty() }),
        (all.systems.len(), Document { systems: all.systems, ..empty() }),
        (all.rules.len(), Document { rules: all.rules, ..empty() }),
    ];
    documents.into_iter().filter(|(entries, _)| *entries > 0).map(|(_, document)| document).collect()
}

impl From<&Register> for Document {
    fn from(register: &Register) -> Document {
        Document {
            organisations: register.organisations.values().map(OrganisationEntry::from).collect(),
            bases: register.bases.values().map(BaseEntry::from).collect(),
            countries: register.countries.values().map(CountryEntry::from).collect(),
            vendors: register.vendors.values().map(VendorEntry::from).collect(),
            routes: register.routes.values().map(RouteEntry::from).collect(),
            systems: register.systems.values().map(SystemEntry::from).collect(),
            rules: register.rules.values().map(RuleEntry::from).collect(),
        }
    }
}

/// A value that stands in no file yet.
fn unplaced<T: Clone>(value: &T) -> Spanned<T> {
    Spanned::new(value.clone(), Location::UNKNOWN, Location::UNKNOWN)
}

fn unplaced_all<'a, T: Clone + 'a>(values: impl IntoIterator<Item = &'a T>) -> Vec<Spanned<T>> {
    values.into_iter().map(unplaced).collect()
}

impl From<&Organisation> for OrganisationEntry {
    fn from(of: &Organisation) -> OrganisationEntry {
        OrganisationEntry { key: unplaced(&of.key), id: of.id, name: of.name.clone() }
    }
}

impl From<&Base> for BaseEntry {
    fn from(of: &Base) -> BaseEntry {
        BaseEntry {
            key: unplaced(&of.key),
            organisation: unplaced(&of.organisation),
            name: of.name.clone(),
            country: of.country,
            access: of.access,
            law: unplaced_all(&of.law),
            categories: of.categories.clone(),
        }
    }
}

impl From<&Country> for CountryEntry {
    fn from(of: &Country) -> CountryEntry {
        CountryEntry {
            code: unplaced(&of.code),
            verdict: of.verdict,
            reason: of.reason.clone(),
            until: of.until,
        }
    }
}

impl From<&Vendor> for VendorEntry {
    fn from(of: &Vendor) -> VendorEntry {
        VendorEntry {
            key: unplaced(&of.key),
            name: of.name.clone(),
            country: unplaced(&of.country),
            local: of.local,
            contracts: unplaced_all(&of.contracts),
            training: of.training,
            retention_days: of.retention_days,
            sub_processors: of.sub_processors.clone(),
        }
    }
}

impl From<&Route> for RouteEntry {
    fn from(of: &Route) -> RouteEntry {
        RouteEntry {
            key: unplaced(&of.key),
            vendor: unplaced(&of.vendor),
            model: of.model.clone(),
            fallback: of.fallback.as_ref().map(unplaced),
        }
    }
}

impl From<&System> for SystemEntry {
    fn from(of: &System) -> SystemEntry {
        SystemEntry {
            key: unplaced(&of.key),
            organisation: unplaced(&of.organisation),
            name: of.name.clone(),
            state: of.state,
            language: of.language,
            scope: of.scope,
            models: ModelsEntry::from(&of.models),
            local_route: of.local_route.as_ref().map(unplaced),
            parameters: of.parameters.iter().cloned().collect(),
            tools: of.tools.iter().map(|(name, arguments)| (name.clone(), unplaced(arguments))).collect(),
            uses: of.uses.values().map(UseEntry::from).collect(),
        }
    }
}

impl From<&ModelTable> for ModelsEntry {
    fn from(of: &ModelTable) -> ModelsEntry {
        ModelsEntry {
            named: of.named.iter().map(|(name, route)| (name.clone(), unplaced(route))).collect(),
            any: of.any.as_ref().map(unplaced),
        }
    }
}

impl From<&Use> for UseEntry {
    fn from(of: &Use) -> UseEntry {
        UseEntry {
            purpose: unplaced(&of.purpose),
            basis: of.basis.as_ref().map(BasisEntry::from),
            subjects: of.subjects.clone(),
            bases: unplaced_all(&of.bases),
            categories: of.ways.clone(),
            otherwise: of.otherwise,
            max_vendor_retention_days: of.max_vendor_retention_days,
            review: of.review,
        }
    }
}

impl From<&Basis> for BasisEntry {
    fn from(of: &Basis) -> BasisEntry {
        BasisEntry { ground: unplaced(&of.ground), law: unplaced_all(&of.law), until: of.until }
    }
}

impl From<&CompanyRule> for RuleEntry {
    fn from(of: &CompanyRule) -> RuleEntry {
        RuleEntry {
            key: unplaced(&of.key),
            text: of.text.clone(),
            fix: of.fix.clone(),
            law: unplaced_all(&of.law),
            cedar: unplaced(&of.cedar),
        }
    }
}
