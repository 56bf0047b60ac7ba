//! `darbaza register export`.

use std::process::ExitCode;

use super::{in_force, numbered, policy_of, versions};
use crate::cli::RegisterExport;
use crate::command::say;
use crate::data_folder::unwritable;
use crate::failure::Failure;

/// Writes a register as a file.
pub(super) fn run(options: &RegisterExport) -> Result<ExitCode, Failure> {
    let store = versions(&options.data)?;
    let version = match options.number {
        Some(number) => numbered(&store, number)?,
        None => in_force(&store)?,
    };
    let text = match options.as_applied {
        true => version.register.text.clone(),
        false => policy_of(&version)?.register().to_yaml(),
    };
    match &options.file {
        None => say(text.trim_end()),
        Some(file) => {
            std::fs::write(file, text).map_err(|why| unwritable(file, why))?;
            let (number, version) = (version.number, &version.register.version);
            say(format_args!("number {number}, version {version}, is written to {}", file.display()));
        }
    }
    Ok(ExitCode::SUCCESS)
}
