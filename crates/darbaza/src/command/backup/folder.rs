//! A folder that comes into being at once: it is filled under another name, made durable, and only
//! then gets its own.

use std::collections::BTreeMap;
use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::manifest::FileEntry;
use crate::data_folder::{private_folder, sync_parent};
use crate::failure::Failure;

/// A folder that is being filled. Dropped unfinished, it goes away.
pub(in crate::command) struct NewFolder {
    path: PathBuf,
    target: PathBuf,
    finished: bool,
}

impl NewFolder {
    /// Begins a folder that will have the name of the target, which may be an empty folder.
    ///
    /// # Errors
    ///
    /// Where the target holds something, was begun before and not finished, or cannot be made.
    pub(in crate::command) fn begin(target: &Path) -> Result<NewFolder, Failure> {
        let unusable = |why: io::Error| unwritable(target, &why);
        match fs::read_dir(target).map(|mut entries| entries.next().is_none()) {
            Ok(true) => {}
            Ok(false) => {
                return Err(Failure::usage(
                    format!("{} is not empty", target.display()),
                    "what is there would be mixed with what comes",
                    "name a folder that does not exist",
                ));
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(unusable(error)),
        }
        let mut name = target.file_name().map(ToOwned::to_owned).ok_or_else(|| {
            Failure::usage(
                format!("{} cannot be named", target.display()),
                "the folder is made beside its place and then renamed",
                "name it by its own name, not by . or ..",
            )
        })?;
        name.push(".incomplete");
        let path = target.with_file_name(name);
        if let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
            private_folder(parent).map_err(unusable)?;
        }
        DirBuilder::new().mode(0o700).create(&path).map_err(|why| match why.kind() {
            io::ErrorKind::AlreadyExists => Failure::usage(
                format!("{} was begun before", path.display()),
                "somebody is at it, or was interrupted",
                "wait for the other, or remove that folder",
            ),
            _ => unusable(why),
        })?;
        Ok(NewFolder { path, target: target.to_owned(), finished: false })
    }

    /// Where it is now.
    pub(in crate::command) fn path(&self) -> &Path {
        &self.path
    }

    /// A private folder in it.
    pub(in crate::command) fn folder(&self, name: &str) -> io::Result<PathBuf> {
        let path = self.path.join(name);
        private_folder(&path)?;
        Ok(path)
    }

    /// Makes everything in it private and durable, and gives it its name.
    ///
    /// # Errors
    ///
    /// The system's; the target is as it was then.
    pub(in crate::command) fn finish(mut self) -> io::Result<()> {
        make_durable(&self.path)?;
        fs::rename(&self.path, &self.target)?;
        self.finished = true;
        sync_parent(&self.target)
    }
}

impl Drop for NewFolder {
    fn drop(&mut self) {
        if !self.finished {
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}

/// Private and synced, from the leaves to the root.
fn make_durable(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            make_durable(&entry.path())?;
        } else {
            let file = File::open(entry.path())?;
            file.set_permissions(Permissions::from_mode(0o600))?;
            file.sync_all()?;
        }
    }
    let folder = File::open(folder)?;
    folder.set_permissions(Permissions::from_mode(0o700))?;
    folder.sync_all()
}

/// Every file below a folder with length and hash, by its path from there.
///
/// # Errors
///
/// The system's.
pub(super) fn entries(folder: &Path) -> io::Result<BTreeMap<String, FileEntry>> {
    let mut entries = BTreeMap::new();
    collect(folder, "", &mut entries)?;
    Ok(entries)
}

fn collect(folder: &Path, prefix: &str, entries: &mut BTreeMap<String, FileEntry>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name =
            entry.file_name().into_string().map_err(|_| io::Error::other("a file's name is no UTF-8"))?;
        let name = format!("{prefix}{name}");
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &format!("{name}/"), entries)?;
        } else {
            entries.insert(name, hashed(File::open(entry.path())?, &mut io::sink())?);
        }
    }
    Ok(())
}

/// Copies a file privately; length and hash of what was copied.
///
/// # Errors
///
/// The system's; an existing file is not overwritten.
pub(in crate::command) fn copied(from: &Path, to: &Path) -> io::Result<FileEntry> {
    let from = File::open(from)?;
    if let Some(parent) = to.parent() {
        private_folder(parent)?;
    }
    let mut copy = OpenOptions::new().write(true).create_new(true).mode(0o600).open(to)?;
    hashed(from, &mut copy)
}

fn hashed(mut file: File, to: &mut dyn Write) -> io::Result<FileEntry> {
    let (mut hash, mut bytes, mut piece) = (Sha256::new(), 0, vec![0; 128 * 1024]);
    loop {
        let read = file.read(&mut piece)?;
        let Some(part) = piece.get(..read).filter(|part| !part.is_empty()) else { break };
        hash.update(part);
        to.write_all(part)?;
        bytes += read as u64;
    }
    let sha256 = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(FileEntry { bytes, sha256 })
}

/// A place that cannot be filled, as a command's failure.
pub(in crate::command) fn unwritable(path: &Path, why: &io::Error) -> Failure {
    Failure::environment(
        format!("{} cannot be made", path.display()),
        why,
        "name a folder in a place that is writable and has enough space",
    )
}
