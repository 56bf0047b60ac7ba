//! `cargo xtask bench`: the release program, its load and nginx beside it, on two cores.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;

use crate::process::{command, run, say};
use crate::tools;

/// Cores that everything shares: what the targets are meant for.
const CORES: usize = 2;

/// Builds, measures, and tells or compares.
pub(crate) fn bench(options: &[&str]) -> anyhow::Result<ExitCode> {
    run(
        "release programs",
        &mut command("cargo build --release --quiet --package darbaza --package darbaza-bench"),
    )?;
    let nginx = tools::nginx()?;
    let programs = target().join("release");
    let mut measure = on_two_cores()?;
    measure.arg(programs.join("darbaza-bench")).arg("run").arg(programs.join("darbaza"));
    measure.arg("--nginx").arg(nginx).arg("--folder").arg(target().join("bench"));
    let status = measure.args(options).status().context("cannot start the measurement")?;
    if status.code() == Some(2) {
        say(
            "docs/benchmarks.json was measured on another machine, so these figures cannot be compared with it",
        );
    }
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(ExitCode::from(code.unwrap_or(1)))
}

/// A command that stays on the first two cores that this process may use.
fn on_two_cores() -> anyhow::Result<std::process::Command> {
    let status = std::fs::read_to_string("/proc/self/status").context("/proc/self/status")?;
    let list = status.lines().find_map(|line| line.strip_prefix("Cpus_allowed_list:"));
    let cores = cores(list.unwrap_or_default().trim());
    let first: Vec<String> = cores.iter().take(CORES).map(ToString::to_string).collect();
    anyhow::ensure!(first.len() == CORES, "the targets are meant for two cores, and this machine gives one");
    let mut pinned = command("taskset -c");
    pinned.arg(first.join(","));
    Ok(pinned)
}

/// The cores of a list such as `0,2-4`.
fn cores(list: &str) -> Vec<u32> {
    let range = |part: &str| {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        Some(first.parse::<u32>().ok()?..=last.parse::<u32>().ok()?)
    };
    list.split(',').filter_map(range).flatten().collect()
}

fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| PathBuf::from("target"), PathBuf::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_cores_is_read() {
        assert_eq!(cores("0-1"), [0, 1]);
        assert_eq!(cores("3,5-7,9"), [3, 5, 6, 7, 9]);
        assert!(cores("").is_empty());
    }
}
