//! The commands, one file each.

mod check;
mod demo;
mod detect;
mod key;
mod ledger;
mod serve;

use std::process::ExitCode;

use crate::cli::{Command, Key, Ledger};
use crate::failure::Failure;

/// Runs a command.
pub(crate) fn run(command: Command) -> Result<ExitCode, Failure> {
    match command {
        Command::Demo(options) => demo::run(options),
        Command::Serve(file) => serve::run(&file.config),
        Command::Check(file) => check::run(&file.config),
        Command::Detect(options) => detect::run(options.jsonl),
        Command::Key(Key::Issue(options)) => key::issue(options),
        Command::Ledger(Ledger::Verify(options)) => ledger::verify(&options),
        Command::Ledger(Ledger::Proof(options)) => ledger::proof(&options),
    }
}

/// Prints a line to standard output. A reader that went away (a closed pipe) is no failure.
fn say(line: impl std::fmt::Display) {
    let _ = std::io::Write::write_fmt(&mut std::io::stdout().lock(), format_args!("{line}\n"));
}

/// The runtime that servers run on.
fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(|why| {
        Failure::environment("no threads for the server", why, "look at the system's limits on threads")
    })
}

/// Resolves when the process is asked to end: Ctrl-C or SIGTERM.
async fn asked_to_end() {
    use tokio::signal::unix::{SignalKind, signal};
    match (signal(SignalKind::interrupt()), signal(SignalKind::terminate())) {
        (Ok(mut interrupt), Ok(mut terminate)) => {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
        }
        // Without signal handlers the system's own handling ends the process.
        _ => std::future::pending().await,
    }
}
