//! Entries to facts: every name must lead somewhere, every fact be one that can hold.

use std::collections::BTreeMap;
use std::fmt::Display;

use darbaza_core::CountryCode;
use serde_saphyr::Spanned;

use crate::file::{
    BaseEntry, CountryEntry, Document, OrganisationEntry, RouteEntry, RuleEntry, SystemEntry, VendorEntry,
};
use crate::model::{Base, CompanyRule, Contract, Country, Organisation, Register, Route, Vendor, Verdict};
use crate::problem::{Problem, Unreadable};
use crate::write;

use super::{citation, fallbacks};

/// The register of these documents.
pub(super) fn register(documents: Vec<Document>) -> Result<Register, Unreadable> {
    let mut all = Document::default();
    for document in documents {
        all.organisations.extend(document.organisations);
        all.bases.extend(document.bases);
        all.countries.extend(document.countries);
        all.vendors.extend(document.vendors);
        all.routes.extend(document.routes);
        all.systems.extend(document.systems);
        all.rules.extend(document.rules);
    }
    let mut builder = Builder::default();
    all.organisations.into_iter().for_each(|entry| builder.organisation(entry));
    all.bases.into_iter().for_each(|entry| builder.base(entry));
    all.countries.into_iter().for_each(|entry| builder.country(entry));
    all.vendors.into_iter().for_each(|entry| builder.vendor(entry));
    builder.routes(all.routes);
    all.systems.into_iter().for_each(|entry: SystemEntry| builder.system(entry));
    all.rules.into_iter().for_each(|entry| builder.rule(entry));
    builder.finish()
}

/// Collects facts and problems, kind after kind, in the order in which they name each other.
#[derive(Default)]
pub(super) struct Builder {
    pub(super) register: Register,
    pub(super) problems: Vec<Problem>,
}

impl Builder {
    fn finish(mut self) -> Result<Register, Unreadable> {
        if !self.problems.is_empty() {
            self.problems.sort_by_key(|problem| problem.line);
            return Err(Unreadable(self.problems));
        }
        self.register.version = write::version(&self.register);
        Ok(self.register)
    }

    pub(super) fn problem(&mut self, line: u64, what: String, remedy: impl Into<String>) {
        self.problems.push(Problem { line, what, remedy: remedy.into() });
    }

    fn organisation(&mut self, entry: OrganisationEntry) {
        if let Some(other) = self.register.organisations.values().find(|o| o.id == entry.id) {
            let what = format!("organisations {} and {} have one id", other.key, entry.key.value);
            self.problem(line(&entry.key), what, "give each its own id: a UUID that never changes");
        }
        let organisation = Organisation { key: entry.key.value.clone(), id: entry.id, name: entry.name };
        define(&mut self.register.organisations, &mut self.problems, "organisation", entry.key, organisation);
    }

    fn base(&mut self, entry: BaseEntry) {
        if !self.register.organisations.contains_key(&entry.organisation.value) {
            self.dangling("base", &entry.key.value, "organisation", &entry.organisation);
        }
        let base = Base {
            key: entry.key.value.clone(),
            organisation: entry.organisation.value,
            name: entry.name,
            country: entry.country,
            class: entry.class,
            law: self.citations(&format!("base {}", entry.key.value), entry.law),
            categories: entry.categories,
        };
        define(&mut self.register.bases, &mut self.problems, "base", entry.key, base);
    }

    fn country(&mut self, entry: CountryEntry) {
        if entry.code.value == CountryCode::KZ && entry.verdict == Verdict::Forbidden {
            self.problem(
                line(&entry.code),
                "Kazakhstan is forbidden as a country of processing".to_owned(),
                "remove the entry: the base must be located in Kazakhstan (PD 12(2))",
            );
        }
        let country = Country {
            code: entry.code.value,
            verdict: entry.verdict,
            reason: entry.reason,
            until: entry.until,
        };
        define(&mut self.register.countries, &mut self.problems, "country", entry.code, country);
    }

