//! The commands, one file each.

mod backup;
mod check;
mod config;
mod demo;
mod desk;
mod detect;
mod explain;
mod key;
mod ledger;
mod register;
mod restore;
mod serve;
mod system;

use std::process::ExitCode;

use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::cli::{Command, ConfigCommand, Ledger};
use crate::failure::Failure;

/// Runs a command.
pub(crate) fn run(command: Command) -> Result<ExitCode, Failure> {
    match command {
        Command::Demo(options) => demo::run(options),
        Command::Serve(file) => serve::run(&file.config),
        Command::Check(file) => check::run(&file.config),
        Command::Backup(options) => backup::run(&options),
        Command::Restore(options) => restore::run(&options),
        Command::Config(ConfigCommand::Reference { schema }) => Ok(config::reference(schema)),
        Command::Detect(options) => detect::run(options.jsonl),
        Command::Register(command) => register::run(command),
        Command::Explain(options) => explain::run(&options),
        Command::Key(command) => key::run(command),
        Command::System(command) => system::run(command),
        Command::Ledger(Ledger::Verify(options)) => ledger::verify(&options),
        Command::Ledger(Ledger::Begin(options)) => ledger::begin(&options),
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

/// The signals that ask the process to end: Ctrl-C and SIGTERM. Until this is made, they end it on
/// the spot; so it is made before anybody is told that the server runs.
struct AskedToEnd {
    interrupt: Signal,
    terminate: Signal,
}

impl AskedToEnd {
    fn listen() -> Result<AskedToEnd, Failure> {
        let both = signal(SignalKind::interrupt()).and_then(|interrupt| {
            signal(SignalKind::terminate()).map(|terminate| AskedToEnd { interrupt, terminate })
        });
        both.map_err(|why| {
            Failure::environment("no signals for the server", why, "look at the system's limits")
        })
    }

    /// Resolves when one of them comes.
    async fn wait(mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}
