//! `darbaza key issue`: through the running server where there is one, else by taking the folder.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use darbaza_gateway::{InForce, KeyBook};
use darbaza_store::KeyStore;
use darbaza_store_sqlite::SqliteKeys;

use super::{runtime, say};
use crate::cli::KeyIssue;
use crate::data_folder::{DataFolder, NotOwned};
use crate::failure::{Failure, with_sources};
use crate::key_desk::{IssuedKey, KeyDesk, KeyRequest};
use crate::owner_socket;
use crate::secret_files::SecretFiles;
use crate::server::{REGISTER_IN_FORCE, policy};

/// Issues a key and prints it.
pub(super) fn issue(options: KeyIssue) -> Result<ExitCode, Failure> {
    let data = options.data.folder()?;
    let keys = options.data.keys_folder(&data)?;
    let KeyIssue { system, purposes, expires, owner, .. } = options;
    let request = KeyRequest { system, purposes, expires, owner };
    if !data.join(REGISTER_IN_FORCE).exists() {
        return Err(Failure::usage(
            format!("{} is not the data folder of a gate", data.display()),
            "no server was ever started with it",
            "start one with `darbaza serve` or `darbaza demo`, or name its folder with --data",
        ));
    }
    let issued = match DataFolder::own(&data) {
        Ok(folder) => at_own_desk(&folder, &keys, &request)?,
        Err(NotOwned::Busy) => runtime()?.block_on(owner_socket::ask_for_key(&data, &request))?,
        Err(NotOwned::Failed(failure)) => return Err(failure),
    };
    say(format_args!("key id {}", issued.id));
    say(issued.key.as_str());
    Ok(ExitCode::SUCCESS)
}

fn at_own_desk(folder: &DataFolder, keys: &Path, request: &KeyRequest) -> Result<IssuedKey, Failure> {
    let text = std::fs::read_to_string(folder.path().join(REGISTER_IN_FORCE)).map_err(|why| {
        Failure::environment(
            "the register in force cannot be read",
            why,
            "mend the permissions of the data folder",
        )
    })?;
    let policy = policy(&text)?;
    let gate_keys = SecretFiles::open(keys, false)?.gate_keys()?;
    let store: Arc<dyn KeyStore> = Arc::new(SqliteKeys::open(folder.path()).map_err(|why| {
        Failure::environment("the keys cannot be opened", with_sources(&why), "look at the data folder")
    })?);
    let desk = KeyDesk {
        store,
        book: Arc::new(KeyBook::default()),
        lookup: Box::new(move |key| gate_keys.lookup(key)),
        in_force: Arc::new(InForce::new(policy)),
    };
    desk.issue(request)
}
