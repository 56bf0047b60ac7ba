//! From the text of a register file to checked facts.

use std::collections::BTreeMap;
use std::fmt::Display;

use sha2::{Digest, Sha256};

use crate::file::{Document, ModelsEntry, SystemEntry, UseEntry};
use crate::model::{Country, ModelTable, Organisation, Register, Route, System, Use, Vendor, Verdict};
use crate::problem::{Problem, Unreadable};
use darbaza_core::{CountryCode, Way};
use serde_saphyr::Spanned;

impl Register {
    /// Reads a register file: YAML documents of any number, each with entries of some kinds.
    ///
    /// # Errors
    ///
    /// Every problem that could be found in one go, each with its line and a remedy. Where the
    /// text is no YAML or has unknown fields, only the first is known.
    pub fn read(text: &str) -> Result<Register, Unreadable> {
        let documents: Vec<Document> = serde_saphyr::from_multiple(text).map_err(not_yaml)?;
        let mut builder = Builder::new(text);
        for document in documents {
            builder.take_definitions(document);
        }
        builder.finish()
    }
}

fn not_yaml(error: serde_saphyr::Error) -> Unreadable {
    let error = error.without_snippet();
    let line = error.location().map_or(0, |l| l.line());
    Unreadable(vec![Problem {
        line,
        what: error.to_string(),
        remedy: "compare the entry with docs/register.md".to_owned(),
    }])
}

/// Collects entries and problems; the systems come last, because they name all the rest.
struct Builder {
    register: Register,
    systems: Vec<SystemEntry>,
    problems: Vec<Problem>,
}

impl Builder {
    fn new(text: &str) -> Builder {
        let digest = Sha256::digest(text.as_bytes());
        let version = digest[..8].iter().map(|b| format!("{b:02x}")).collect();
        Builder {
            register: Register {
                version,
                organisations: BTreeMap::new(),
                countries: BTreeMap::new(),
                vendors: BTreeMap::new(),
                routes: BTreeMap::new(),
                systems: BTreeMap::new(),
            },
            systems: Vec::new(),
            problems: Vec::new(),
        }
    }

    fn take_definitions(&mut self, document: Document) {
        let Builder { register, systems, problems } = self;
        for entry in document.organisations {
            let organisation = Organisation { key: entry.key.value.clone(), id: entry.id, name: entry.name };
            define(&mut register.organisations, problems, "organisation", entry.key, organisation);
        }
        for entry in document.countries {
            let country = Country { code: entry.code.value, verdict: entry.verdict, reason: entry.reason };
            if entry.code.value == CountryCode::KZ && entry.verdict == Verdict::Forbidden {
                problems.push(Problem {
                    line: entry.code.referenced.line(),
                    what: "Kazakhstan is forbidden as a country of processing".to_owned(),
                    remedy: "remove the entry: the base must be located in Kazakhstan (PD 12(2))".to_owned(),
                });
            }
            define(&mut register.countries, problems, "country", entry.code, country);
        }
        for entry in document.vendors {
            if entry.local && entry.country.value != CountryCode::KZ {
                problems.push(Problem {
                    line: entry.country.referenced.line(),
                    what: format!("vendor {} is local and in {}", entry.key.value, entry.country.value),
                    remedy: "write `country: KZ`: a service in the company's own network is in its country; \
                             or take `local: true` out"
                        .to_owned(),
                });
            }
            let vendor = Vendor {
                key: entry.key.value.clone(),
                name: entry.name,
                country: entry.country.value,
                local: entry.local,
                contract: entry.contract,
                training: entry.training,
            };
            define(&mut register.vendors, problems, "vendor", entry.key, vendor);
        }
        for entry in document.routes {
            let route = Route {
                key: entry.key.value.clone(),
                vendor: entry.vendor.value.clone(),
                model: entry.model,
            };
            if !register.vendors.contains_key(&entry.vendor.value) {
                problems.push(dangling("route", &entry.key.value, "vendor", &entry.vendor));
            }
            define(&mut register.routes, problems, "route", entry.key, route);
        }
        systems.extend(document.systems);
    }

    fn finish(mut self) -> Result<Register, Unreadable> {
        for entry in std::mem::take(&mut self.systems) {
            self.take_system(entry);
        }
        if self.problems.is_empty() { Ok(self.register) } else { Err(Unreadable(self.problems)) }
    }

