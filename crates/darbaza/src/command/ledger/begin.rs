//! `darbaza ledger begin`: a new ledger under a new name, where the former one cannot be continued.
//!
//! A data folder that was restored from an older backup lacks records that a checkpoint went out for.
//! Going on from it would sign a second history under one name. So the former ledger is closed - kept
//! whole, and readable as a data folder is - and the first record of the new one names it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use darbaza_ledger::{SignedCheckpoint, VerifierKey};
use darbaza_publisher::Export;
use darbaza_store::{
    FormerLedger, LeafKind, LedgerBegunLeaf, LedgerReader, LedgerStore, NewLeaf, StoreError,
};
use darbaza_store_sqlite::{SqliteLedger, SqliteLedgerReader};
use jiff::Timestamp;

use super::{all_checkpoints, public_keys};
use crate::cli::{Data, LedgerBegin};
use crate::command::backup::CHECKPOINTS;
use crate::command::{runtime, say};
use crate::config::Config;
use crate::data_folder::{DataFolder, private_folder, sync_parent};
use crate::failure::{Failure, with_sources};
use crate::public_keys::FILE as PUBLIC_KEYS;
use crate::server::LEDGER_FOLDER;

/// Closed ledgers, each in a folder with the names of a data folder.
const CLOSED: &str = "closed";
/// Where the new ledger is made before it takes its place.
const NEXT: &str = "ledger-next";
const DATABASE: &str = "ledger.db";

/// Closes the ledger of the data folder and begins the one that the configuration names.
pub(in crate::command) fn begin(options: &LedgerBegin) -> Result<ExitCode, Failure> {
    let config = Data::read(&options.config)?;
    let data = config.data.clone();
    super::reader_or_begun(&data)?;
    let folder = DataFolder::own(&data).map_err(|why| why.into_failure(&data))?;
    let former = keys_of(&data)?;
    let Some(origin) = former.last().map(|key| key.name().to_owned()) else {
        return Err(Failure::usage(
            "there is no ledger to close",
            "the data folder has no public key yet",
            "start the gate; it begins the ledger that the configuration names",
        ));
    };
    check_new(&config, &origin)?;
    let newest = newest(&all_checkpoints(&options.since)?, &former)?;
    let closed = data.join(CLOSED).join(folder_name(&origin));
    let moving = Moving { data: folder.path(), closed: &closed };
    moving.exchange(|former| first_record(former, &origin, newest)).map_err(|why| match why {
        Unfinished::Store(why) => unfinished(&with_sources(&why)),
        Unfinished::Io(why) => unfinished(&why),
        Unfinished::Failure(failure) => failure,
    })?;
    say(format_args!("{}: begun", config.origin));
    say(format_args!("  former     {origin}, closed in {}", closed.display()));
    say(format_args!("  verify     darbaza ledger verify --data {}", closed.display()));
    Ok(ExitCode::SUCCESS)
}

fn keys_of(data: &Path) -> Result<Vec<VerifierKey>, Failure> {
    let file = data.join(LEDGER_FOLDER).join(PUBLIC_KEYS);
    if file.exists() { public_keys(&file.display().to_string()) } else { Ok(Vec::new()) }
}

/// The new ledger needs a name and a second place that no other ever had.
fn check_new(config: &Config, former: &str) -> Result<(), Failure> {
    if config.origin == former {
        return Err(Failure::usage(
            format!("the ledger already has the name {former}"),
            "two histories under one name are what nobody could believe",
            "write another origin into the configuration, such as the same with the next number at its end",
        ));
    }
    let export = config.export_folder();
    let empty = Export::new(&export).last().map(|last| last.is_none());
    if export == config.data.join(CHECKPOINTS) || matches!(empty, Ok(true)) {
        return Ok(());
    }
    Err(Failure::usage(
        format!("{} holds the checkpoints of another ledger", export.display()),
        "what was exported is kept where it is, as the proof of what went out",
        "write a new folder as export into the configuration",
    ))
}

/// The largest of the checkpoints that the former ledger's owner knows to have gone out.
fn newest(since: &[String], keys: &[VerifierKey]) -> Result<Option<SignedCheckpoint>, Failure> {
    let mut newest: Option<SignedCheckpoint> = None;
    for note in since {
        let checkpoint = super::parsed(note)?;
        if let Err(why) = checkpoint.verify(keys) {
            return Err(Failure::usage(
                "a checkpoint is not one of the former ledger",
                with_sources(&why),
                "name files that this ledger's checkpoints were exported to",
            ));
        }
        if newest.as_ref().is_none_or(|known| known.head().size < checkpoint.head().size) {
            newest = Some(checkpoint);
        }
    }
    Ok(newest)
}

