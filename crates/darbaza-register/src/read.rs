//! From the text of a register file to checked facts.

mod build;
mod citation;
mod fallbacks;
mod system;

use crate::file::Document;
use crate::model::Register;
use crate::problem::{Problem, Unreadable};

impl Register {
    /// Reads a register file: YAML documents of any number, each with entries of some kinds.
    ///
    /// # Errors
    ///
    /// Every problem that could be found in one go, each with its line and a remedy. Where the
    /// text is no YAML or has unknown fields, only the first is known.
    pub fn read(text: &str) -> Result<Register, Unreadable> {
        let documents: Vec<Document> = serde_saphyr::from_multiple(text).map_err(not_yaml)?;
        build::register(documents)
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

#[cfg(test)]
mod tests;
