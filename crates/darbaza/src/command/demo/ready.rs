//! The file that tells a script that everything accepts requests. It holds keys, so only its owner
//! can read it, and it is removed at the end.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::SystemKeys;
use crate::data_folder::write_private;
use crate::failure::Failure;

/// The console and the portal are not part of this version: their places are empty, not missing.
#[derive(Serialize)]
struct Ready<'a> {
    gateway: &'a str,
    console: Option<&'a str>,
    portal: Option<&'a str>,
    keys: BTreeMap<&'a str, &'a str>,
    login: Option<()>,
}

/// A written ready file; dropping it removes it.
pub(super) struct ReadyFile(PathBuf);

impl ReadyFile {
    /// Writes the file under another name and renames it, so that it is whole once it is there.
    pub(super) fn write(path: &Path, gateway: &str, keys: &SystemKeys) -> Result<ReadyFile, Failure> {
        let keys = keys.iter().map(|(system, key)| (system.as_str(), key.as_str())).collect();
        let ready = Ready { gateway, console: None, portal: None, keys, login: None };
        let written = serde_json::to_vec(&ready).map_err(io::Error::other).and_then(|content| {
            let mut new = path.as_os_str().to_owned();
            new.push(".new");
            let new = PathBuf::from(new);
            match fs::remove_file(&new) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
            write_private(&new, &content)?;
            fs::rename(&new, path)
        });
        written.map(|()| ReadyFile(path.to_owned())).map_err(|why| {
            Failure::environment(
                format!("the ready file {} cannot be written", path.display()),
                why,
                "name a file in a folder that exists and is writable",
            )
        })
    }
}

impl Drop for ReadyFile {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}
