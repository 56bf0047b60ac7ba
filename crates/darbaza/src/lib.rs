//! Darbaza, the program: commands, configuration and wiring. The only crate that names an engine.

mod cli;
mod command;
pub mod config;
mod data_folder;
mod failure;
mod key_desk;
mod listen;
mod owner_socket;
mod public_keys;
mod secret_files;
pub mod server;
mod telemetry;

use std::process::ExitCode;

use clap::Parser;

pub use failure::{Exit, Failure};
pub use key_desk::{IssuedKey, KeyRequest};

/// Runs the command that the arguments name.
#[expect(clippy::print_stderr, reason = "the one place where a command's failure is said")]
pub fn run(arguments: impl IntoIterator<Item = std::ffi::OsString>) -> ExitCode {
    let parsed = match cli::Cli::try_parse_from(arguments) {
        Ok(parsed) => parsed,
        Err(error) => {
            // Help and version go to standard output and are no failure.
            let code = if error.use_stderr() { Exit::Usage as u8 } else { 0 };
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    match command::run(parsed.command) {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("{failure}");
            failure.exit_code()
        }
    }
}
