//! `backup.json`: what a backup holds, so that a restore can tell whether it still does.

use std::collections::BTreeMap;
use std::path::{Component, Path};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::failure::Failure;

/// The file's name in a backup.
pub(in crate::command) const FILE: &str = "backup.json";
/// The form that this version writes, and the only one there was.
const FORM: u32 = 1;

/// What a backup holds.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::command) struct Manifest {
    /// Version of this form.
    v: u32,
    /// Version of the program that made it.
    version: String,
    /// When it was begun.
    at: Timestamp,
    /// The schema of each database.
    pub(in crate::command) schemas: BTreeMap<String, u32>,
    /// Whether the secret keys are in it.
    pub(in crate::command) keys: bool,
    /// Records in the copy of the ledger.
    pub(in crate::command) records: u64,
    /// The root of their tree, in base64.
    pub(in crate::command) root: String,
    /// The last signed checkpoint; none where nothing was ever recorded.
    pub(in crate::command) checkpoint: Option<String>,
    /// Every other file, by its path in the backup.
    pub(in crate::command) files: BTreeMap<String, FileEntry>,
}

/// One file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::command) struct FileEntry {
    /// Its length.
    pub(in crate::command) bytes: u64,
    /// SHA-256 of its content, in hexadecimal digits.
    pub(in crate::command) sha256: String,
}

impl Manifest {
    /// One that holds nothing yet.
    pub(super) fn begin(keys: bool) -> Manifest {
        Manifest {
            v: FORM,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            at: Timestamp::now(),
            schemas: BTreeMap::new(),
            keys,
            records: 0,
            root: String::new(),
            checkpoint: None,
            files: BTreeMap::new(),
        }
    }

    /// When the backup was begun, and by which version.
    pub(in crate::command) fn made(&self) -> String {
        format!("{:.0} by version {}", self.at, self.version)
    }

    /// Reads the manifest of a backup.
    ///
    /// # Errors
    ///
    /// Where the folder is no backup, or one of a newer version.
    pub(in crate::command) fn read(folder: &Path) -> Result<Manifest, Failure> {
        let path = folder.join(FILE);
        let what = || format!("{} is not a backup", folder.display());
        let text = std::fs::read(&path).map_err(|why| match why.kind() {
            std::io::ErrorKind::NotFound => Failure::usage(
                what(),
                format!("there is no {FILE} in it"),
                "name a folder that `darbaza backup` made; one that ends in .incomplete was not finished",
            ),
            _ => Failure::environment(
                format!("{} cannot be read", path.display()),
                why,
                "make it readable for the user that restores it",
            ),
        })?;
        let unreadable = |why: String| Failure::usage(what(), why, "name another backup");
        let form: Form = serde_json::from_slice(&text).map_err(|why| unreadable(why.to_string()))?;
        if form.v != FORM {
            return Err(Failure::usage(
                format!("{} was made by a newer version", folder.display()),
                format!("its form is {}, and this version knows {FORM}", form.v),
                "restore it with that version",
            ));
        }
        let manifest: Manifest = serde_json::from_slice(&text).map_err(|why| unreadable(why.to_string()))?;
        match manifest.files.keys().find(|name| !is_inside(name)) {
            Some(name) => Err(unreadable(format!("it names a file outside of itself: {name:?}"))),
            None => Ok(manifest),
        }
    }
}

/// The one entry that every form has.
#[derive(Deserialize)]
struct Form {
    v: u32,
}

/// Whether a path leads only downwards.
fn is_inside(name: &str) -> bool {
    !name.is_empty() && Path::new(name).components().all(|part| matches!(part, Component::Normal(_)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_below_the_backup_are_taken() {
        for (name, inside) in [
            ("ledger.db", true),
            ("ledger/tile/0/000", true),
            ("", false),
            ("/etc/passwd", false),
            ("a/../../b", false),
        ] {
            assert_eq!(is_inside(name), inside, "{name}");
        }
    }
}
