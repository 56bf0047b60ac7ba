//! `darbaza register`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::Data;

#[derive(Debug, Subcommand)]
pub(crate) enum Register {
    /// Say what is wrong with a register file, with line and remedy; touch nothing
    Check(RegisterCheck),
    /// Show what a register file would change, and which past requests it would decide otherwise
    Plan(RegisterPlan),
    /// Put a register file in force, at once and at a running server too
    Apply(RegisterApply),
    /// Write the register in force as a file
    Export(RegisterExport),
    /// List the registers that were in force, with who, when and why
    History(RegisterHistory),
    /// Print who may send what where
    Table(RegisterTable),
}

#[derive(Debug, Args)]
pub(crate) struct RegisterCheck {
    /// The register file
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct RegisterPlan {
    /// The register file
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// How many days of past requests to ask once more
    #[arg(long, value_name = "DAYS", default_value_t = 7)]
    pub(crate) days: u32,
    #[command(flatten)]
    pub(crate) data: Data,
}

#[derive(Debug, Args)]
pub(crate) struct RegisterApply {
    /// The register file
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Why, in one line; kept with the register [default: the file's name]
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: Option<String>,
    /// Who decided on it; kept beside the user that runs the command
    #[arg(long, value_name = "NAME")]
    pub(crate) by: Option<String>,
    /// Apply only where this version is in force: what `plan` compared with
    #[arg(long, value_name = "VERSION")]
    pub(crate) expect: Option<String>,
    #[command(flatten)]
    pub(crate) data: Data,
}

#[derive(Debug, Args)]
pub(crate) struct RegisterExport {
    /// Where to write it [default: standard output]
    #[arg(value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    /// An earlier register, by its number in the history
    #[arg(long, value_name = "N")]
    pub(crate) number: Option<u64>,
    /// The text as it was applied, with its comments and order
    #[arg(long)]
    pub(crate) as_applied: bool,
    #[command(flatten)]
    pub(crate) data: Data,
}

#[derive(Debug, Args)]
pub(crate) struct RegisterHistory {
    /// At most so many, the latest first
    #[arg(long, value_name = "N", default_value_t = 50)]
    pub(crate) limit: usize,
    #[command(flatten)]
    pub(crate) data: Data,
}

#[derive(Debug, Args)]
pub(crate) struct RegisterTable {
    /// A register file [default: the register in force]
    #[arg(value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    /// The difference from this earlier register, by its number in the history
    #[arg(long, value_name = "N")]
    pub(crate) since: Option<u64>,
    /// The day that is asked about [default: today in Kazakhstan]
    #[arg(long, value_name = "DATE", value_parser = super::day)]
    pub(crate) day: Option<jiff::civil::Date>,
    #[command(flatten)]
    pub(crate) data: Data,
}
