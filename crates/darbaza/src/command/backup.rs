//! `darbaza backup`: a copy of the data folder that can be restored, made beside a running server.
//!
//! 1. What was exported is copied first, then the ledger, then the rest: no checkpoint in the copy
//!    knows more than its ledger, and what a record names is there.
//! 2. Each database is copied as it is at one moment. The tiles are made anew from the copied records,
//!    up to the last checkpoint that the copy keeps as signed.
//! 3. The copy is verified like any ledger, against its own checkpoint, before it gets its name.

mod folder;
mod manifest;

use std::fs;
use std::io;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use darbaza_ledger::VerifierKey;
use darbaza_publisher::{Export, TileFolder, publish_copy};
use darbaza_store::{LedgerReader, StoreError};
use darbaza_store_sqlite::{Database, SqliteLedgerReader};

use super::{ledger, say};
use crate::cli::Backup;
use crate::data_folder::write_private;
use crate::failure::{Exit, Failure, with_sources};
use crate::public_keys;
use crate::server::LEDGER_FOLDER;

pub(super) use folder::{NewFolder, copied, unwritable};
pub(super) use manifest::{FILE, Manifest};

/// Where the copies of exported checkpoints and of the secret keys are, in a backup and in a data
/// folder that nothing else was configured for.
pub(super) const CHECKPOINTS: &str = "checkpoints";
pub(super) const KEYS: &str = "keys";

/// Makes the backup.
pub(super) fn run(options: &Backup) -> Result<ExitCode, Failure> {
    let data = options.data.folder()?;
    wait_for_checkpoint(&ledger::reader(&data)?)?;
    let backup = NewFolder::begin(&options.folder)?;
    let copy = Copy { data: &data, backup: &backup, target: &options.folder };
    let mut manifest = Manifest::begin(options.with_keys);
    copy.exported(&options.data.export_folder(&data)?)?;
    copy.databases(&mut manifest)?;
    copy.ledger(&mut manifest)?;
    copy.rest()?;
    if options.with_keys {
        copy.keys(&options.data.keys_folder(&data)?)?;
    }
    verify(backup.path(), &[], &[], &manifest)?;
    manifest.files = folder::entries(backup.path()).map_err(|why| copy.failed(&why))?;
    let text = serde_json::to_vec_pretty(&manifest).map_err(|why| copy.failed(&why.into()))?;
    write_private(&backup.path().join(FILE), &text).map_err(|why| copy.failed(&why))?;
    backup.finish().map_err(|why| unwritable(&options.folder, &why))?;
    tell(&options.folder, &manifest);
    Ok(ExitCode::SUCCESS)
}

