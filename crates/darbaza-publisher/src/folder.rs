//! The files of a tiled log in a folder (C2SP tlog-tiles).

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use darbaza_ledger::{TileFile, TileSource};

/// A folder with `tile/...` and `checkpoint`.
#[derive(Clone, Debug)]
pub struct TileFolder(PathBuf);

impl TileFolder {
    /// The folder at that path; it need not exist yet.
    pub fn new(path: impl Into<PathBuf>) -> TileFolder {
        TileFolder(path.into())
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The last checkpoint, if there is one.
    ///
    /// # Errors
    ///
    /// The system's.
    pub fn checkpoint(&self) -> io::Result<Option<String>> {
        optional(fs::read_to_string(self.0.join("checkpoint")))
    }

    /// Writes a tile. Not synced: every tile can be made again from the store, and is where it
    /// went missing.
    pub(crate) fn write(&self, file: &TileFile) -> io::Result<()> {
        let path = self.0.join(file.path.to_string());
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        replace(&path, &file.bytes, false)?;
        self.drop_partials(file)
    }

    /// A full file supersedes its partial ones; whoever still wants one reads the full file.
    fn drop_partials(&self, file: &TileFile) -> io::Result<()> {
        if file.path.to_string() != file.path.full().to_string() {
            return Ok(());
        }
        optional(fs::remove_dir_all(self.0.join(file.path.partials_folder()))).map(drop)
    }

    pub(crate) fn write_checkpoint(&self, note: &str) -> io::Result<()> {
        fs::create_dir_all(&self.0)?;
        replace(&self.0.join("checkpoint"), note.as_bytes(), false)
    }
}

impl TileSource for TileFolder {
    fn read(&self, path: &str) -> io::Result<Option<Vec<u8>>> {
        optional(fs::read(self.0.join(path)))
    }
}

/// Replaces a file so that a reader sees the old or the new content, never a part.
pub(crate) fn replace(path: &Path, content: &[u8], durable: bool) -> io::Result<()> {
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    let new = PathBuf::from(name);
    let mut file = fs::File::create(&new)?;
    io::Write::write_all(&mut file, content)?;
    if durable {
        file.sync_all()?;
    }
    fs::rename(&new, path)?;
    match path.parent() {
        Some(folder) if durable => fs::File::open(folder)?.sync_all(),
        _ => Ok(()),
    }
}

/// A file that is not there is no error.
pub(crate) fn optional<T>(read: io::Result<T>) -> io::Result<Option<T>> {
    match read {
        Ok(content) => Ok(Some(content)),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
        Err(error) => Err(error),
    }
}
