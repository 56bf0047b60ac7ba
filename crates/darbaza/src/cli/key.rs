//! `darbaza key`.

use std::num::{NonZeroU32, NonZeroU64};

use clap::{Args, Subcommand};
use darbaza_core::{KeyId, Purpose, SystemKey};

use super::{Data, day};

#[derive(Debug, Subcommand)]
pub(crate) enum Key {
    /// Issue an API key for an AI system; it is shown once
    Issue(KeyIssue),
    /// List keys with their state; never the keys themselves
    List(KeyList),
    /// Revoke the keys of an AI system, or one of them; open streams end
    Revoke(KeyRevoke),
    /// Issue a key in the place of another, with the same purposes and limits
    Rotate(KeyRotate),
}

#[derive(Debug, Args)]
pub(crate) struct KeyIssue {
    /// The AI system that the key opens
    #[arg(long, value_name = "S")]
    pub(crate) system: SystemKey,
    /// A purpose that the key is bound to; may repeat
    #[arg(long = "purpose", value_name = "P")]
    pub(crate) purposes: Vec<Purpose>,
    /// The last day on which the key opens anything (YYYY-MM-DD, Kazakhstan)
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub(crate) expires: Option<jiff::civil::Date>,
    /// Who answers for the key
    #[arg(long, value_name = "NAME", default_value = "operator")]
    pub(crate) owner: String,
    /// Most requests in a minute
    #[arg(long, value_name = "N", value_parser = count)]
    pub(crate) requests_per_minute: Option<NonZeroU32>,
    /// Most requests under way at once; a stream is under way until its last byte
    #[arg(long, value_name = "N", value_parser = count)]
    pub(crate) concurrent: Option<NonZeroU32>,
    /// Most tokens of requests and answers on a day (Kazakhstan)
    #[arg(long, value_name = "N", value_parser = large_count)]
    pub(crate) tokens_per_day: Option<NonZeroU64>,
    #[command(flatten)]
    pub(crate) data: Data,
}

#[derive(Debug, Args)]
pub(crate) struct KeyList {
    /// Only the keys of this AI system
    #[arg(long, value_name = "S")]
    pub(crate) system: Option<SystemKey>,
    /// As a JSON array instead of a table
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) data: Data,
}

#[derive(Debug, Args)]
pub(crate) struct KeyRevoke {
    /// The AI system
    #[arg(long, value_name = "S")]
    pub(crate) system: SystemKey,
    /// The id of one key; without it all keys of the system
    #[arg(long, value_name = "ID", value_parser = key_id)]
    pub(crate) key: Option<KeyId>,
    #[command(flatten)]
    pub(crate) data: Data,
}

#[derive(Debug, Args)]
pub(crate) struct KeyRotate {
    /// The AI system
    #[arg(long, value_name = "S")]
    pub(crate) system: SystemKey,
    /// The id of the key to replace; needed where several are valid
    #[arg(long, value_name = "ID", value_parser = key_id)]
    pub(crate) key: Option<KeyId>,
    /// For how many hours the old key stays valid; without it, it is revoked at once
    #[arg(long, value_name = "HOURS", default_value_t = 0, value_parser = hours, hide_default_value = true)]
    pub(crate) overlap: u32,
    /// The new key's last day (YYYY-MM-DD, Kazakhstan); without it the old key's
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub(crate) expires: Option<jiff::civil::Date>,
    #[command(flatten)]
    pub(crate) data: Data,
}

fn key_id(text: &str) -> Result<KeyId, &'static str> {
    text.parse().map_err(|_| "a key's id is what `darbaza key list` shows, a UUID")
}

fn count(text: &str) -> Result<NonZeroU32, &'static str> {
    text.parse().map_err(|_| "a limit is a whole number from 1 to 4294967295")
}

/// What the store can hold.
fn large_count(text: &str) -> Result<NonZeroU64, &'static str> {
    let number = text.parse().ok().filter(|n: &NonZeroU64| i64::try_from(n.get()).is_ok());
    number.ok_or("a limit is a whole number from 1 to 9223372036854775807")
}

fn hours(text: &str) -> Result<u32, &'static str> {
    const YEAR: u32 = 366 * 24;
    let hours = text.parse().ok().filter(|hours| *hours <= YEAR);
    hours.ok_or("an overlap is a whole number of hours, 8784 at most")
}
