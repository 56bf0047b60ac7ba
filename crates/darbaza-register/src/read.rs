//! From the text of a register file to checked facts.

mod basis;
pub(crate) mod build;
mod citation;
mod fallbacks;
mod system;
mod vendor;
mod yaml;

use crate::model::Register;
use crate::problem::Unreadable;

impl Register {
    /// Reads a register file: YAML documents of any number, each with entries of some kinds.
    ///
    /// # Errors
    ///
    /// Every problem that could be found in one go, each with its line and a remedy. Where a document
    /// is no YAML or has unknown words, the first such problem of each document; what the entries
    /// say of each other is looked at once all of them can be read.
    pub fn read(text: &str) -> Result<Register, Unreadable> {
        build::register(yaml::documents(text)?)
    }
}

#[cfg(test)]
mod tests;
