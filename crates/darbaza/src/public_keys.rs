//! The ledger's public keys in `ledger.vkey`, beside its tiles and beside its exported checkpoints:
//! one a line, the current one last. Former ones stay, so that what they signed can be verified.

use std::io;
use std::path::{Path, PathBuf};

use darbaza_ledger::VerifierKey;

use crate::data_folder::{replace_file, unwritable};
use crate::failure::{Failure, with_sources};
use crate::server::{LEDGER_FOLDER, Setup};

/// The file's name.
pub(crate) const FILE: &str = "ledger.vkey";

/// The two copies of the file, as they are at the start.
pub(crate) struct PublicKeys {
    files: [PathBuf; 2],
    /// Of the data folder; the other place is what the data folder is held against.
    known: Vec<VerifierKey>,
}

impl PublicKeys {
    /// Reads the keys that the ledger had until now.
    ///
    /// # Errors
    ///
    /// Where the file is there and cannot be read.
    pub(crate) fn read(setup: &Setup) -> Result<PublicKeys, Failure> {
        let files = [setup.data.join(LEDGER_FOLDER).join(FILE), setup.export.join(FILE)];
        let known = match std::fs::read_to_string(&files[0]) {
            Ok(text) => parse(&text).map_err(|why| damaged(&files[0], why))?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(damaged(&files[0], error.to_string())),
        };
        Ok(PublicKeys { files, known })
    }

    /// The keys before the current one.
    pub(crate) fn former(&self) -> &[VerifierKey] {
        &self.known
    }

    /// Refuses another name than the ledger's own: its records would stand in two ledgers.
    ///
    /// # Errors
    ///
    /// Where the ledger has keys and none of that name.
    pub(crate) fn check_origin(&self, origin: &str) -> Result<(), Failure> {
        let Some(former) = self.known.last().map(VerifierKey::name).filter(|former| *former != origin) else {
            return Ok(());
        };
        Err(Failure::environment(
            format!("the origin of the checkpoints is not the one of {}", self.files[0].display()),
            format!("the ledger is {former}, the configuration names {origin}"),
            "put the former origin into the configuration, or close the ledger and begin the new one by \
             `darbaza ledger begin`",
        ))
    }

    /// Refuses a key that never signed this ledger: a keys folder of another one.
    ///
    /// # Errors
    ///
    /// Where the ledger has keys and this is none of them.
    pub(crate) fn check_known(&self, current: &VerifierKey, keys: &Path) -> Result<(), Failure> {
        if self.known.is_empty() || self.known.contains(current) {
            return Ok(());
        }
        Err(Failure::environment(
            format!("the key of the checkpoints is not the one of {}", self.files[0].display()),
            "whoever verifies the ledger would take its next checkpoint for a forged one",
            format!(
                "put the right checkpoints.key into {}; an empty checkpoints.key accepts the loss and makes a \
                 new key",
                keys.display()
            ),
        ))
    }

    /// Adds the current key to both copies where they lack it.
    ///
    /// # Errors
    ///
    /// Where one of the places cannot be written.
    pub(crate) fn keep(&self, current: &VerifierKey) -> Result<(), Failure> {
        for file in &self.files {
            let kept = std::fs::read_to_string(file).unwrap_or_default();
            if kept.lines().last() != Some(current.to_string().as_str()) {
                let folder = file.parent().unwrap_or(Path::new("."));
                std::fs::create_dir_all(folder)
                    .and_then(|()| replace_file(file, format!("{kept}{current}\n").as_bytes()))
                    .map_err(|why| unwritable(file, why))?;
            }
        }
        Ok(())
    }
}

/// The keys of a text, one a line.
///
/// # Errors
///
/// What is wrong with the first line that holds none.
pub(crate) fn parse(text: &str) -> Result<Vec<VerifierKey>, String> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.map(|line| line.parse().map_err(|why| with_sources(&why))).collect()
}

fn damaged(path: &Path, why: String) -> Failure {
    Failure::environment(
        format!("the public keys in {} cannot be read", path.display()),
        why,
        "put the file back from the folder of exported checkpoints, or take it away to have it made again",
    )
}
