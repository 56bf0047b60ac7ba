//! Darbaza, the program: commands, configuration and wiring. The only crate that names an engine.

mod cli;
mod command;
pub mod config;
mod data_folder;
mod failure;
mod key_desk;
mod listen;
mod noted;
mod os_user;
mod owner_socket;
mod public_keys;
mod register_desk;
mod replay;
mod secret_files;
pub mod server;
mod system_desk;
pub mod telemetry;

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

pub use failure::{Exit, Failure};
pub use key_desk::{IssuedKey, KeyRequest};

/// Runs the command that the arguments name.
pub fn run(arguments: impl IntoIterator<Item = std::ffi::OsString>) -> ExitCode {
    let parsed = match cli::Cli::try_parse_from(arguments) {
        Ok(parsed) => parsed,
        Err(error) if error.use_stderr() => return say_failure(&cli::failure(&error)),
        // Help and version go to standard output and are no failure.
        Err(asked) => {
            let _ = asked.print();
            return ExitCode::SUCCESS;
        }
    };
    match command::run(parsed.command) {
        Ok(code) => code,
        Err(failure) => say_failure(&failure),
    }
}

/// The one place where a command's failure is said. Standard error may be closed, which is no
/// reason to panic.
fn say_failure(failure: &Failure) -> ExitCode {
    let _ = writeln!(std::io::stderr().lock(), "{failure}");
    failure.exit_code()
}
