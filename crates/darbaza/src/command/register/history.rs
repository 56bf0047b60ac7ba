//! `darbaza register history`.

use std::process::ExitCode;

use darbaza_gateway::told;
use darbaza_store::RegisterStore;

use super::{unreadable, versions};
use crate::cli::RegisterHistory;
use crate::command::say;
use crate::failure::Failure;

/// Lists the registers that were in force, the latest first.
pub(super) fn run(options: &RegisterHistory) -> Result<ExitCode, Failure> {
    let history = versions(&options.data)?.history(options.limit).map_err(unreadable)?;
    for version in history {
        let register = &version.register;
        say(format_args!(
            "{:>5}  {}  {}  {}: {}",
            version.number,
            register.version,
            told(register.at),
            register.by,
            register.reason
        ));
    }
    Ok(ExitCode::SUCCESS)
}
