//! Vendors and their contracts.

use darbaza_core::CountryCode;
use serde_saphyr::Spanned;

use super::build::{Builder, define, line};
use crate::file::VendorEntry;
use crate::model::{Contract, Vendor};
use crate::problem::Problem;

impl Builder {
    pub(super) fn vendor(&mut self, entry: VendorEntry) {
        let key = &entry.key.value;
        if entry.local && entry.country.value != CountryCode::KZ {
            self.problem(
                line(&entry.country),
                format!("vendor {key} is local and in {}", entry.country.value),
                "write `country: KZ`: a service in the company's own network is in its country; or take \
                 `local: true` out",
            );
        }
        let (contracts, problems) = contracts(&format!("vendor {key}"), entry.contracts);
        self.problems.extend(problems);
        let vendor = Vendor {
            key: key.clone(),
            name: entry.name,
            country: entry.country.value,
            local: entry.local,
            contracts,
            training: entry.training,
            retention_days: entry.retention_days,
            sub_processors: entry.sub_processors,
        };
        define(&mut self.register.vendors, &mut self.problems, "vendor", entry.key, vendor);
    }
}

/// The contracts by their days, and what is wrong with them: on each day at most one speaks, or
/// nobody could say which one was relied on.
fn contracts(of: &str, mut entries: Vec<Spanned<Contract>>) -> (Vec<Contract>, Vec<Problem>) {
    entries.sort_by_key(|entry| (entry.value.from, entry.value.until));
    let mut problems = Vec::new();
    let mut last: Option<&Spanned<Contract>> = None;
    for entry in &entries {
        let contract = &entry.value;
        if contract.from.is_some_and(|from| from > contract.until) {
            problems.push(Problem {
                line: line(entry),
                what: format!("contract {} of {of} ends before it begins", contract.number),
                remedy: "write the first day as `from` and the last one as `until`".to_owned(),
            });
            continue;
        }
        if let Some(other) = last.filter(|other| other.value.period().overlaps(&contract.period())) {
            let (first, second) = if line(other) <= line(entry) { (other, entry) } else { (entry, other) };
            problems.push(Problem {
                line: line(second),
                what: format!(
                    "contracts {} and {} of {of} hold on one day",
                    first.value.number, second.value.number
                ),
                remedy: "let one end on the day before the next begins: `from`, `until`".to_owned(),
            });
        }
        if last.is_none_or(|last| last.value.until <= contract.until) {
            last = Some(entry);
        }
    }
    (entries.into_iter().map(|entry| entry.value).collect(), problems)
}
