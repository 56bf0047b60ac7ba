//! `darbaza system`.

use clap::{Args, Subcommand};
use darbaza_core::SystemKey;

use super::Data;

#[derive(Debug, Subcommand)]
pub(crate) enum System {
    /// Stop an AI system at once: requests are refused and open streams end (AI 18(2))
    Suspend(SystemSwitch),
    /// Let a suspended AI system go on
    Resume(SystemSwitch),
}

#[derive(Debug, Args)]
pub(crate) struct SystemSwitch {
    /// The AI system
    #[arg(value_name = "SYSTEM")]
    pub(crate) system: SystemKey,
    /// Why, in one line without personal data; kept beside who and when
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: Option<String>,
    #[command(flatten)]
    pub(crate) data: Data,
}
