//! The second place: every signed checkpoint, one after the other.
//!
//! `checkpoint` is the last one, `YYYY-MM-DD.checkpoints` holds all of a day. Only ever appended
//! to, so the place may be a share that allows appending and no more.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
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

    /// Copies what was exported so far into another folder, without half a note at the end of a day.
    /// The copies are not synced.
    ///
    /// # Errors
    ///
    /// The system's.
    pub fn copy_to(&self, folder: &Path) -> io::Result<()> {
        let Some(entries) = optional(fs::read_dir(&self.0))? else { return Ok(()) };
        let mut days = Vec::new();
        for entry in entries {
            let path = entry?.path();
            if path.extension().is_some_and(|ending| ending == "checkpoints") {
                days.extend(path.file_name().map(ToOwned::to_owned));
            }
        }
        days.sort();
        let mut last = None;
        for day in days {
            let copy = folder.join(day);
            fs::copy(self.0.join(copy.file_name().unwrap_or_default()), &copy)?;
            let mut file = OpenOptions::new().read(true).write(true).open(&copy)?;
            drop_half_note(&mut file)?;
            if let Some(tail) = last_note(&mut file)? {
                last = Some(tail);
            }
        }
        last.map_or(Ok(()), |note| fs::write(folder.join("checkpoint"), note))
    }

    /// Adds a checkpoint; it is durable there when this returns.
    pub(crate) fn add(&self, note: &str, at: Timestamp) -> io::Result<()> {
        fs::create_dir_all(&self.0)?;
        let day = at.strftime("%Y-%m-%d").to_string();
        let path = self.0.join(format!("{day}.checkpoints"));
        let mut file = OpenOptions::new().create(true).read(true).append(true).open(path)?;
        drop_half_note(&mut file)?;
        file.write_all(note.as_bytes())?;
        file.sync_data()?;
        replace(&self.0.join("checkpoint"), note.as_bytes(), true)
    }
}

/// A note is smaller than this.
const TAIL: u64 = 4096;

/// A full disk or a power cut may have left half a note at the end, which would spoil the next one.
fn drop_half_note(file: &mut File) -> io::Result<()> {
    let length = file.metadata()?.len();
    let from = length.saturating_sub(TAIL);
    let mut tail = Vec::new();
    file.seek(SeekFrom::Start(from))?;
    file.read_to_end(&mut tail)?;
    let whole = end_of_last_note(&tail);
    if whole < tail.len() {
        file.set_len(from + whole as u64)?;
    }
    Ok(())
}

/// The last note of a file of whole ones.
fn last_note(file: &mut File) -> io::Result<Option<String>> {
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(TAIL)))?;
    let mut tail = Vec::new();
    file.read_to_end(&mut tail)?;
    Ok(split_notes(&String::from_utf8_lossy(&tail)).last().map(|note| (*note).to_owned()))
}

/// Where the last whole note ends: after its last signature line.
fn end_of_last_note(tail: &[u8]) -> usize {
    let (mut end, mut at) = (0, 0);
    for line in tail.split_inclusive(|byte| *byte == b'\n') {
        at += line.len();
        if line.starts_with("\u{2014} ".as_bytes()) && line.ends_with(b"\n") {
            end = at;
        }
    }
    end
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

    #[test]
    fn half_a_note_at_the_end_is_dropped() {
        let whole = "a\n1\nr\n\n\u{2014} a x\n";
        for (tail, kept) in [("", 0), (whole, whole.len()), ("a\n1\nr", 0)] {
            assert_eq!(end_of_last_note(tail.as_bytes()), kept, "{tail:?}");
        }
        for cut in 1..whole.len() {
            let text = format!("{whole}{}", String::from_utf8_lossy(&whole.as_bytes()[..cut]));
            assert_eq!(end_of_last_note(text.as_bytes()), whole.len(), "cut at {cut}");
        }
    }
}
