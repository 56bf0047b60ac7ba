//! `darbaza register check`.

use std::process::ExitCode;

use darbaza_core::{Category, Way};
use darbaza_gateway::day_of;
use darbaza_wire::chat::SensitiveParameter;
use jiff::Timestamp;

use super::{problems_or_policy, read};
use crate::cli::RegisterCheck;
use crate::command::say;
use crate::failure::{Exit, Failure};

/// Says every problem with line and remedy, or what the register holds.
pub(super) fn run(options: &RegisterCheck) -> Result<ExitCode, Failure> {
    let file = options.file.display();
    let policy = match problems_or_policy(&read(&options.file)?) {
        Ok(policy) => policy,
        Err(problems) => {
            for problem in &problems {
                say(format_args!("{file}:{}: {}\n  do: {}", problem.line, problem.what, problem.remedy));
            }
            let word = if problems.len() == 1 { "problem" } else { "problems" };
            say(format_args!("{} {word}", problems.len()));
            return Ok(ExitCode::from(Exit::Negative as u8));
        }
    };
    let register = policy.register();
    say(format_args!("{file}: nothing wrong (version {})", register.version()));
    let counts = [
        ("organisations", register.organisations().count()),
        ("bases", register.bases().count()),
        ("countries", register.countries().count()),
        ("vendors", register.vendors().count()),
        ("routes", register.routes().count()),
        ("AI systems", register.systems().count()),
        ("rules", register.rules().count()),
    ];
    for (kind, count) in counts.into_iter().filter(|(_, count)| *count > 0) {
        say(format_args!("  {count} {kind}"));
    }
    warn(&policy);
    Ok(ExitCode::SUCCESS)
}

/// Says which rules of the company stop more than one would expect, and which parameters are allowed
/// that the gate would never ask for.
pub(super) fn warn(policy: &darbaza_policy::Policy) {
    for system in policy.register().systems() {
        let known = |name: &str| SensitiveParameter::ALL.iter().any(|parameter| parameter.as_str() == name);
        for name in system.parameters.iter().filter(|name| !known(name)) {
            say(format_args!(
                "warning: system {}: parameter {name:?} is none that the gate knows: nothing is allowed by it",
                system.key
            ));
        }
    }
    for system in policy.register().systems() {
        for use_ in system.uses.values() {
            let bases: Vec<_> = use_.bases.iter().filter_map(|key| policy.register().base(key)).collect();
            let listed = |category: &Category| bases.iter().any(|base| base.categories.contains(category));
            let sent =
                use_.ways.iter().filter(|(_, way)| **way != Way::Refused).map(|(category, _)| category);
            for category in sent.filter(|category| !bases.is_empty() && !listed(category)) {
                say(format_args!(
                    "warning: system {}: {} works with {category}, which is in the list of none of its bases \
                     (PD 25(2)(1))",
                    system.key, use_.purpose
                ));
            }
        }
    }
    if policy.register().systems().next().is_none() {
        say("warning: it has no AI system, so every request would be refused");
    }
    for (rule, stopped, of) in policy.reach_of_rules(day_of(Timestamp::now())) {
        if stopped == of && of > 0 {
            say(format_args!(
                "warning: rule {rule} stops everything: all {of} combinations of system, purpose, route and \
                 category that would go without it"
            ));
        } else if stopped == 0 {
            say(format_args!("warning: rule {rule} stops nothing that would go without it"));
        } else {
            say(format_args!("rule {rule} stops {stopped} of {of} combinations that would go without it"));
        }
    }
}
