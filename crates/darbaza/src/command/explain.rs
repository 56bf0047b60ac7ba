//! `darbaza explain`: why a request was decided as it was, or how one would be.

mod outside;
mod print;
mod recorded;

use std::process::ExitCode;

use darbaza_core::{CategoryCounts, Receipt};
use darbaza_gateway::day_of;
use darbaza_policy::{ANY_NAME, Explanation, Persons, Policy, Question, RequestedPurpose};
use darbaza_store::{DecisionLeaf, LedgerReader, RegisterStore};
use darbaza_store_sqlite::SqliteLedgerReader;
use jiff::Timestamp;

use crate::cli::Explain;
use crate::command::register::{in_force, versions};
use crate::failure::{Exit, Failure, with_sources};
use crate::key_desk::unknown_system;
use crate::register_desk::compile;
use recorded::Recorded;

/// What is told: the record, where one was asked for, and what the rules say.
struct Told {
    recorded: Option<Recorded>,
    explanation: Explanation,
}

/// Explains a decision of the ledger, or a request that nobody sent yet.
pub(super) fn run(options: &Explain) -> Result<ExitCode, Failure> {
    let store = versions(&options.data)?;
    let told = match &options.receipt {
        Some(receipt) => {
            let ledger = SqliteLedgerReader::open(&options.data.folder()?).map_err(|why| unreadable(&why))?;
            let leaf = leaf_of(*receipt, &ledger)?;
            // What is recorded is told also where its register cannot be asked any more.
            of_record(leaf.clone(), &store).inspect_err(|_| print::record_alone(&leaf, options.json))?
        }
        None => Told { recorded: None, explanation: of_request(options, &store)? },
    };
    print::print(&told, options.lang, options.json);
    Ok(ExitCode::SUCCESS)
}

/// The record of a decision.
fn leaf_of(receipt: Receipt, ledger: &dyn LedgerReader) -> Result<DecisionLeaf, Failure> {
    let stored = ledger.decision(receipt).map_err(|why| unreadable(&why))?.ok_or_else(|| {
        Failure::new(
            Exit::Negative,
            format!("no decision has the receipt {receipt}"),
            "it is not in the ledger of this data folder",
            "name what the header Darbaza-Receipt of an answer held, and the data folder with --data",
        )
    })?;
    serde_json::from_slice(&stored.bytes).map_err(|why| {
        Failure::environment("the decision's record cannot be read", why, "use the version that wrote it")
    })
}

/// The record, and the rules by the register that it names, on its day.
fn of_record(leaf: DecisionLeaf, store: &dyn RegisterStore) -> Result<Told, Failure> {
    let version = store.version(&leaf.register).map_err(|why| unreadable(&why))?.ok_or_else(|| {
        Failure::environment(
            format!("the register with version {} is not kept", leaf.register),
            "the decision was taken before registers were kept in the data folder",
            "explain it by the file that was in force then: darbaza register table FILE",
        )
    })?;
    let policy = compile(&version.register.text)?;
    let (recorded, explanation) = Recorded::compared(leaf, version.number, &policy);
    Ok(Told { recorded: Some(recorded), explanation })
}

fn of_request(options: &Explain, store: &dyn RegisterStore) -> Result<Explanation, Failure> {
    let policy: Policy = compile(&in_force(store)?.register.text)?;
    let Some(system) = &options.system else {
        return Err(Failure::usage("nothing to explain", "neither receipt nor system", "name one of them"));
    };
    if policy.register().system(system).is_none() {
        return Err(unknown_system(policy.register(), system));
    }
    let mut findings = CategoryCounts::default();
    options.categories.iter().for_each(|category| findings.add(*category));
    let question = Question {
        system,
        purpose: RequestedPurpose { declared: options.purpose.as_ref().map(|p| p.as_str()), key: &[] },
        model: options.model.as_deref().unwrap_or(ANY_NAME),
        findings: &findings,
        parameters: &[],
        persons: Persons::default(),
        today: day_of(Timestamp::now()),
    };
    Ok(policy.explain(&question, &[]))
}

fn unreadable(why: &darbaza_store::StoreError) -> Failure {
    Failure::environment(
        "the data folder cannot be read",
        with_sources(why),
        "name the folder of a gate with --data, and look at its permissions",
    )
}
