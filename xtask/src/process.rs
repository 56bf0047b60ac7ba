//! Running other programs, loudly.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, ensure};

/// The root of the project.
pub(crate) fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().map_or_else(|| PathBuf::from("."), Path::to_owned)
}

/// A command from a line of words without quotes.
pub(crate) fn command(line: &str) -> Command {
    let mut words = line.split_whitespace();
    let mut command = Command::new(words.next().unwrap_or_default());
    command.args(words);
    command
}

/// Runs a command with its output shown; says how long it took.
pub(crate) fn run(title: &str, command: &mut Command) -> anyhow::Result<()> {
    say(&format!("== {title}"));
    let started = Instant::now();
    let status = command.status().with_context(|| format!("{title}: cannot start {command:?}"))?;
    ensure!(status.success(), "{title}: {command:?} ended with {status}");
    say(&format!("== {title}: {:.0} s", started.elapsed().as_secs_f32()));
    Ok(())
}

/// What a command prints on standard output.
pub(crate) fn output(command: &mut Command) -> anyhow::Result<String> {
    let output = command.output().with_context(|| format!("cannot start {command:?}"))?;
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{command:?} ended with {}: {errors}", output.status);
    Ok(String::from_utf8(output.stdout)?)
}

/// Prints a line.
#[expect(clippy::print_stdout, reason = "the automation talks to whoever runs it")]
pub(crate) fn say(line: &str) {
    println!("{line}");
}
