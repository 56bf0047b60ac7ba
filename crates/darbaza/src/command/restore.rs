//! `darbaza restore`: a data folder out of a backup, after everything in it was found right.

use std::path::Path;
use std::process::ExitCode;

use darbaza_ledger::SignedCheckpoint;
use darbaza_publisher::Export;
use darbaza_store_sqlite::Database;

use super::backup::{CHECKPOINTS, KEYS, Manifest, NewFolder, copied, unwritable, verify};
use super::{ledger, say};
use crate::cli::Restore;
use crate::data_folder::{DataFolder, NotOwned};
use crate::failure::{Exit, Failure, with_sources};

/// Restores the backup.
pub(super) fn run(options: &Restore) -> Result<ExitCode, Failure> {
    let data = options.data.folder()?;
    let manifest = Manifest::read(&options.folder)?;
    let (keys, since) = (ledger::all_keys(&options.keys)?, ledger::all_checkpoints(&options.since)?);
    refuse_running(&data)?;
    let restored = NewFolder::begin(&data)?;
    for (name, expected) in &manifest.files {
        let from = options.folder.join(name);
        let found = copied(&from, &restored.path().join(name)).map_err(|why| match why.kind() {
            std::io::ErrorKind::NotFound => damaged(&from, "it is missing"),
            _ => unwritable(&data, &why),
        })?;
        if found != *expected {
            return Err(damaged(&from, "its content is not what was backed up"));
        }
    }
    for database in Database::ALL {
        database.check(restored.path()).map_err(|why| {
            Failure::new(
                Exit::Negative,
                format!("{} in the backup cannot be used", database.file()),
                with_sources(&why),
                "restore it with the version that made it, or use another backup",
            )
        })?;
    }
    verify(restored.path(), &keys, &since, &manifest)?;
    restored.finish().map_err(|why| unwritable(&data, &why))?;
    say(format_args!("{}: restored and verified", data.display()));
    say(format_args!("  backup     of {}", manifest.made()));
    say(format_args!("  records    {}", manifest.records));
    say(format_args!("  root       {}", manifest.root));
    tell_keys(&options.data.keys_folder(&data)?, &data, &manifest);
    tell_export(&options.data.export_folder(&data)?, &data, &manifest);
    Ok(ExitCode::SUCCESS)
}

fn damaged(path: &Path, why: &str) -> Failure {
    Failure::new(
        Exit::Negative,
        format!("{} is damaged", path.display()),
        why,
        "use another copy of this backup, or another backup",
    )
}

/// A folder that a server owns is never written into, whatever is in it.
fn refuse_running(data: &Path) -> Result<(), Failure> {
    if !data.join("lock").exists() {
        return Ok(());
    }
    match DataFolder::own(data) {
        Err(busy @ NotOwned::Busy) => Err(busy.into_failure(data)),
        _ => Ok(()),
    }
}

fn tell_keys(keys: &Path, data: &Path, manifest: &Manifest) {
    let inside = data.join(KEYS);
    let there = keys.exists();
    say(match (manifest.keys, there) {
        (_, false) => format!("  keys       put the folder of keys to {} before the start", keys.display()),
        (true, true) if keys != inside => {
            format!(
                "  keys       {} stays as it is; those of the backup are in {}",
                keys.display(),
                inside.display()
            )
        }
        _ => format!("  keys       in {}", keys.display()),
    });
}

/// Says where a start would refuse, because more went out than the backup knows.
fn tell_export(export: &Path, data: &Path, manifest: &Manifest) {
    if export == data.join(CHECKPOINTS) {
        return;
    }
    let exported = Export::new(export).last().ok().flatten();
    let exported = exported.and_then(|note| SignedCheckpoint::parse(note.as_bytes()).ok());
    let Some(newer) = exported.filter(|checkpoint| checkpoint.head().size > manifest.records) else { return };
    say(format_args!(
        "  export     {} holds a checkpoint of {} records, which are more than were restored: the gate will \
         not start and sign another history; restore a newer backup, or begin a new ledger (docs/operations.md)",
        export.display(),
        newer.head().size
    ));
}