/// The first checkpoint comes within a second of the first record; without one there is nothing to
/// verify the copy against.
fn wait_for_checkpoint(store: &SqliteLedgerReader) -> Result<(), Failure> {
    let unreadable = |why: StoreError| {
        Failure::environment("the ledger cannot be read", with_sources(&why), "look at the data folder")
    };
    for _ in 0..50 {
        if store.head().map_err(unreadable)?.size == 0 || store.signed_head().map_err(unreadable)?.is_some() {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Err(Failure::new(
        Exit::Negative,
        "the ledger has records and no checkpoint",
        "the gate was ended before it signed the first one",
        "start the gate once, then back up",
    ))
}

/// A backup that is being made.
struct Copy<'a> {
    data: &'a Path,
    backup: &'a NewFolder,
    target: &'a Path,
}

impl Copy<'_> {
    fn exported(&self, export: &Path) -> Result<(), Failure> {
        let folder = self.backup.folder(CHECKPOINTS).map_err(|why| self.failed(&why))?;
        Export::new(export).copy_to(&folder).map_err(|why| self.failed(&why))
    }

    fn databases(&self, manifest: &mut Manifest) -> Result<(), Failure> {
        for database in Database::ALL {
            let schema = database.copy(self.data, self.backup.path()).map_err(|why| {
                Failure::environment(
                    format!("{} cannot be copied", database.file()),
                    with_sources(&why),
                    "see that the data folder is readable and the place of the backup has space",
                )
            })?;
            manifest.schemas.insert(database.file().to_owned(), schema);
        }
        Ok(())
    }

    fn ledger(&self, manifest: &mut Manifest) -> Result<(), Failure> {
        let copied = |why: &dyn std::error::Error| {
            let remedy = "run `darbaza ledger verify` on the data folder";
            Failure::new(Exit::Negative, "the ledger cannot be backed up", with_sources(why), remedy)
        };
        let store = SqliteLedgerReader::open(self.backup.path()).map_err(|why| copied(&why))?;
        let head = store.head().map_err(|why| copied(&why))?;
        (manifest.records, manifest.root) = (head.size, head.root.to_string());
        manifest.checkpoint = store.signed_head().map_err(|why| copied(&why))?.map(|signed| signed.note);
        let public = self.backup.folder(LEDGER_FOLDER).map_err(|why| self.failed(&why))?;
        publish_copy(&store, &TileFolder::new(&public)).map_err(|why| copied(&why))?;
        Ok(())
    }

    /// The public keys.
    fn rest(&self) -> Result<(), Failure> {
        let keys = format!("{LEDGER_FOLDER}/{}", public_keys::FILE);
        self.file(&self.data.join(&keys), &keys)
    }

    fn keys(&self, from: &Path) -> Result<(), Failure> {
        self.backup.folder(KEYS).map_err(|why| self.failed(&why))?;
        let entries = fs::read_dir(from).map_err(|why| {
            Failure::environment(
                format!("the folder of keys {} cannot be read", from.display()),
                why,
                "name the configuration that says where the keys are, or back up without --with-keys",
            )
        })?;
        for entry in entries {
            let path = entry.map_err(|why| self.failed(&why))?.path();
            if let Some(name) =
                path.file_name().and_then(|n| n.to_str()).filter(|name| name.ends_with(".key"))
            {
                self.file(&path, &format!("{KEYS}/{name}"))?;
            }
        }
        Ok(())
    }

    /// A file that may go away meanwhile, as a masking key does when its time is over.
    fn file(&self, from: &Path, name: &str) -> Result<(), Failure> {
        match copied(from, &self.backup.path().join(name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(self.failed(&error)),
            _ => Ok(()),
        }
    }

    fn failed(&self, why: &io::Error) -> Failure {
        Failure::environment(
            format!("the backup {} cannot be made", self.target.display()),
            why,
            "see that the data folder is readable and the place of the backup writable, with enough space",
        )
    }
}

/// Verifies the ledger in a copy of a data folder by the keys, or by those beside it, against the
/// checkpoint of the manifest and older ones.
///
/// # Errors
///
/// What does not hold.
pub(super) fn verify(
    copy: &Path,
    keys: &[VerifierKey],
    since: &[String],
    manifest: &Manifest,
) -> Result<(), Failure> {
    let broken = |why: String| {
        Failure::new(
            Exit::Negative,
            "the copy of the ledger does not hold",
            why,
            "run `darbaza ledger verify` on what it was made from, and use another backup",
        )
    };
    let Some(checkpoint) = &manifest.checkpoint else {
        return if manifest.records == 0 {
            Ok(())
        } else {
            Err(broken("it has records and no checkpoint".to_owned()))
        };
    };
    let own = ledger::public_keys(&copy.join(LEDGER_FOLDER).join(public_keys::FILE).display().to_string())?;
    let keys = if keys.is_empty() { &own } else { keys };
    let mut since = since.to_vec();
    since.push(checkpoint.clone());
    since.extend(Export::new(copy.join(CHECKPOINTS)).last().map_err(|why| broken(why.to_string()))?);
    ledger::of_data_folder(copy, keys, &since)?.map_err(broken)?;
    let head = ledger::reader(copy)?.head().map_err(|why| broken(with_sources(&why)))?;
    if head.size != manifest.records || head.root.to_string() != manifest.root {
        return Err(broken("it is not the ledger that the manifest tells of".to_owned()));
    }
    Ok(())
}

fn tell(folder: &Path, manifest: &Manifest) {
    let bytes: u64 = manifest.files.values().map(|file| file.bytes).sum();
    say(format_args!("{}: made and verified", folder.display()));
    say(format_args!("  records    {}", manifest.records));
    say(format_args!("  root       {}", manifest.root));
    say(format_args!("  files      {} of {bytes} bytes", manifest.files.len()));
    say(if manifest.keys {
        "  keys       in it: whoever has this backup can issue what the gate issues; keep it as the keys"
    } else {
        "  keys       not in it; without a copy of the folder of keys made apart, what is restored does not \
         start, issued API keys open nothing, and the ledger cannot go on under its public key"
    });
}
