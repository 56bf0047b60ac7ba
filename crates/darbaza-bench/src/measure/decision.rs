//! How long a decision takes with a register of 1,000 systems: asked for the first time, and again.

use std::fmt::Write;
use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, anyhow, ensure};
use darbaza_core::{Category, CategoryCounts, SystemKey};
use darbaza_policy::{Decision, Persons, Policy, Question, RequestedPurpose};
use darbaza_register::Register;

use crate::figure::Figure;
use crate::histogram::Histogram;

const SYSTEMS: usize = 1000;
/// Asked again, for each system.
const REPEATS: usize = 100;
/// Categories of one request.
const FOUND: [Category; 5] =
    [Category::Person, Category::Iin, Category::Phone, Category::Email, Category::Iban];
/// Bounds of the 99th percentile, in microseconds.
const UNCACHED: f64 = 500.0;
const CACHED: f64 = 50.0;

/// The decision alone, without HTTP or disk: 5 categories found, all masked for a vendor abroad.
pub(super) fn decide(name: &str) -> anyhow::Result<Vec<Figure>> {
    let register = Register::read(&register()?).map_err(|why| anyhow!("{why}"))?;
    let policy = Policy::compile(Arc::new(register)).map_err(|problems| anyhow!("{problems:?}"))?;
    let mut findings = CategoryCounts::default();
    FOUND.into_iter().for_each(|category| findings.add(category));
    let (mut first, mut again) = (Histogram::default(), Histogram::default());
    for number in 0..SYSTEMS {
        let system: SystemKey = key(number).parse().map_err(|_| anyhow!("the key of a system"))?;
        let question = Question {
            system: &system,
            purpose: RequestedPurpose { declared: None, key: &[] },
            model: "any",
            findings: &findings,
            parameters: &[],
            persons: Persons::default(),
            today: jiff::civil::date(2026, 11, 24),
        };
        for repeat in 0..=REPEATS {
            let begun = Instant::now();
            let decision = black_box(policy.decide(black_box(&question)));
            let took = begun.elapsed();
            ensure!(matches!(decision, Decision::Send(_)), "{system} was refused");
            if repeat == 0 { first.add(took) } else { again.add(took) }
        }
    }
    let microseconds = |times: &Histogram, share| times.quantile(share) * 1000.0;
    let note = |times: &Histogram| format!("p50 {:.1} µs, 5 categories", microseconds(times, 0.5));
    Ok(vec![
        Figure::lower(name, "uncached p99", microseconds(&first, 0.99), "µs")
            .target(UNCACHED)
            .grain(50.0)
            .note(note(&first)),
        Figure::lower(name, "cached p99", microseconds(&again, 0.99), "µs")
            .target(CACHED)
            .grain(5.0)
            .note(note(&again)),
    ])
}

fn key(number: usize) -> String {
    format!("system-{number}")
}

/// The sample's vendors and routes, and many systems like its support chat.
fn register() -> anyhow::Result<String> {
    let sample = crate::gate::REGISTER;
    let (others, systems) = sample.split_once("\nsystems:\n").context("the sample has no systems")?;
    let (first, _) = systems.split_once("\n\n").context("the sample has one system")?;
    ensure!(first.contains("key: support-chat"), "the sample's first system is another one");
    let mut text = format!("{others}\nsystems:\n");
    for number in 0..SYSTEMS {
        writeln!(text, "{}", first.replacen("support-chat", &key(number), 1))?;
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_register_has_a_thousand_systems() {
        let register = Register::read(&register().unwrap()).unwrap_or_else(|why| panic!("{why}"));
        assert!(register.system(&key(999).parse().unwrap()).is_some());
        assert!(register.system(&"support-chat".parse().unwrap()).is_none());
    }
}