    fn take_system(&mut self, entry: SystemEntry) {
        let key = entry.key.value.clone();
        if !self.register.organisations.contains_key(&entry.organisation.value) {
            self.problems.push(dangling("system", &key, "organisation", &entry.organisation));
        }
        let models = self.models(&key, entry.models);
        let local_route = entry.local_route.map(|route| {
            self.check_route(&key, &route);
            self.check_local(&key, &route);
            route.value
        });
        let mut uses = BTreeMap::new();
        for use_entry in entry.uses {
            self.check_ways(&key, &use_entry, local_route.is_some());
            let purpose = use_entry.purpose.value.clone();
            let use_ = Use {
                purpose,
                basis: use_entry.basis,
                ways: use_entry.categories,
                otherwise: use_entry.otherwise,
            };
            define(&mut uses, &mut self.problems, "purpose", use_entry.purpose, use_);
        }
        let system = System {
            key,
            organisation: entry.organisation.value,
            name: entry.name,
            state: entry.state,
            language: entry.language,
            scope: entry.scope,
            models,
            local_route,
            parameters: entry.parameters.into_iter().collect(),
            uses,
        };
        define(&mut self.register.systems, &mut self.problems, "system", entry.key, system);
    }

    fn models(&mut self, system: &impl Display, entry: ModelsEntry) -> ModelTable {
        for route in entry.named.values().chain(&entry.any) {
            self.check_route(system, route);
        }
        ModelTable {
            named: entry.named.into_iter().map(|(name, route)| (name, route.value)).collect(),
            any: entry.any.map(|route| route.value),
        }
    }

    fn check_route(&mut self, system: &impl Display, route: &Spanned<darbaza_core::RouteKey>) {
        if !self.register.routes.contains_key(&route.value) {
            self.problems.push(dangling("system", system, "route", route));
        }
    }

    /// A local route that leads out of the company's network would send in clear what must stay.
    fn check_local(&mut self, system: &impl Display, route: &Spanned<darbaza_core::RouteKey>) {
        if let Some((_, vendor)) = self.register.route(&route.value)
            && !vendor.local
        {
            self.problems.push(Problem {
                line: route.referenced.line(),
                what: format!(
                    "the local_route of system {system} leads to vendor {}, which is not local",
                    vendor.key
                ),
                remedy: "name a route of a vendor with `local: true`".to_owned(),
            });
        }
    }

    fn check_ways(&mut self, system: &impl Display, entry: &UseEntry, has_local_route: bool) {
        let local = entry.otherwise == Way::Local || entry.categories.values().any(|w| *w == Way::Local);
        if local && !has_local_route {
            self.problems.push(Problem {
                line: entry.purpose.referenced.line(),
                what: format!(
                    "system {system} keeps categories local for {} and has no local_route",
                    entry.purpose.value
                ),
                remedy: "give the system a local_route, or write `refused` for these categories".to_owned(),
            });
        }
        for article in entry.basis.iter().flat_map(|basis| &basis.law).filter(|a| !is_citation(a)) {
            self.problems.push(Problem {
                line: entry.purpose.referenced.line(),
                what: format!(
                    "the basis of {} in system {system} cites {article:?}, which is no article",
                    entry.purpose.value
                ),
                remedy: "write an act and its article, such as PD 8, PD 9(10), PD 19-1(2), AI 17(4)"
                    .to_owned(),
            });
        }
        if entry.otherwise == Way::Clear {
            self.problems.push(Problem {
                line: entry.purpose.referenced.line(),
                what: format!("system {system} lets everything go in clear for {}", entry.purpose.value),
                remedy: "name each category that may go in clear; the rest is masked (PD 7(9))".to_owned(),
            });
        }
    }
}

/// An act in capital letters, a space, and an article such as `9(10)` or `19-1(2)`. What is no
/// article must not stand in a record as one.
fn is_citation(text: &str) -> bool {
    let Some((act, article)) = text.split_once(' ') else { return false };
    let act_is_short = (1..=6).contains(&act.len()) && act.bytes().all(|b| b.is_ascii_alphabetic());
    let begins = article.starts_with(|c: char| c.is_ascii_digit());
    let plain = article.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'(' | b')' | b'-' | b'.'));
    act_is_short && act.starts_with(|c: char| c.is_ascii_uppercase()) && begins && plain
}

fn define<K: Ord + Display, V>(
    into: &mut BTreeMap<K, V>,
    problems: &mut Vec<Problem>,
    kind: &str,
    key: Spanned<K>,
    value: V,
) {
    if into.contains_key(&key.value) {
        problems.push(Problem {
            line: key.referenced.line(),
            what: format!("{kind} {} is defined twice", key.value),
            remedy: "remove one, or give it another name".to_owned(),
        });
        return;
    }
    into.insert(key.value, value);
}

fn dangling(kind: &str, of: &impl Display, missing_kind: &str, missing: &Spanned<impl Display>) -> Problem {
    Problem {
        line: missing.referenced.line(),
        what: format!("{kind} {of} names {missing_kind} {}, which is not in the register", missing.value),
        remedy: format!("add that {missing_kind}, above the entries that name it, or correct the name"),
    }
}

#[cfg(test)]
mod tests;
