//! The second place: every signed checkpoint, one after the other.
//!
//! `checkpoint` is the last one, `YYYY-MM-DD.checkpoints` holds all of a day. Only ever appended
//! to, so the place may be a share that allows appending and no more.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::folder::{optional, replace};

/// The folder that checkpoints are exported to.
#[derive(Clone, Debug)]
pub struct Export(PathBuf);

impl Export {
    /// The folder at that path; made with the first checkpoint.
    pub fn new(path: impl Into<PathBuf>) -> Export {
        Export(path.into())
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The last exported checkpoint, if there is one.
    ///
    /// # Errors
    ///
    /// The system's.
    pub fn last(&self) -> io::Result<Option<String>> {
        optional(fs::read_to_string(self.0.join("checkpoint")))
    }

    /// Adds a checkpoint; it is durable there when this returns.
    pub(crate) fn add(&self, note: &str, at: Timestamp) -> io::Result<()> {
        fs::create_dir_all(&self.0)?;
        let day = at.strftime("%Y-%m-%d").to_string();
        let path = self.0.join(format!("{day}.checkpoints"));
        let mut file = OpenOptions::new().create(true).append(true).open(path)?;
        file.write_all(note.as_bytes())?;
        file.sync_data()?;
        replace(&self.0.join("checkpoint"), note.as_bytes(), true)
    }
}

/// The notes of a file that holds one or many, one after the other.
///
/// A note ends with its signature lines, which begin with an em dash (C2SP signed-note); whatever
/// follows them begins the next.
pub fn split_notes(text: &str) -> Vec<&str> {
    let mut notes = Vec::new();
    let (mut start, mut at, mut signed) = (0, 0, false);
    for line in text.split_inclusive('\n') {
        let signature = line.starts_with('\u{2014}');
        if signed && !signature {
            notes.push(&text[start..at]);
            start = at;
        }
        signed = signature;
        at += line.len();
    }
    if !text[start..].trim().is_empty() {
        notes.push(&text[start..]);
    }
    notes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_in_a_row_are_told_apart() {
        let (one, two) = ("a\n1\nr\n\n\u{2014} a x\n\u{2014} b y\n", "a\n2\nr\n\n\u{2014} a z\n");
        assert_eq!(split_notes(&format!("{one}{two}")), [one, two]);
        assert_eq!(split_notes(one), [one]);
        assert!(split_notes("\n").is_empty());
    }
}
