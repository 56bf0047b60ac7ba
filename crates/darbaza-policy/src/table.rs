//! Who may send what where: every system, purpose, route and category, with what comes of it. The
//! lattice is finite, so the answer is exhaustive and not a sample.

mod difference;
mod print;

use std::collections::{BTreeMap, BTreeSet};

use darbaza_core::{
    Category, CategoryCounts, CountryCode, Purpose, RefusalCode, RouteKey, SystemKey, VendorKey, Way,
};
use jiff::civil::Date;

use crate::card::Source;
use crate::decide::Verdict;
use crate::decision::Decision;
use crate::facts::Facts;
use crate::policy::Policy;
use crate::question::{ANY_NAME, Persons, Question, RequestedPurpose};

pub use difference::TableDifference;

/// The whole table for one register on one day.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// By system, purpose and the route asked for.
    pub rows: BTreeMap<(SystemKey, Purpose, RouteKey), Row>,
}

/// What one system may send for one purpose over one route.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The vendor that the route leads to.
    pub vendor: VendorKey,
    /// The vendor's country.
    pub country: CountryCode,
    /// For each category, and for a request in which none was found.
    pub cells: BTreeMap<Cell, Outcome>,
}

/// A category, or that nothing was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cell {
    /// No finding.
    Nothing,
    /// A request with that category and nothing else.
    Of(Category),
}

/// What comes of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// It goes, so, over that route where it is another one.
    Goes(Way, Option<RouteKey>),
    /// A person looks first.
    Held,
    /// It does not go, by that rule.
    Refused(RefusalCode, String),
}

impl Policy {
    /// Who may send what where on that day.
    pub fn table(&self, today: Date) -> Table {
        let mut rows = BTreeMap::new();
        for system in self.register.systems() {
            let named = system.models.named.iter().map(|(name, route)| (name.as_str(), route));
            let any = system.models.any.iter().map(|route| (ANY_NAME, route));
            let models: BTreeMap<&RouteKey, &str> =
                named.chain(any).map(|(name, route)| (route, name)).collect();
            for purpose in system.uses.keys() {
                for (asked, model) in &models {
                    let Some((_, vendor)) = self.register.route(asked) else { continue };
                    let ask = |cell| (cell, self.outcome(&system.key, purpose, model, asked, cell, today));
                    let row = Row {
                        vendor: vendor.key.clone(),
                        country: vendor.country,
                        cells: Cell::all().map(ask).collect(),
                    };
                    rows.insert((system.key.clone(), purpose.clone(), (*asked).clone()), row);
                }
            }
        }
        Table { rows }
    }

    fn outcome(
        &self,
        system: &SystemKey,
        purpose: &Purpose,
        model: &str,
        asked: &RouteKey,
        cell: Cell,
        today: Date,
    ) -> Outcome {
        let mut findings = CategoryCounts::default();
        cell.category().into_iter().for_each(|category| findings.add(category));
        let question = Question {
            system,
            purpose: RequestedPurpose { declared: Some(purpose.as_str()), key: &[] },
            model,
            findings: &findings,
            parameters: &[],
            persons: Persons::default(),
            today,
        };
        match self.decide(&question) {
            Decision::Send(sending) => {
                let way = cell.category().map_or(Way::Masked, |category| sending.way(category));
                Outcome::Goes(way, (sending.route != *asked).then_some(sending.route))
            }
            Decision::Hold(_) => Outcome::Held,
            Decision::Refuse(refusal) => Outcome::Refused(refusal.code(), refusal.rule.id.clone()),
        }
    }

    /// For each rule of the company: how many cells it stops, and how many there are that nothing but
    /// rules of the company stops. Asked on the route asked for, before any other one is tried.
    ///
    /// A rule that stops everything is a slip more often than a will, and so is one that stops nothing.
    pub fn reach_of_rules(&self, today: Date) -> Vec<(String, usize, usize)> {
        let ids: Vec<String> = self.register.rules().map(|rule| format!("company/{}", rule.key)).collect();
        let mut stopped: BTreeMap<&str, usize> = ids.iter().map(|id| (id.as_str(), 0)).collect();
        let mut open = 0;
        if ids.is_empty() {
            return Vec::new();
        }
        for system in self.register.systems() {
            let routes: BTreeSet<&RouteKey> =
                system.models.named.values().chain(&system.models.any).collect();
            for use_ in system.uses.values() {
                for route in routes.iter().filter_map(|key| self.register.route(key)) {
                    for cell in Cell::all() {
                        let facts = Facts {
                            register: &self.register,
                            system,
                            use_: Some(use_),
                            route: Some(route),
                            category: cell.category(),
                            parameters: &[],
                            persons: Persons::default(),
                            today,
                        };
                        let against = Verdict::all_against(&self.engine, &facts);
                        if against.iter().all(|rule| rule.source == Source::Company) {
                            open += 1;
                            for rule in &against {
                                if let Some(count) = stopped.get_mut(rule.id.as_str()) {
                                    *count += 1;
                                }
                            }
                        }
                    }
                }
            }
        }
        ids.iter().map(|id| (id.clone(), stopped.get(id.as_str()).copied().unwrap_or(0), open)).collect()
    }
}

impl Table {
    /// How many cells go.
    pub fn going(&self) -> usize {
        let cells = self.rows.values().flat_map(|row| row.cells.values());
        cells.filter(|outcome| matches!(outcome, Outcome::Goes(..))).count()
    }
}

impl Cell {
    fn category(self) -> Option<Category> {
        match self {
            Cell::Nothing => None,
            Cell::Of(category) => Some(category),
        }
    }

    /// Every cell of a row.
    pub fn all() -> impl Iterator<Item = Cell> {
        let categories = Category::ALL.iter().copied().filter(|category| category.is_protected());
        std::iter::once(Cell::Nothing).chain(categories.map(Cell::Of))
    }
}

#[cfg(test)]
mod tests;
