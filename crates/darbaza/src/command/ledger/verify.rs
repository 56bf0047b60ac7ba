//! `darbaza ledger verify`.

use std::path::Path;
use std::process::ExitCode;

use darbaza_ledger::{Frontier, RecordProof, Report, SignedCheckpoint, TreeHead, VerifierKey, leaf_hash};
use darbaza_publisher::{Export, TileFolder};
use darbaza_store::{LedgerReader, SignedHead, StoredLeaf};
use darbaza_store_sqlite::SqliteLedgerReader;

use super::{all_checkpoints, all_keys, checkpoint, reader, unreadable};
use crate::cli::LedgerVerify;
use crate::command::say;
use crate::failure::{Exit, Failure, with_sources};
use crate::server::LEDGER_FOLDER;

/// Leaves read from the database at once.
const AT_ONCE: usize = 4096;

/// A ledger in which nothing is wrong.
pub(in crate::command) struct Whole {
    report: Report,
    /// Records in the database, where there is one beside the tiles.
    database: Option<u64>,
}

/// What was found, or why not to believe the ledger.
pub(in crate::command) type Verdict = Result<Whole, String>;

/// Verifies folders, proof files or the ledger of a data folder; exit code 0 only where all holds.
pub(in crate::command) fn verify(options: &LedgerVerify) -> Result<ExitCode, Failure> {
    let keys = all_keys(&options.keys)?;
    let mut since = all_checkpoints(&options.since)?;
    let mut holds = true;
    if options.folders.is_empty() {
        let data = options.data.folder()?;
        let export = Export::new(options.data.export_folder(&data)?);
        // The second place first: what it has, the ledger must have already.
        since.extend(export.last().map_err(|why| unreadable(export.path(), &why))?);
        holds &= told(&data, of_data_folder(&data, &keys, &since)?);
    }
    for path in &options.folders {
        if !path.exists() {
            return Err(unreadable(path, &"there is nothing of that name"));
        }
        holds &=
            told(path, if path.is_file() { of_proof(path, &keys)? } else { of_folder(path, &keys, &since)? });
    }
    Ok(if holds { ExitCode::SUCCESS } else { ExitCode::from(Exit::Negative as u8) })
}

fn told(path: &Path, verdict: Verdict) -> bool {
    match &verdict {
        Ok(Whole { report, database }) => {
            let by = match &report.signed_by {
                Some(key) => format!("signed by {}", key.name()),
                None => "self-consistent only; without --key its owner could have rewritten it".to_owned(),
            };
            say(format_args!("{}: whole", path.display()));
            say(format_args!("  ledger     {}", report.origin));
            say(format_args!("  records    {}", report.head.size));
            if let Some(more) = database.filter(|size| *size > report.head.size) {
                let more = more - report.head.size;
                say(format_args!(
                    "             and {more} in the database, not in a checkpoint of the tiles yet"
                ));
            }
            say(format_args!("  root       {}", report.head.root));
            say(format_args!("  signature  {by}"));
            match report.continues.as_slice() {
                [] => {}
                [one] => say(format_args!("  continues  a checkpoint of {one} records")),
                [first, .., last] => say(format_args!(
                    "  continues  {} checkpoints, of {first} to {last} records",
                    report.continues.len()
                )),
            }
        }
        Err(why) => {
            say(format_args!("{}: NOT WHOLE", path.display()));
            say(format_args!("  {why}"));
        }
    }
    verdict.is_ok()
}

fn of_folder(path: &Path, keys: &[VerifierKey], since: &[String]) -> Result<Verdict, Failure> {
    let tiles = TileFolder::new(path);
    let note = checkpoint(&tiles)?;
    let since: Vec<&[u8]> = since.iter().map(String::as_bytes).collect();
    let verified = darbaza_ledger::verify(&tiles, note.as_bytes(), keys, &since, &mut |_, _| ());
    Ok(verified.map(|report| Whole { report, database: None }).map_err(|why| with_sources(&why)))
}

fn of_proof(path: &Path, keys: &[VerifierKey]) -> Result<Verdict, Failure> {
    let file = std::fs::read(path).map_err(|why| unreadable(path, &why))?;
    let record = path.with_extension("json");
    let entry = std::fs::read(&record).map_err(|why| unreadable(&record, &why))?;
    if keys.is_empty() {
        return Err(Failure::usage(
            "a proof cannot be verified without a key",
            "whoever made the proof could have made the ledger",
            "give the ledger's public key with --key",
        ));
    }
    let verified = RecordProof::parse(&file).and_then(|proof| {
        let head = proof.verify(&entry, keys)?;
        let origin = proof.checkpoint().checkpoint().origin().to_owned();
        let signed_by = proof.checkpoint().verify(keys).ok().cloned();
        Ok(Report { origin, head, signed_by, continues: Vec::new(), files: 1 })
    });
    Ok(verified.map(|report| Whole { report, database: None }).map_err(|why| with_sources(&why)))
}

