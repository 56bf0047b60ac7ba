//! Entries to facts: every name must lead somewhere, every fact be one that can hold.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt::Display;

use darbaza_core::{CountryCode, OrganisationId, OrganisationKey};
use serde_saphyr::Spanned;

use crate::file::{BaseEntry, CountryEntry, Document, OrganisationEntry, RouteEntry, RuleEntry};
use crate::model::{Base, CompanyRule, Country, Organisation, Register, Route, Verdict};
use crate::problem::{Problem, Unreadable};
use crate::write;

use super::fallbacks;

/// The register of these documents.
pub(crate) fn register(documents: Vec<Document>) -> Result<Register, Unreadable> {
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
    all.systems.into_iter().for_each(|entry| builder.system(entry));
    all.rules.into_iter().for_each(|entry| builder.rule(entry));
    builder.finish()
}

/// Collects facts and problems, kind after kind, in the order in which they name each other.
#[derive(Default)]
pub(super) struct Builder {
    pub(super) register: Register,
    pub(super) problems: Vec<Problem>,
    ids: BTreeMap<OrganisationId, OrganisationKey>,
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
        match self.ids.entry(entry.id) {
            Entry::Vacant(free) => {
                free.insert(entry.key.value.clone());
            }
            Entry::Occupied(taken) if *taken.get() != entry.key.value => {
                let what = format!("organisations {} and {} have one id", taken.get(), entry.key.value);
                self.problem(line(&entry.key), what, "give each its own id: a UUID that never changes");
            }
            // The same organisation twice is told below.
            Entry::Occupied(_) => {}
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
            access: entry.access,
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
        self.problems.extend(fallbacks::circles(&fallbacks));
    }

    fn rule(&mut self, entry: RuleEntry) {
        let rule = CompanyRule {
            key: entry.key.value.clone(),
            text: entry.text,
            fix: entry.fix,
            law: self.citations(&format!("rule {}", entry.key.value), entry.law),
            line: line(&entry.cedar),
            // A block's line is that of its first words: empty lines before them would shift it.
            cedar: entry.cedar.value.trim_start_matches('\n').to_owned(),
        };
        define(&mut self.register.rules, &mut self.problems, "rule", entry.key, rule);
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
