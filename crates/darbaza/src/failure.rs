//! How a command fails: one line of what, one of why, one of what to do, and an exit code.

use std::fmt;
use std::process::ExitCode;

pub(crate) use darbaza_core::with_sources;

/// What the exit codes mean to a script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// The answer is no: a ledger that does not verify, a configuration with problems.
    Negative = 1,
    /// The command line or its input is wrong.
    Usage = 2,
    /// Disk, network or permissions.
    Environment = 3,
}

/// A command's failure.
#[derive(Debug)]
pub struct Failure {
    exit: Exit,
    what: String,
    why: String,
    remedy: String,
}

impl Failure {
    /// A failure of that kind.
    pub fn new(
        exit: Exit,
        what: impl Into<String>,
        why: impl fmt::Display,
        remedy: impl Into<String>,
    ) -> Failure {
        Failure { exit, what: what.into(), why: chain(&why), remedy: remedy.into() }
    }

    /// Input or command line.
    pub fn usage(what: impl Into<String>, why: impl fmt::Display, remedy: impl Into<String>) -> Failure {
        Failure::new(Exit::Usage, what, why, remedy)
    }

    /// Disk, network or permissions.
    pub fn environment(
        what: impl Into<String>,
        why: impl fmt::Display,
        remedy: impl Into<String>,
    ) -> Failure {
        Failure::new(Exit::Environment, what, why, remedy)
    }

    /// Exit code, what, why and what to do, for a command that tells it in another process.
    pub(crate) fn into_parts(self) -> (Exit, String, String, String) {
        (self.exit, self.what, self.why, self.remedy)
    }

    /// What it means to a script.
    pub(crate) fn exit(&self) -> Exit {
        self.exit
    }

    /// The process's exit code.
    pub fn exit_code(&self) -> ExitCode {
        ExitCode::from(self.exit as u8)
    }
}

/// Each of the three lines is one line, whatever a library's error holds.
fn chain(why: &impl fmt::Display) -> String {
    why.to_string().lines().map(str::trim).filter(|l| !l.is_empty()).collect::<Vec<_>>().join("; ")
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}\n  why: {}\n  do:  {}", self.what, self.why, self.remedy)
    }
}
