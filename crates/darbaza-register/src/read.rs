//! From the text of a register file to checked facts.

mod basis;
pub(crate) mod build;
mod citation;
mod fallbacks;
mod system;
mod vendor;
mod yaml;

use crate::model::Register;
use crate::problem::{Problem, Unreadable};

impl Register {
    /// Reads a register file: YAML documents of any number, each with entries of some kinds.
    ///
    /// # Errors
    ///
    /// Every problem that could be found in one go, each with its line and a remedy. Where a document
    /// is no YAML or has unknown words, the first such problem of each document; what the entries
    /// say of each other is looked at once all of them can be read.
    pub fn read(text: &str) -> Result<Register, Unreadable> {
        let register = build::register(yaml::documents(text)?)?;
        if register.organisations.is_empty() {
            // Put in force it would refuse everything, and a file that was cut short looks so.
            return Err(Unreadable(vec![Problem {
                line: 0,
                what: "no organisation is in it".to_owned(),
                remedy: "see that the file is whole; a register names an organisation at least".to_owned(),
            }]));
        }
        Ok(register)
    }
}

#[cfg(test)]
mod tests;
