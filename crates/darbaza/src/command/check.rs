//! `darbaza check`: what is wrong, where, and what to do; nothing is started.

use std::path::Path;
use std::process::ExitCode;

use super::say;
use crate::config;
use crate::failure::{Exit, Failure};

/// Says every problem, or what the configuration holds.
pub(super) fn run(file: &Path) -> Result<ExitCode, Failure> {
    std::fs::File::open(file).map_err(|why| config::unopened(file, &why))?;
    Ok(match config::read(file) {
        Ok((config, register)) => {
            let systems: Vec<&str> = register.systems().map(|s| s.key.as_str()).collect();
            say(format_args!("{}: nothing wrong", file.display()));
            say(format_args!("  register   {} (version {})", config.register.display(), register.version()));
            say(format_args!("  AI systems {}", listed(&systems)));
            say(format_args!("  gate       {}", config.gateway.listen));
            ExitCode::SUCCESS
        }
        Err(findings) => {
            findings.iter().for_each(say);
            let word = if findings.len() == 1 { "problem" } else { "problems" };
            say(format_args!("{} {word}", findings.len()));
            ExitCode::from(Exit::Negative as u8)
        }
    })
}

/// All of a few; of many the first.
fn listed(systems: &[&str]) -> String {
    const FEW: usize = 20;
    match systems.split_at_checked(FEW) {
        Some((first, rest)) if !rest.is_empty() => format!("{} and {} more", first.join(", "), rest.len()),
        _ => systems.join(", "),
    }
}
