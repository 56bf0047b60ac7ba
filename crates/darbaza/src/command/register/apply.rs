//! `darbaza register apply`.

use std::process::ExitCode;

use super::read;
use crate::cli::RegisterApply;
use crate::command::desk::at_desk;
use crate::command::say;
use crate::failure::Failure;
use crate::os_user::os_user;
use crate::register_desk::{Application, Applied};

/// Puts a register file in force.
pub(super) fn run(options: RegisterApply) -> Result<ExitCode, Failure> {
    let RegisterApply { file, reason, by, expect, data } = options;
    let reason = reason.unwrap_or_else(|| {
        format!("applied from {}", file.file_name().unwrap_or_default().to_string_lossy())
    });
    let asked = Application { text: read(&file)?, expected: expect, by, reason };
    let applied: Applied =
        at_desk(&data, "/register/apply", &asked, |own| own.register_desk()?.apply(&asked, &os_user()))?;
    let (number, version) = (applied.number, &applied.version);
    if applied.unchanged {
        say(format_args!(
            "{} says what is in force already: number {number}, version {version}",
            file.display()
        ));
    } else {
        say(format_args!("number {number}, version {version}, is in force"));
    }
    for warning in &applied.warnings {
        say(format_args!("warning: {warning}"));
    }
    Ok(ExitCode::SUCCESS)
}
