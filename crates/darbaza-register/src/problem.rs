//! What is wrong with a register file, where, and what to do.

use std::fmt;

/// One thing wrong in a register file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Line of the file, from 1; 0 where the file as a whole is meant.
    pub line: u64,
    /// What is wrong.
    pub what: String,
    /// What to do about it.
    pub remedy: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "the whole file: {}; {}", self.what, self.remedy),
            line => write!(f, "line {line}: {}; {}", self.what, self.remedy),
        }
    }
}

/// A register that cannot be used, with everything that is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the register has {} problem(s), the first at {}", .0.len(), .0.first().map(ToString::to_string).unwrap_or_default())]
pub struct Unreadable(pub Vec<Problem>);
