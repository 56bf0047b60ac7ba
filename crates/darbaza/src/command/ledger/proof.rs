//! `darbaza ledger proof`.

use std::path::Path;
use std::process::ExitCode;

use darbaza_core::Receipt;
use darbaza_ledger::RecordProof;
use darbaza_publisher::TileFolder;
use darbaza_store::{DecisionLeaf, LedgerReader};

use super::{checkpoint, parsed, reader, unreadable};
use crate::cli::LedgerProof;
use crate::command::say;
use crate::failure::{Exit, Failure, with_sources};
use crate::server::LEDGER_FOLDER;

/// Writes the proof of a decision, and the record beside it.
pub(in crate::command) fn proof(options: &LedgerProof) -> Result<ExitCode, Failure> {
    let data = options.data.folder()?;
    let store = reader(&data)?;
    let found = store.decision(options.receipt).map_err(|why| unreadable(&data, &with_sources(&why)))?;
    let Some(leaf) = found else {
        return Err(Failure::new(
            Exit::Negative,
            format!("there is no decision with the receipt {}", options.receipt),
            "the ledger of this data folder does not hold it",
            "compare the receipt with the header Darbaza-Receipt of the answer",
        ));
    };
    // The journal only points to the record; the record itself says of which decision it is.
    if receipt_of(&leaf.bytes) != Some(options.receipt) {
        return Err(Failure::new(
            Exit::Negative,
            format!("record {} is not of the decision {}", leaf.index, options.receipt),
            "the database names a record that is another one's",
            "run `darbaza ledger verify` on this folder",
        ));
    }
    let tiles = TileFolder::new(data.join(LEDGER_FOLDER));
    let checkpoint = parsed(&checkpoint(&tiles)?)?;
    if checkpoint.head().size <= leaf.index {
        return Err(Failure::new(
            Exit::Negative,
            "the decision is recorded and not in a checkpoint yet",
            format!(
                "it is record {}, the last checkpoint is of {} records",
                leaf.index,
                checkpoint.head().size
            ),
            "try again in a second",
        ));
    }
    let proof = RecordProof::make(&tiles, checkpoint, leaf.index).map_err(|why| {
        let remedy = "run `darbaza ledger verify` on this folder";
        Failure::new(Exit::Negative, "the ledger does not prove it", with_sources(&why), remedy)
    })?;
    match &options.out {
        None => say(proof.to_string().trim_end()),
        Some(file) => {
            write(file, proof.to_string().as_bytes())?;
            write(&file.with_extension("json"), &leaf.bytes)?;
            say(format_args!("proof of record {} written to {}", leaf.index, file.display()));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn receipt_of(record: &[u8]) -> Option<Receipt> {
    serde_json::from_slice::<DecisionLeaf>(record).ok().map(|decision| decision.receipt)
}

fn write(path: &Path, content: &[u8]) -> Result<(), Failure> {
    std::fs::write(path, content).map_err(|why| {
        Failure::environment(
            format!("{} cannot be written", path.display()),
            why,
            "name another file with --out",
        )
    })
}