/// Tiles and database, and that they tell the same story.
pub(in crate::command) fn of_data_folder(
    data: &Path,
    keys: &[VerifierKey],
    since: &[String],
) -> Result<Verdict, Failure> {
    let store = reader(data)?;
    let tiles = TileFolder::new(data.join(LEDGER_FOLDER));
    let signed = store.signed_head().map_err(|why| unreadable(data, &with_sources(&why)))?;
    let note = match (checkpoint(&tiles), &signed) {
        (Ok(note), _) => note,
        (Err(failure), None) => return Err(failure),
        (Err(_), Some(signed)) => {
            let size = signed.head.size;
            return Ok(Err(format!(
                "the database keeps a checkpoint of {size} records, the tiles hold none"
            )));
        }
    };
    if let Some(Err(why)) = signed.as_ref().map(|signed| believed(signed, keys)) {
        return Ok(Err(why));
    }
    let since: Vec<&[u8]> = since.iter().map(String::as_bytes).collect();
    let mut journal = Journal::new(&store, signed.map(|signed| signed.head));
    let verified = darbaza_ledger::verify(&tiles, note.as_bytes(), keys, &since, &mut |index, entry| {
        journal.compare(index, entry);
    });
    Ok(match (journal.difference.take(), verified) {
        (Some(difference), _) => Err(difference),
        (None, Err(why)) => Err(with_sources(&why)),
        (None, Ok(report)) => journal.finish().map(|size| Whole { report, database: Some(size) }),
    })
}

/// The checkpoint that the database keeps: its signature, and that it says what the row says.
fn believed(signed: &SignedHead, keys: &[VerifierKey]) -> Result<(), String> {
    let wrong = |why: &str| format!("the checkpoint in the database is not to be believed: {why}");
    let checkpoint =
        SignedCheckpoint::parse(signed.note.as_bytes()).map_err(|why| wrong(&with_sources(&why)))?;
    if checkpoint.head() != signed.head {
        return Err(wrong("it is of another head than the one beside it"));
    }
    if !keys.is_empty() {
        checkpoint.verify(keys).map_err(|why| wrong(&with_sources(&why)))?;
    }
    Ok(())
}

/// The database's leaves beside the tiles' entries.
struct Journal<'s> {
    store: &'s SqliteLedgerReader,
    /// The head that the database keeps as signed; its leaves must lead to it on the way.
    signed: Option<TreeHead>,
    leaves: std::vec::IntoIter<StoredLeaf>,
    tree: Frontier,
    difference: Option<String>,
}

impl<'s> Journal<'s> {
    fn new(store: &'s SqliteLedgerReader, signed: Option<TreeHead>) -> Journal<'s> {
        Journal { store, signed, leaves: Vec::new().into_iter(), tree: Frontier::new(), difference: None }
    }

    fn next(&mut self) -> Option<StoredLeaf> {
        if self.leaves.len() == 0 {
            match self.store.leaves(self.tree.size(), AT_ONCE) {
                Ok(leaves) => self.leaves = leaves.into_iter(),
                Err(why) => self.differ(format!("the database cannot be read: {}", with_sources(&why))),
            }
        }
        self.leaves.next()
    }

    fn differ(&mut self, why: String) {
        self.difference.get_or_insert(why);
    }

    fn compare(&mut self, index: u64, entry: &[u8]) {
        if self.difference.is_some() {
            return;
        }
        match self.next() {
            Some(leaf) if leaf.index != index => {
                self.differ(format!("record {index} is missing from the database"));
            }
            Some(leaf) if leaf.bytes == entry => self.append(&leaf),
            Some(_) => self.differ(format!("record {index} differs between the database and the tiles")),
            None => self.differ(format!("the database ends before record {index}, which was signed")),
        }
    }

    fn append(&mut self, leaf: &StoredLeaf) {
        self.tree.append(leaf_hash(&leaf.bytes));
        if let Some(signed) = self.signed.filter(|signed| signed.size == self.tree.size())
            && signed != self.tree.head()
        {
            self.differ(format!(
                "the first {} records in the database are not those of the checkpoint it keeps",
                signed.size
            ));
        }
    }

    /// What the database holds beyond the tiles must lead to its own heads; how much it holds.
    fn finish(mut self) -> Result<u64, String> {
        let head = self.store.head().map_err(|why| with_sources(&why))?;
        while self.tree.size() < head.size
            && let Some(leaf) = self.next()
        {
            if leaf.index != self.tree.size() {
                return Err(format!("record {} is missing from the database", self.tree.size()));
            }
            self.append(&leaf);
        }
        if let Some(difference) = self.difference {
            return Err(difference);
        }
        if self.tree.head() == head {
            Ok(head.size)
        } else {
            Err("the records in the database do not have the root that it keeps".to_owned())
        }
    }
}
