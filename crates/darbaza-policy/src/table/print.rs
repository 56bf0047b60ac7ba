//! The table as text for a terminal: categories with one outcome share a line.

use std::collections::BTreeMap;
use std::fmt;

use super::{Cell, Outcome, Row, Table};
use darbaza_core::Way;

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Cell::Nothing => f.write_str("nothing found"),
            Cell::Of(category) => category.fmt(f),
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Outcome::Goes(way, None) => f.write_str(way.as_str()),
            // Data that must stay inside are read there as they are.
            Outcome::Goes(Way::Clear, Some(route)) => write!(f, "clear over {route}"),
            Outcome::Goes(way, Some(route)) => write!(f, "{way} over {route}"),
            Outcome::Held => f.write_str("held for a person"),
            Outcome::Refused(code, rule) => write!(f, "refused: {code} by {rule}"),
        }
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut groups: BTreeMap<&Outcome, Vec<Cell>> = BTreeMap::new();
        for (cell, outcome) in self.cells.iter().filter(|(cell, _)| **cell != Cell::Nothing) {
            groups.entry(outcome).or_default().push(*cell);
        }
        let mut groups: Vec<(&Outcome, Vec<Cell>)> = groups.into_iter().collect();
        // The largest group is "everything else", so that a line is not a list of two dozen words.
        groups.sort_by_key(|(_, cells)| cells.len());
        let last = groups.len().saturating_sub(1);
        for (n, (outcome, cells)) in groups.iter().enumerate() {
            let words = match (n == last, last) {
                (true, 0) => "everything".to_owned(),
                (true, _) => "everything else".to_owned(),
                (false, _) => cells.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "),
            };
            writeln!(f, "    {words}: {outcome}")?;
        }
        match self.cells.get(&Cell::Nothing) {
            Some(outcome @ (Outcome::Held | Outcome::Refused(..))) => {
                writeln!(f, "    nothing found: {outcome}")
            }
            _ => Ok(()),
        }
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut told = None;
        for ((system, purpose, route), row) in &self.rows {
            if told != Some((system, purpose)) {
                writeln!(f, "{system}, {purpose}")?;
                told = Some((system, purpose));
            }
            writeln!(f, "  {route} ({}, {})", row.vendor, row.country)?;
            row.fmt(f)?;
        }
        Ok(())
    }
}
