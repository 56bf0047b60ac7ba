//! What two tables decide otherwise.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use darbaza_core::{Purpose, RouteKey, SystemKey};

use super::{Cell, Outcome, Table};

/// What changes for one system, purpose and route.
type Changes = BTreeMap<(Option<Outcome>, Option<Outcome>), Vec<Cell>>;

/// The difference of two tables, from the old one to the new one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TableDifference {
    changed: BTreeMap<(SystemKey, Purpose, RouteKey), Changes>,
}

impl TableDifference {
    /// What changes from one table to the other.
    pub fn between(old: &Table, new: &Table) -> TableDifference {
        let keys: BTreeSet<_> = old.rows.keys().chain(new.rows.keys()).collect();
        let mut changed = BTreeMap::new();
        for key in keys {
            let cell =
                |table: &Table, cell| table.rows.get(key).and_then(|row| row.cells.get(&cell)).cloned();
            let mut changes = Changes::new();
            for at in Cell::all() {
                let pair = (cell(old, at), cell(new, at));
                if pair.0 != pair.1 {
                    changes.entry(pair).or_default().push(at);
                }
            }
            if !changes.is_empty() {
                changed.insert(key.clone(), changes);
            }
        }
        TableDifference { changed }
    }

    /// Whether both decide everything the same.
    pub fn is_empty(&self) -> bool {
        self.changed.is_empty()
    }
}

/// Cells in words; of many, those that are not among them.
fn named(cells: &[Cell]) -> String {
    let list = |cells: Vec<Cell>| cells.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    let others: Vec<Cell> = Cell::all().filter(|cell| !cells.contains(cell)).collect();
    match others.len() {
        0 => "everything".to_owned(),
        n if n < cells.len() => format!("everything but {}", list(others)),
        _ => list(cells.to_vec()),
    }
}

impl fmt::Display for TableDifference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for ((system, purpose, route), changes) in &self.changed {
            writeln!(f, "{system}, {purpose}, {route}")?;
            for ((old, new), cells) in changes {
                let words = named(cells);
                let said = |outcome: &Option<Outcome>| {
                    outcome.as_ref().map_or_else(|| "not in the register".to_owned(), ToString::to_string)
                };
                writeln!(f, "  {words}: {} -> {}", said(old), said(new))?;
            }
        }
        Ok(())
    }
}
