//! `cargo xtask test`: everything that has to hold, in the order in which it fails fastest.

use std::time::Instant;

use crate::process::{self, command, say};
use crate::{eval, licences, tidy, tools};

/// Runs all of it; the first failure ends it.
fn all() -> anyhow::Result<()> {
    tools::ensure()?;
    process::run("format", &mut command("cargo fmt --all --check"))?;
    tidy::run()?;
    licences::run()?;
    process::run(
        "lints",
        &mut command("cargo clippy --workspace --all-targets --all-features -- -D warnings"),
    )?;
    // Tests of whole processes run the program itself.
    process::run("program", &mut command("cargo build --package darbaza"))?;
    process::run("tests", &mut command("cargo test --workspace --all-features --no-fail-fast"))?;
    process::run(
        "documentation",
        command("cargo doc --workspace --no-deps --document-private-items --quiet")
            .env("RUSTDOCFLAGS", "-D warnings"),
    )?;
    eval::check()
}

/// As the command.
pub(crate) fn run() -> anyhow::Result<()> {
    let started = Instant::now();
    let result = all();
    let word = if result.is_ok() { "all well" } else { "FAILED" };
    say(&format!("== {word} after {:.0} s", started.elapsed().as_secs_f32()));
    result
}
