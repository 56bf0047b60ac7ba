//! `darbaza explain`: why a request was decided as it was, or how one would be.

mod print;

use std::process::ExitCode;

use darbaza_core::{CategoryCounts, Receipt};
use darbaza_gateway::day_of;
use darbaza_policy::{Explanation, Persons, Policy, Question, RequestedPurpose};
use darbaza_store::{DecisionLeaf, LedgerReader, RegisterStore};
use darbaza_store_sqlite::{SqliteLedgerReader, SqliteMain};
use jiff::Timestamp;

use crate::cli::Explain;
use crate::failure::{Exit, Failure, with_sources};
use crate::register_desk::compile;
use crate::replay::Asked;

/// Explains a decision of the ledger, or a request that nobody sent yet.
pub(super) fn run(options: &Explain) -> Result<ExitCode, Failure> {
    let folder = options.data.folder()?;
    let store = SqliteMain::open_reader(&folder).map_err(|why| unreadable(&why))?;
    let explanation = match &options.receipt {
        Some(receipt) => {
            let ledger = SqliteLedgerReader::open(&folder).map_err(|why| unreadable(&why))?;
            of_receipt(*receipt, &ledger, &store)?
        }
        None => of_request(options, &store)?,
    };
    print::print(&explanation, options.lang, options.json);
    Ok(ExitCode::SUCCESS)
}

/// By the register that the decision names, on its day.
fn of_receipt(
    receipt: Receipt,
    ledger: &dyn LedgerReader,
    store: &dyn RegisterStore,
) -> Result<Explanation, Failure> {
    let stored = ledger.decision(receipt).map_err(|why| unreadable(&why))?.ok_or_else(|| {
        Failure::new(
            Exit::Negative,
            format!("no decision has the receipt {receipt}"),
            "it is not in the ledger of this data folder",
            "name what the header Darbaza-Receipt of an answer held, and the data folder with --data",
        )
    })?;
    let leaf: DecisionLeaf = serde_json::from_slice(&stored.bytes).map_err(|why| {
        Failure::environment("the decision's record cannot be read", why, "use the version that wrote it")
    })?;
    let version = store.version(&leaf.register).map_err(|why| unreadable(&why))?.ok_or_else(|| {
        Failure::environment(
            format!("the register with version {} is not kept", leaf.register),
            "the decision was taken before registers were kept in the data folder",
            "explain it by the file that was in force then: darbaza register table FILE",
        )
    })?;
    let policy = compile(&version.register.text)?;
    let day = day_of(leaf.at);
    Ok(Asked::of(leaf).ask(day, |question| policy.explain(question)))
}

fn of_request(options: &Explain, store: &dyn RegisterStore) -> Result<Explanation, Failure> {
    let current = store.in_force().map_err(|why| unreadable(&why))?.ok_or_else(|| {
        Failure::usage(
            "no register is in force",
            "no server was started with this data folder since registers are kept in it",
            "start one with `darbaza serve` or `darbaza demo`",
        )
    })?;
    let policy: Policy = compile(&current.register.text)?;
    let Some(system) = &options.system else {
        return Err(Failure::usage("nothing to explain", "neither receipt nor system", "name one of them"));
    };
    let mut findings = CategoryCounts::default();
    options.categories.iter().for_each(|category| findings.add(*category));
    Ok(policy.explain(&Question {
        system,
        purpose: RequestedPurpose { declared: options.purpose.as_ref().map(|p| p.as_str()), key: &[] },
        model: options.model.as_deref().unwrap_or("any other name"),
        findings: &findings,
        parameters: &[],
        persons: Persons::default(),
        today: day_of(Timestamp::now()),
    }))
}

fn unreadable(why: &darbaza_store::StoreError) -> Failure {
    Failure::environment(
        "the data folder cannot be read",
        with_sources(why),
        "name the folder of a gate with --data, and look at its permissions",
    )
}
