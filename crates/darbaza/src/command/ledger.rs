//! `darbaza ledger verify` and `darbaza ledger proof`.

mod proof;
mod verify;

pub(super) use proof::proof;
pub(super) use verify::verify;

use std::path::Path;

use darbaza_ledger::{SignedCheckpoint, VerifierKey};
use darbaza_publisher::TileFolder;
use darbaza_store_sqlite::SqliteLedgerReader;

use crate::failure::{Failure, with_sources};
use crate::public_keys;

/// The ledger's database in a data folder.
fn reader(data: &Path) -> Result<SqliteLedgerReader, Failure> {
    if !data.join("ledger.db").exists() {
        return Err(Failure::usage(
            format!("{} is not the data folder of a gate", data.display()),
            "there is no ledger.db in it",
            "name the folder with --data, or its configuration with --config",
        ));
    }
    SqliteLedgerReader::open(data).map_err(|why| unreadable(data, &with_sources(&why)))
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
fn public_keys(word: &str) -> Result<Vec<VerifierKey>, Failure> {
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