    fn vendor(&mut self, entry: VendorEntry) {
        let key = &entry.key.value;
        if entry.local && entry.country.value != CountryCode::KZ {
            self.problem(
                line(&entry.country),
                format!("vendor {key} is local and in {}", entry.country.value),
                "write `country: KZ`: a service in the company's own network is in its country; or take \
                 `local: true` out",
            );
        }
        let contracts = self.contracts(&format!("vendor {key}"), entry.contracts);
        let vendor = Vendor {
            key: key.clone(),
            name: entry.name,
            country: entry.country.value,
            local: entry.local,
            contracts,
            training: entry.training,
            retention_days: entry.retention_days,
            sub_processors: entry.sub_processors,
        };
        define(&mut self.register.vendors, &mut self.problems, "vendor", entry.key, vendor);
    }

    /// On each day at most one contract speaks, or nobody could say which one was relied on.
    fn contracts(&mut self, of: &str, entries: Vec<Spanned<Contract>>) -> Vec<Contract> {
        let mut known: Vec<Contract> = Vec::new();
        for entry in entries {
            let (at, contract) = (line(&entry), entry.value);
            if contract.from.is_some_and(|from| from > contract.until) {
                let what = format!("contract {} of {of} ends before it begins", contract.number);
                self.problem(at, what, "write the first day as `from` and the last one as `until`");
            } else if let Some(other) = known.iter().find(|c| c.period().overlaps(&contract.period())) {
                let what =
                    format!("contracts {} and {} of {of} hold on one day", other.number, contract.number);
                self.problem(at, what, "let one end on the day before the next begins: `from`, `until`");
            }
            known.push(contract);
        }
        known.sort_by_key(|contract| contract.until);
        known
    }

    fn routes(&mut self, entries: Vec<RouteEntry>) {
        let mut fallbacks = Vec::new();
        for entry in entries {
            if !self.register.vendors.contains_key(&entry.vendor.value) {
                self.dangling("route", &entry.key.value, "vendor", &entry.vendor);
            }
            let route = Route {
                key: entry.key.value.clone(),
                vendor: entry.vendor.value,
                model: entry.model,
                fallback: entry.fallback.as_ref().map(|fallback| fallback.value.clone()),
            };
            fallbacks.extend(entry.fallback.map(|fallback| (entry.key.value.clone(), fallback)));
            define(&mut self.register.routes, &mut self.problems, "route", entry.key, route);
        }
        for (route, fallback) in &fallbacks {
            if !self.register.routes.contains_key(&fallback.value) {
                self.dangling("route", route, "route", fallback);
            }
        }
        self.problems.extend(fallbacks::circles(&self.register.routes, &fallbacks));
    }

    fn rule(&mut self, entry: RuleEntry) {
        let rule = CompanyRule {
            key: entry.key.value.clone(),
            text: entry.text,
            fix: entry.fix,
            law: self.citations(&format!("rule {}", entry.key.value), entry.law),
            line: line(&entry.cedar),
            cedar: entry.cedar.value,
        };
        define(&mut self.register.rules, &mut self.problems, "rule", entry.key, rule);
    }

    fn citations(&mut self, of: &str, law: Vec<Spanned<String>>) -> Vec<String> {
        for article in &law {
            self.check_citation(line(article), of, &article.value);
        }
        law.into_iter().map(|article| article.value).collect()
    }

    /// What is no article must not stand in a record as one.
    pub(super) fn check_citation(&mut self, line: u64, of: &str, article: &str) {
        if !citation::is_citation(article) {
            self.problem(
                line,
                format!("{of} cites {article:?}, which is no article"),
                "write an act and its article, such as PD 8, PD 9(10), PD 19-1(2), AI 17(4)",
            );
        }
    }

    pub(super) fn dangling(
        &mut self,
        kind: &str,
        of: &impl Display,
        missing_kind: &str,
        missing: &Spanned<impl Display>,
    ) {
        self.problem(
            line(missing),
            format!("{kind} {of} names {missing_kind} {}, which is not in the register", missing.value),
            format!("add that {missing_kind}, or correct the name"),
        );
    }
}

/// The line on which a value stands.
pub(super) fn line<T>(value: &Spanned<T>) -> u64 {
    value.referenced.line()
}

pub(super) fn define<K: Ord + Display, V>(
    into: &mut BTreeMap<K, V>,
    problems: &mut Vec<Problem>,
    kind: &str,
    key: Spanned<K>,
    value: V,
) {
    if into.contains_key(&key.value) {
        problems.push(Problem {
            line: line(&key),
            what: format!("{kind} {} is defined twice", key.value),
            remedy: "remove one, or give it another name".to_owned(),
        });
        return;
    }
    into.insert(key.value, value);
}
