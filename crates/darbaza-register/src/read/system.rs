//! AI systems and their uses.

use std::collections::BTreeMap;
use std::fmt::Display;

use darbaza_core::{CountryCode, RouteKey, Way};
use serde_saphyr::Spanned;

use super::build::{Builder, define, line};
use crate::file::{ModelsEntry, SystemEntry, UseEntry};
use crate::model::{ModelTable, System, ToolArguments, Use};

/// Most tools, and most parameters, that a system may name; so many tools the protocol allows.
const MOST_NAMED: usize = 128;
/// Longest name of a tool in the protocol, in bytes.
const LONGEST_TOOL: usize = 64;

impl Builder {
    pub(super) fn system(&mut self, entry: SystemEntry) {
        let key = entry.key.value.clone();
        if !self.register.organisations.contains_key(&entry.organisation.value) {
            self.dangling("system", &key, "organisation", &entry.organisation);
        }
        let models = self.models(&key, entry.models);
        let local_route = entry.local_route.map(|route| {
            self.check_route(&key, &route);
            self.check_local(&key, &route);
            route.value
        });
        for (kind, count) in [("parameters", entry.parameters.len()), ("tools", entry.tools.len())] {
            if count > MOST_NAMED {
                self.problem(
                    line(&entry.key),
                    format!("system {key} names {count} {kind}, and at most {MOST_NAMED} can be named"),
                    format!("name only the {kind} that it uses"),
                );
            }
        }
        let tools = self.tools(&key, entry.tools);
        let mut uses = BTreeMap::new();
        for use_entry in entry.uses {
            let (purpose, use_) = self.use_(&key, use_entry, local_route.is_some());
            define(&mut uses, &mut self.problems, "purpose", purpose, use_);
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
            tools,
            uses,
        };
        define(&mut self.register.systems, &mut self.problems, "system", entry.key, system);
    }

    /// A name that the protocol does not allow is a slip: no tool has it, so it would mask nothing.
    fn tools(
        &mut self,
        system: &impl Display,
        entries: BTreeMap<String, Spanned<ToolArguments>>,
    ) -> BTreeMap<String, ToolArguments> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
        for (name, arguments) in &entries {
            if !matches!(name.len(), 1..=LONGEST_TOOL) || !name.bytes().all(allowed) {
                self.problem(
                    line(arguments),
                    format!("system {system} names tool {name:?}, which is no name of a tool"),
                    format!("write the name as the application does: 1 to {LONGEST_TOOL} of A-Z, a-z, 0-9, _ and -"),
                );
            }
        }
        entries.into_iter().map(|(name, arguments)| (name, arguments.value)).collect()
    }

    fn use_(
        &mut self,
        system: &impl Display,
        entry: UseEntry,
        has_local_route: bool,
    ) -> (Spanned<darbaza_core::Purpose>, Use) {
        self.check_ways(system, &entry, has_local_route);
        self.check_bases(system, &entry);
        let of = format!("the basis of {} in system {system}", entry.purpose.value);
        let use_ = Use {
            purpose: entry.purpose.value.clone(),
            basis: entry.basis.map(|basis| self.basis(&of, basis)),
            subjects: entry.subjects,
            bases: entry.bases.into_iter().map(|base| base.value).collect(),
            ways: entry.categories,
            otherwise: entry.otherwise,
            max_vendor_retention_days: entry.max_vendor_retention_days,
            review: entry.review,
        };
        (entry.purpose, use_)
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

    fn check_route(&mut self, system: &impl Display, route: &Spanned<RouteKey>) {
        if !self.register.routes.contains_key(&route.value) {
            self.dangling("system", system, "route", route);
        }
    }

    /// A local route that leads out of the company's network would send in clear what must stay.
    fn check_local(&mut self, system: &impl Display, route: &Spanned<RouteKey>) {
        if let Some((_, vendor)) = self.register.route(&route.value)
            && !vendor.local
        {
            let vendor = vendor.key.clone();
            self.problem(
                line(route),
                format!("the local_route of system {system} leads to vendor {vendor}, which is not local"),
                "name a route of a vendor with `local: true`",
            );
        }
    }

    fn check_ways(&mut self, system: &impl Display, entry: &UseEntry, has_local_route: bool) {
        let local = entry.otherwise == Way::Local || entry.categories.values().any(|w| *w == Way::Local);
        if local && !has_local_route {
            self.problem(
                line(&entry.purpose),
                format!(
                    "system {system} keeps categories local for {} and has no local_route",
                    entry.purpose.value
                ),
                "give the system a local_route, or write `refused` for these categories",
            );
        }
        if entry.otherwise == Way::Clear {
            self.problem(
                line(&entry.purpose),
                format!("system {system} lets everything go in clear for {}", entry.purpose.value),
                "name each category that may go in clear; the rest is masked (PD 7(9))",
            );
        }
    }

    /// The law asks for a base in Kazakhstan; copies elsewhere may stand beside it (PD 12(2)).
    fn check_bases(&mut self, system: &impl Display, entry: &UseEntry) {
        let mut in_country = entry.bases.is_empty();
        for base in &entry.bases {
            match self.register.bases.get(&base.value) {
                None => self.dangling("system", system, "base", base),
                Some(found) => in_country |= found.country == CountryCode::KZ,
            }
        }
        if !in_country {
            self.problem(
                line(&entry.purpose),
                format!("no base of {} in system {system} is located in Kazakhstan", entry.purpose.value),
                "name the base in Kazakhstan that the data are kept in (PD 12(2))",
            );
        }
    }
}
