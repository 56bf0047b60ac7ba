//! Who may send what where: every system, purpose, route and category, with what comes of it. The
//! lattice is finite, so the answer is exhaustive and not a sample.

mod difference;
mod print;

use std::collections::BTreeMap;

use darbaza_core::{
    Category, CategoryCounts, CountryCode, Purpose, RefusalCode, RouteKey, SystemKey, VendorKey, Way,
};
use jiff::civil::Date;

use crate::decision::Decision;
use crate::explain::ANY_NAME;
use crate::policy::Policy;
use crate::question::{Persons, Question, RequestedPurpose};

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
        if let Cell::Of(category) = cell {
            findings.add(category);
        }
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
                let way = match cell {
                    Cell::Nothing => Way::Masked,
                    Cell::Of(category) => sending.way(category),
                };
                Outcome::Goes(way, (sending.route != *asked).then_some(sending.route))
            }
            Decision::Hold(_) => Outcome::Held,
            Decision::Refuse(refusal) => Outcome::Refused(refusal.code(), refusal.rule.id.clone()),
        }
    }

    /// For each rule of the company: how many of the cells that would go without it do not go with
    /// it, and how many would go without it.
    ///
    /// A rule that stops everything is a slip more often than a will.
    pub fn reach_of_rules(&self, today: Date) -> Vec<(String, usize, usize)> {
        if self.register.rules().next().is_none() {
            return Vec::new();
        }
        let with = self.table(today);
        let ids = self.register.rules().map(|rule| format!("company/{}", rule.key));
        ids.filter_map(|id| {
            let without = Policy::compile_without(std::sync::Arc::clone(&self.register), Some(&id)).ok()?;
            let without = without.table(today);
            let goes = |table: &Table| table.going();
            let (before, after) = (goes(&without), goes(&with));
            Some((id, before.saturating_sub(after), before))
        })
        .collect()
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
    /// Every cell of a row.
    pub fn all() -> impl Iterator<Item = Cell> {
        let categories = Category::ALL.iter().copied().filter(|category| category.is_protected());
        std::iter::once(Cell::Nothing).chain(categories.map(Cell::Of))
    }
}

#[cfg(test)]
mod tests;
