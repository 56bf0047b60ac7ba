//! `darbaza register table`: who may send what where.

use std::process::ExitCode;

use darbaza_gateway::day_of;
use darbaza_policy::TableDifference;
use jiff::Timestamp;

use super::{in_force, numbered, policy_of, read, versions};
use crate::cli::RegisterTable;
use crate::command::say;
use crate::failure::Failure;
use crate::register_desk::compile;

/// Prints the table, or its difference from an earlier register's.
pub(super) fn run(options: &RegisterTable) -> Result<ExitCode, Failure> {
    let day = options.day.unwrap_or_else(|| day_of(Timestamp::now()));
    let policy = match &options.file {
        Some(file) => compile(&read(file)?)?,
        None => policy_of(&in_force(&versions(&options.data)?)?)?,
    };
    let table = policy.table(day);
    let Some(number) = options.since else {
        say(table.to_string().trim_end());
        return Ok(ExitCode::SUCCESS);
    };
    let earlier = policy_of(&numbered(&versions(&options.data)?, number)?)?.table(day);
    let difference = TableDifference::between(&earlier, &table);
    match difference.is_empty() {
        true => say(format_args!("everything may go as it might by number {number}")),
        false => say(difference.to_string().trim_end()),
    }
    Ok(ExitCode::SUCCESS)
}
