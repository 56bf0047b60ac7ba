//! `darbaza ledger`: verify, prove, begin anew.

mod begin;
mod proof;
mod verify;

pub(super) use begin::begin;
pub(super) use proof::proof;
pub(super) use verify::{of_data_folder, verify};

use std::path::{Path, PathBuf};

use darbaza_ledger::{SignedCheckpoint, VerifierKey};
use darbaza_publisher::{TileFolder, split_notes};
use darbaza_store_sqlite::SqliteLedgerReader;

use crate::failure::{Failure, with_sources};
use crate::public_keys;
use crate::server::LEDGER_FOLDER;

/// The ledger's database in a data folder.
pub(super) fn reader(data: &Path) -> Result<SqliteLedgerReader, Failure> {
    if !data.join("ledger.db").exists() {
        return Err(Failure::usage(
            format!("{} is not the data folder of a gate", data.display()),
            "there is no ledger.db in it",
            "name the folder with --data, or its configuration with --config",
        ));
    }
    SqliteLedgerReader::open(data).map_err(|why| unreadable(data, &with_sources(&why)))
}

/// Refuses a folder in which no ledger is, nor one that is being exchanged for another.
fn reader_or_begun(data: &Path) -> Result<(), Failure> {
    if data.join(LEDGER_FOLDER).exists() { Ok(()) } else { reader(data).map(drop) }
}

/// The last checkpoint in a folder of tiles.
fn checkpoint(tiles: &TileFolder) -> Result<String, Failure> {
    let read = tiles.checkpoint().map_err(|why| unreadable(tiles.path(), &why))?;
    read.ok_or_else(|| {
        Failure::usage(
            format!("{} holds no checkpoint", tiles.path().display()),
            "a ledger folder has the file `checkpoint` and the folder `tile`",
            "name the folder of a ledger, or wait a second after the first request",
        )
    })
}

/// Public keys, given as one or as a file with one a line.
pub(super) fn public_keys(word: &str) -> Result<Vec<VerifierKey>, Failure> {
    let text = if Path::new(word).is_file() {
        std::fs::read_to_string(word).map_err(|why| unreadable(Path::new(word), &why))?
    } else {
        word.to_owned()
    };
    let unusable = |why: String| {
        Failure::usage(
            "the key cannot be read",
            why,
            "write it as name+hash+base64, or name a file with it, such as ledger.vkey",
        )
    };
    let keys = public_keys::parse(&text).map_err(unusable)?;
    // An empty file must not turn verification against a key into one without.
    if keys.is_empty() { Err(unusable("it is empty".to_owned())) } else { Ok(keys) }
}

/// The keys of every word.
pub(super) fn all_keys(words: &[String]) -> Result<Vec<VerifierKey>, Failure> {
    let mut keys = Vec::new();
    for word in words {
        keys.extend(public_keys(word)?);
    }
    Ok(keys)
}

/// The checkpoints of every file. One without any would verify less than was asked for.
pub(super) fn all_checkpoints(files: &[PathBuf]) -> Result<Vec<String>, Failure> {
    let mut notes = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(file).map_err(|why| unreadable(file, &why))?;
        let before = notes.len();
        notes.extend(split_notes(&text).into_iter().map(str::to_owned));
        if notes.len() == before {
            return Err(Failure::usage(
                format!("{} holds no checkpoint", file.display()),
                "it is empty",
                "name a file that checkpoints were exported to",
            ));
        }
    }
    Ok(notes)
}

fn parsed(note: &str) -> Result<SignedCheckpoint, Failure> {
    SignedCheckpoint::parse(note.as_bytes()).map_err(|why| {
        Failure::usage(
            "the checkpoint cannot be read",
            with_sources(&why),
            "name a signed note of this ledger",
        )
    })
}

/// A file that was named and cannot be read: a slip in the name is input, the rest is not.
fn unreadable(path: &Path, why: &dyn std::fmt::Display) -> Failure {
    let what = format!("{} cannot be read", path.display());
    if path.exists() {
        Failure::environment(what, why, "mend its permissions, or name another")
    } else {
        Failure::usage(what, why, "name a file or folder that is there")
    }
}
