//! `darbaza register plan`: what a register would change, before it does.

use std::process::ExitCode;

use darbaza_gateway::day_of;
use darbaza_policy::{Policy, TableDifference};
use darbaza_register::Difference;
use darbaza_store::{KeyState, KeyStore};
use darbaza_store_sqlite::SqliteLedgerReader;
use jiff::{SignedDuration, Timestamp};

use super::{check, in_force, policy_of, read, unreadable, versions};
use crate::cli::RegisterPlan;
use crate::command::say;
use crate::failure::Failure;
use crate::register_desk::compile;
use crate::replay::{Past, otherwise};

/// Groups of requests that are listed.
const LISTED: usize = 20;

/// Shows the difference; exit code 0 also where there is none.
pub(super) fn run(options: &RegisterPlan) -> Result<ExitCode, Failure> {
    let text = read(&options.file)?;
    let new = compile(&text)?;
    let store = versions(&options.data)?;
    let current = in_force(&store)?;
    let old = policy_of(&current)?;
    let (number, version) = (current.number, &current.register.version);
    let file = options.file.display();
    if old.register().version() == new.register().version() {
        say(format_args!("{file} says what is in force already: number {number}, version {version}"));
        return Ok(ExitCode::SUCCESS);
    }
    say(format_args!(
        "{file} (version {}) against number {number} (version {version})\n",
        new.register().version()
    ));
    say("Facts");
    say(indented(&Difference::between(old.register(), new.register()).to_string()));
    let today = day_of(Timestamp::now());
    let change = TableDifference::between(&old.table(today), &new.table(today));
    say("Who may send what where");
    say(if change.is_empty() { "  no change\n".to_owned() } else { indented(&change.to_string()) });
    keys(&store, &new)?;
    requests(options, &old, &new)?;
    check::warn(&new);
    say(format_args!("\ndarbaza register apply {file} --expect {version}   puts it in force"));
    Ok(ExitCode::SUCCESS)
}

/// Keys that open something today and would open nothing any more.
fn keys(store: &dyn KeyStore, new: &Policy) -> Result<(), Failure> {
    let now = Timestamp::now();
    let valid = store.keys().map_err(unreadable)?.into_iter().filter(|key| key.state(now) == KeyState::Valid);
    let mut lost = Vec::new();
    for key in valid {
        let issued = &key.issued;
        let why = match new.register().system(&issued.system) {
            None => "its system is gone".to_owned(),
            Some(system) if issued.purposes.is_empty() => match system.uses.is_empty() {
                true => "its system has no purpose".to_owned(),
                false => continue,
            },
            Some(system) if issued.purposes.iter().any(|p| system.uses.contains_key(p)) => continue,
            Some(_) => "none of the purposes that it is bound to is left".to_owned(),
        };
        lost.push(format!("  {} of {}: {why}", issued.id, issued.system));
    }
    if !lost.is_empty() {
        say("API keys that would open nothing");
        lost.iter().for_each(say);
        say("");
    }
    Ok(())
}

fn requests(options: &RegisterPlan, old: &Policy, new: &Policy) -> Result<(), Failure> {
    let now = Timestamp::now();
    let since = now - SignedDuration::from_hours(24 * i64::from(options.days));
    let ledger = SqliteLedgerReader::open(&options.data.folder()?).map_err(unreadable)?;
    let past = Past::since(&ledger, since).map_err(unreadable)?;
    let (days, requests) = (options.days, past.requests);
    say(format_args!("Requests of the last {days} days ({requests} in the ledger)"));
    let found = otherwise(past, old, new, day_of(now));
    let total: u64 = found.iter().map(|group| group.requests).sum();
    if total == 0 {
        say("  none would be decided otherwise");
        return Ok(());
    }
    say(format_args!("  {total} would be decided otherwise"));
    for group in found.iter().take(LISTED) {
        let purpose = group.asked.purpose.as_ref().map_or("no purpose", |p| p.as_str());
        let words: Vec<&str> = group.asked.categories.iter().map(|c| c.as_str()).collect();
        let with = if words.is_empty() { "nothing found".to_owned() } else { words.join(" ") };
        say(format_args!("  {} of {}, {purpose}, {with}", group.requests, group.asked.system));
        say(format_args!("      {} -> {}", group.old, group.new));
    }
    if found.len() > LISTED {
        say(format_args!("  and {} smaller groups", found.len() - LISTED));
    }
    Ok(())
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("  {line}\n")).collect()
}
