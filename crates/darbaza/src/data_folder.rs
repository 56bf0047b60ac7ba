//! The data folder: owned by one running server at a time.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use darbaza_store_sqlite::Database;

use crate::failure::Failure;

/// A data folder that this process owns until it is dropped.
#[derive(Debug)]
pub(crate) struct DataFolder {
    path: PathBuf,
    /// Held for its lock, which the system lets go when the process ends, however it ends.
    _lock: File,
}

/// Why a data folder cannot be had.
#[derive(Debug)]
pub(crate) enum NotOwned {
    /// A running server owns it.
    Busy,
    /// Disk or permissions.
    Failed(Failure),
}

impl DataFolder {
    /// Takes the folder, making it where there is none.
    ///
    /// # Errors
    ///
    /// Where another process owns it, or it cannot be made or written.
    pub(crate) fn own(path: &Path) -> Result<DataFolder, NotOwned> {
        let failed = |why: io::Error| NotOwned::Failed(unusable(path, path, &why));
        private_folder(path).map_err(failed)?;
        check_private(path).map_err(failed)?;
        let lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .mode(0o600)
            .open(path.join("lock"))
            .map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => {
                // Only now: closing a file would take the locks of this process's own databases.
                check_databases(path)?;
                Ok(DataFolder { path: path.to_owned(), _lock: lock })
            }
            Err(TryLockError::WouldBlock) => Err(NotOwned::Busy),
            Err(TryLockError::Error(error)) => Err(failed(error)),
        }
    }

    /// Its path.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Where the owner's socket is.
    pub(crate) fn socket(path: &Path) -> PathBuf {
        path.join("owner.sock")
    }
}

impl NotOwned {
    /// As the failure of a command that needs the folder for itself.
    pub(crate) fn into_failure(self, path: &Path) -> Failure {
        match self {
            NotOwned::Failed(failure) => failure,
            NotOwned::Busy => Failure::environment(
                format!("the data folder {} belongs to a running server", path.display()),
                "one process at a time may write there",
                "stop that server first, or name another folder with --data",
            ),
        }
    }
}

/// Refuses database files that others could read, or that the process itself cannot read and write:
/// the engine would say less of why.
fn check_databases(folder: &Path) -> Result<(), NotOwned> {
    for database in Database::ALL {
        for ending in ["", "-wal", "-shm"] {
            let path = folder.join(format!("{}{ending}", database.file()));
            let opened = OpenOptions::new().read(true).write(true).open(&path);
            match opened.and_then(|_| check_private(&path)) {
                Err(why) if why.kind() != io::ErrorKind::NotFound => {
                    return Err(NotOwned::Failed(unusable(folder, &path, &why)));
                }
                _ => {}
            }
        }
    }
    Ok(())
}

/// A data folder that cannot be used for what is wrong with one of its files, or with itself.
fn unusable(folder: &Path, path: &Path, why: &io::Error) -> Failure {
    let is_open = why.kind() == io::ErrorKind::PermissionDenied
        && fs::metadata(path).is_ok_and(|file| file.permissions().mode() & 0o077 != 0);
    let remedy = match why.kind() {
        _ if is_open && path.is_dir() => format!("chmod 700 {}", quoted(path)),
        _ if is_open => format!("chmod 600 {}", quoted(path)),
        io::ErrorKind::ReadOnlyFilesystem => {
            "mount it for writing; a system that found its disk damaged mounts it so, and says it in its log"
                .to_owned()
        }
        _ => format!(
            "make {} readable and writable for the user that runs Darbaza, or name another data folder",
            path.display()
        ),
    };
    let what = format!("the data folder {} cannot be used", folder.display());
    let place = path.display().to_string();
    let why = why.to_string();
    let why = if why.contains(&place) { why } else { format!("{place}: {why}") };
    Failure::environment(what, why, remedy)
}

/// A path as a shell takes it.
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "/._-".contains(letter);
    if text.chars().all(plain) { text } else { format!("'{}'", text.replace('\'', "'\\''")) }
}

/// Makes a folder that only its owner can enter; takes one that exists as it is.
///
/// # Errors
///
/// The system's.
pub(crate) fn private_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// Refuses a file or folder that others than its owner could open.
///
/// # Errors
///
/// [`io::ErrorKind::PermissionDenied`], with the mode that was found.
pub(crate) fn check_private(path: &Path) -> io::Result<()> {
    let mode = fs::metadata(path)?.permissions().mode() & 0o777;
    if mode & 0o077 == 0 {
        return Ok(());
    }
    let text = format!("{} has mode {mode:04o}: others than its owner can read it", path.display());
    Err(io::Error::new(io::ErrorKind::PermissionDenied, text))
}

/// Writes a new private file durably: content, then name.
///
/// # Errors
///
/// The system's; an existing file is not overwritten.
pub(crate) fn write_private(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    io::Write::write_all(&mut file, content)?;
    file.sync_all()?;
    sync_parent(path)
}

/// Writes a file durably in place of another: a reader sees the old content or the new.
///
/// # Errors
///
/// The system's; the old content stays.
pub(crate) fn replace_file(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut new = path.as_os_str().to_owned();
    new.push(".new");
    let new = PathBuf::from(new);
    let mut file = File::create(&new)?;
    io::Write::write_all(&mut file, content)?;
    file.sync_all()?;
    fs::rename(&new, path)?;
    sync_parent(path)
}

/// A file that cannot be written, as a command's failure.
pub(crate) fn unwritable(path: &Path, why: io::Error) -> Failure {
    Failure::environment(
        format!("{} cannot be written", path.display()),
        why,
        "make its folder writable for the user that runs Darbaza, and see that the disk is not full",
    )
}

/// Makes the names in a file's folder durable.
///
/// # Errors
///
/// The system's.
pub(crate) fn sync_parent(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(folder) if folder.as_os_str().is_empty() => File::open(".")?.sync_all(),
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}
