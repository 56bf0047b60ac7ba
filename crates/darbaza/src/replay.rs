//! Requests of the last days, asked once more: what a register would decide on them today.

use std::collections::{BTreeMap, BTreeSet};

use darbaza_core::{Category, CategoryCounts, ModelName, Purpose, SystemKey};
use darbaza_policy::{ANY_NAME, Decision, Persons, Policy, Question, RequestedPurpose};
use darbaza_store::{DecisionLeaf, LedgerReader, StoreError};
use jiff::Timestamp;
use jiff::civil::Date;

/// Leaves that are read at once.
const AT_ONCE: usize = 10_000;

/// What a decision hangs on, beside the register and the day.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Asked {
    /// The AI system.
    pub(crate) system: SystemKey,
    /// The purpose; none where none was known.
    pub(crate) purpose: Option<Purpose>,
    /// The named model; none where it was another name.
    model: Option<ModelName>,
    parameters: Vec<String>,
    /// What was found.
    pub(crate) categories: BTreeSet<Category>,
}

/// Past requests, grouped by what their decision hangs on.
#[derive(Debug, Default)]
pub(crate) struct Past {
    /// How many requests of each group there were.
    pub(crate) groups: BTreeMap<Asked, u64>,
    /// How many there were in all.
    pub(crate) requests: u64,
}

impl Past {
    /// The requests since that time.
    ///
    /// # Errors
    ///
    /// The ledger's.
    pub(crate) fn since(ledger: &dyn LedgerReader, since: Timestamp) -> Result<Past, StoreError> {
        let mut past = Past::default();
        let mut at = first_since(ledger, since)?;
        loop {
            let leaves = ledger.leaves(at, AT_ONCE)?;
            let Some(last) = leaves.last() else { return Ok(past) };
            at = last.index + 1;
            for leaf in &leaves {
                // Outcomes and notes are other forms, and so not read here.
                if let Ok(decision) = serde_json::from_slice::<DecisionLeaf>(&leaf.bytes) {
                    past.requests += 1;
                    *past.groups.entry(Asked::of(decision)).or_default() += 1;
                }
            }
        }
    }
}

/// The first leaf since that time. Times rise with the index, but for the moments by which writers
/// overtake each other.
fn first_since(ledger: &dyn LedgerReader, since: Timestamp) -> Result<u64, StoreError> {
    let (mut low, mut high) = (0, ledger.head()?.size);
    while low < high {
        let middle = low + (high - low) / 2;
        let leaf = ledger.leaves(middle, 1)?;
        let at = leaf.first().and_then(|leaf| time_of(&leaf.bytes));
        if at.is_some_and(|at| at < since) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    Ok(low)
}

fn time_of(bytes: &[u8]) -> Option<Timestamp> {
    #[derive(serde::Deserialize)]
    struct Timed {
        at: Timestamp,
    }
    serde_json::from_slice::<Timed>(bytes).ok().map(|timed| timed.at)
}

impl Asked {
    /// What the request of that decision asked.
    pub(crate) fn of(decision: DecisionLeaf) -> Asked {
        Asked {
            system: decision.system,
            purpose: decision.purpose,
            model: decision.model,
            parameters: decision.parameters,
            categories: decision.findings.categories().collect(),
        }
    }

    /// Asks a policy on that day.
    pub(crate) fn ask<T>(&self, today: Date, ask: impl FnOnce(&Question<'_>) -> T) -> T {
        self.ask_for(self.purpose.as_ref().map(Purpose::as_str), today, ask)
    }

    /// Asks a policy on that day as a caller does whose purpose is none of the system's or the key's.
    pub(crate) fn ask_without_purpose<T>(&self, today: Date, ask: impl FnOnce(&Question<'_>) -> T) -> T {
        self.ask_for(Some(ANY_NAME), today, ask)
    }

    fn ask_for<T>(&self, purpose: Option<&str>, today: Date, ask: impl FnOnce(&Question<'_>) -> T) -> T {
        let mut findings = CategoryCounts::default();
        self.categories.iter().for_each(|category| findings.add(*category));
        let parameters: Vec<&str> = self.parameters.iter().map(String::as_str).collect();
        ask(&Question {
            system: &self.system,
            purpose: RequestedPurpose { declared: purpose, key: &[] },
            model: self.model.as_ref().map_or(ANY_NAME, |name| name.as_str()),
            findings: &findings,
            parameters: &parameters,
            persons: Persons::default(),
            today,
        })
    }
}

/// A group of requests that two registers decide otherwise.
#[derive(Debug)]
pub(crate) struct Otherwise {
    pub(crate) asked: Asked,
    pub(crate) requests: u64,
    pub(crate) old: String,
    pub(crate) new: String,
}

/// The groups that the new register decides otherwise than the old one on that day, the largest
/// first.
pub(crate) fn otherwise(past: Past, old: &Policy, new: &Policy, today: Date) -> Vec<Otherwise> {
    let mut found: Vec<Otherwise> = past
        .groups
        .into_iter()
        .filter_map(|(asked, requests)| {
            let (before, after) = asked.ask(today, |q| (told(&old.decide(q)), told(&new.decide(q))));
            (before != after).then_some(Otherwise { asked, requests, old: before, new: after })
        })
        .collect();
    found.sort_by_key(|group| std::cmp::Reverse(group.requests));
    found
}

/// A decision in a few words.
pub(crate) fn told(decision: &Decision) -> String {
    match decision {
        Decision::Send(sending) => {
            let clear: Vec<&str> = sending
                .ways
                .iter()
                .filter(|(_, way)| **way == darbaza_core::Way::Clear)
                .map(|(category, _)| category.as_str())
                .collect();
            let clear =
                if clear.is_empty() { String::new() } else { format!(", clear: {}", clear.join(" ")) };
            format!("{} over {}{clear}", sending.action, sending.route)
        }
        Decision::Hold(held) => format!("held by {}", held.rule.id),
        Decision::Refuse(refusal) => format!("refused: {} by {}", refusal.code(), refusal.rule.id),
    }
}
