//! `darbaza config reference`: what can stand in `darbaza.toml`.

use std::process::ExitCode;

use super::say;
use crate::config;

/// Prints the reference, or the schema.
pub(super) fn reference(schema: bool) -> ExitCode {
    let page = if schema { config::schema() } else { config::reference() };
    say(page.trim_end());
    ExitCode::SUCCESS
}