/// The first record of the new ledger: what it follows, and how much of that is known to be lost.
fn first_record(
    former: &SqliteLedger,
    origin: &str,
    newest: Option<SignedCheckpoint>,
) -> Result<LedgerBegunLeaf, StoreError> {
    let head = former.head()?;
    let signed = newest.map(|checkpoint| checkpoint.head());
    let signed = signed.or(former.signed_head()?.map(|signed| signed.head));
    Ok(LedgerBegunLeaf {
        v: 1,
        at: Timestamp::now(),
        former: FormerLedger {
            origin: origin.to_owned(),
            records: head.size,
            root: head.root.to_string(),
            signed_records: signed.map_or(0, |head| head.size),
            signed_root: signed.map(|head| head.root.to_string()),
        },
    })
}

/// The files on their way. Each step is a rename that is done or not, so that an interrupted run is
/// continued by the next.
struct Moving<'a> {
    data: &'a Path,
    closed: &'a Path,
}

enum Unfinished {
    Io(io::Error),
    Store(StoreError),
    Failure(Failure),
}

impl From<io::Error> for Unfinished {
    fn from(why: io::Error) -> Unfinished {
        Unfinished::Io(why)
    }
}

impl From<StoreError> for Unfinished {
    fn from(why: StoreError) -> Unfinished {
        Unfinished::Store(why)
    }
}

impl Moving<'_> {
    fn exchange(
        &self,
        first: impl FnOnce(&SqliteLedger) -> Result<LedgerBegunLeaf, StoreError>,
    ) -> Result<(), Unfinished> {
        let (current, kept) = (self.data.join(DATABASE), self.closed.join(DATABASE));
        private_folder(self.closed)?;
        if !kept.exists() || is_empty(self.data)? {
            let former = if kept.exists() { self.closed } else { self.data };
            // Closing it folds its log back, so that the one file is all of it.
            let ledger = SqliteLedger::open(former)?;
            let leaf = first(&ledger)?;
            drop(ledger);
            let next = self.make_next(&leaf)?;
            if kept.exists() {
                remove_empty(self.data)?;
            } else {
                rename(&current, &kept)?;
            }
            rename(&next.join(DATABASE), &current)?;
            fs::remove_dir_all(&next)?;
        }
        // The public form last: as long as it stands, no gate starts with half of this done.
        for name in [CHECKPOINTS, LEDGER_FOLDER] {
            let (from, to) = (self.data.join(name), self.closed.join(name));
            if from.exists() {
                rename(&from, &to)?;
            }
        }
        Ok(())
    }

    fn make_next(&self, leaf: &LedgerBegunLeaf) -> Result<PathBuf, Unfinished> {
        let next = self.data.join(NEXT);
        if next.exists() {
            fs::remove_dir_all(&next)?;
        }
        private_folder(&next)?;
        let ledger = SqliteLedger::open(&next)?;
        let bytes = serde_json::to_vec(leaf).map_err(io::Error::from)?;
        let ticket = ledger.submit(NewLeaf {
            organisation: None,
            system: None,
            receipt: None,
            kind: LeafKind::Note,
            at: leaf.at,
            bytes,
        });
        let runtime = runtime().map_err(Unfinished::Failure)?;
        runtime.block_on(ticket).map_err(StoreError::from)?;
        Ok(next)
    }
}

/// Whether no record is in the data folder's ledger, or none is there.
fn is_empty(data: &Path) -> Result<bool, StoreError> {
    if !data.join(DATABASE).exists() {
        return Ok(true);
    }
    Ok(SqliteLedgerReader::open(data)?.head()?.size == 0)
}

/// Takes away what a start made in vain between two steps.
fn remove_empty(data: &Path) -> io::Result<()> {
    for ending in ["", "-wal", "-shm"] {
        match fs::remove_file(data.join(format!("{DATABASE}{ending}"))) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

fn rename(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to)?;
    sync_parent(from)?;
    sync_parent(to)
}

fn unfinished(why: &dyn std::fmt::Display) -> Failure {
    Failure::environment(
        "the new ledger was not begun",
        why,
        "mend that and run the command again; it goes on where it stopped",
    )
}

/// A name for the folder of a closed ledger.
fn folder_name(origin: &str) -> String {
    let kept = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-');
    origin.chars().map(|letter| if kept(letter) { letter } else { '_' }).collect()
}
