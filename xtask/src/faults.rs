//! `cargo xtask faults`: the tests of kills and failing disks in full, of which `cargo xtask test` runs a
//! sample. They print what they did; `DARBAZA_SEED` repeats a run.

use crate::process::{self, command};
use crate::tools;

/// As the command.
pub(crate) fn run() -> anyhow::Result<()> {
    tools::ensure()?;
    process::run("program", &mut command("cargo build --package darbaza"))?;
    // One after the other, so that their figures are their own.
    let tests =
        "cargo test --package darbaza-tests --test integration -- faults:: --nocapture --test-threads 1";
    process::run("faults", command(tests).env("DARBAZA_FAULTS", "all"))
}
