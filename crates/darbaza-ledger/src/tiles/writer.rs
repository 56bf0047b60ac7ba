use std::fmt;

use super::{
    EntryTooLong, TILE_WIDTH, TileContent, TileError, TilePath, TileReader, TileSource, complete_root,
    encode_entry, hashes_at_level, read_bundle, read_hashes,
};
use crate::frontier::Frontier;
use crate::hash::{Hash, leaf_hash};
use crate::tree_head::TreeHead;

/// One file to be written for the tiled log.
#[derive(Clone, PartialEq, Eq)]
pub struct TileFile {
    /// Its place.
    pub path: TilePath,
    /// Its whole content.
    pub bytes: Vec<u8>,
}

/// Turns entries into the files of the tiled log (C2SP tlog-tiles).
///
/// It holds the files at the right edge only, in memory, and writes nothing itself: after each
/// batch the caller writes what [`TileWriter::publish`] gives and then may sign a checkpoint of
/// [`TileWriter::head`]. Files depend on the entries alone, so that after a crash one resumes at
/// the last published size and writes the same files again.
#[derive(Default)]
pub struct TileWriter {
    frontier: Frontier,
    bundle: Vec<u8>,
    levels: Vec<EdgeTile>,
    finished: Vec<TileFile>,
}

/// The tile at the right edge of one level, 0 to 255 hashes wide.
#[derive(Default)]
struct EdgeTile {
    index: u64,
    hashes: Vec<Hash>,
    /// Whether it grew since it was last published.
    grew: bool,
}

// Neither shows what the entries say: it is not for logs of the program.
impl fmt::Debug for TileFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TileFile({}, {} bytes)", self.path, self.bytes.len())
    }
}

impl fmt::Debug for TileWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TileWriter").field("head", &self.head()).finish_non_exhaustive()
    }
}

impl TileWriter {
    /// The writer of a log without entries.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The writer of a log whose first `size` entries are published in `source`.
    ///
    /// Reads the right edge only. Compare [`TileWriter::head`] with the head on record before going on.
    ///
    /// # Errors
    /// What is wrong with a file on the right edge, and [`TileError::EntryHash`] where the entries
    /// there do not have the hashes that the tile says.
    pub fn resume(source: &dyn TileSource, size: u64) -> Result<Self, TileError> {
        let frontier = TileReader::new(source, size).frontier()?;
        let mut writer = Self { frontier, ..Self::default() };
        for level in 0.. {
            let hashes = hashes_at_level(size, level);
            if hashes == 0 {
                break;
            }
            let index = hashes / TILE_WIDTH as u64;
            let path = TilePath::in_log_of(size, TileContent::Hashes(level), index);
            let hashes = path.map_or(Ok(Vec::new()), |path| read_hashes(source, path))?;
            writer.levels.push(EdgeTile { index, hashes, grew: false });
        }
        writer.resume_bundle(source)?;
        Ok(writer)
    }

    fn resume_bundle(&mut self, source: &dyn TileSource) -> Result<(), TileError> {
        let (size, index) = (self.frontier.size(), self.frontier.size() / TILE_WIDTH as u64);
        let edge = |content| TilePath::in_log_of(size, content, index);
        let (Some(bundle), Some(tile)) = (edge(TileContent::Entries), edge(TileContent::Hashes(0))) else {
            return Ok(());
        };
        let hashes = self.levels.first().map_or(&[][..], |level| &level.hashes);
        let bundle_file = read_bundle(source, bundle)?;
        let first = index * TILE_WIDTH as u64;
        for (index, (entry, hash)) in (first..).zip(bundle_file.entries()?.into_iter().zip(hashes)) {
            let fits = leaf_hash(entry) == *hash && encode_entry(&mut self.bundle, entry).is_ok();
            if !fits {
                return Err(TileError::EntryHash { index, path: tile });
            }
        }
        Ok(())
    }

    /// Appends an entry and says its leaf hash.
    ///
    /// # Errors
    /// [`EntryTooLong`] above 65,535 bytes; the log is then left as it was.
    pub fn append(&mut self, entry: &[u8]) -> Result<Hash, EntryTooLong> {
        encode_entry(&mut self.bundle, entry)?;
        let leaf = leaf_hash(entry);
        self.frontier.append(leaf);
        if self.frontier.size().is_multiple_of(TILE_WIDTH as u64) {
            self.finish(TileContent::Entries, self.frontier.size() / TILE_WIDTH as u64 - 1, None);
        }
        self.push(leaf);
        Ok(leaf)
    }

    /// Adds a leaf hash and closes every tile that it fills, from the leaves upward.
    fn push(&mut self, leaf: Hash) {
        let (mut hash, mut level) = (leaf, 0_u8);
        loop {
            if self.levels.len() == usize::from(level) {
                self.levels.push(EdgeTile::default());
            }
            let Some(tile) = self.levels.get_mut(usize::from(level)) else { return };
            tile.hashes.push(hash);
            tile.grew = true;
            if tile.hashes.len() < TILE_WIDTH {
                return;
            }
            hash = complete_root(&tile.hashes);
            let (index, hashes) = (tile.index, std::mem::take(&mut tile.hashes));
            *tile = EdgeTile { index: index + 1, ..EdgeTile::default() };
            self.finish(TileContent::Hashes(level), index, Some(&hashes));
            level += 1;
        }
    }

    /// Notes a full file; `None` stands for the bundle of entries.
    fn finish(&mut self, content: TileContent, index: u64, hashes: Option<&[Hash]>) {
        let bytes = hashes.map_or_else(|| std::mem::take(&mut self.bundle), tile_bytes);
        self.finished.push(TileFile { path: TilePath::full_at(content, index), bytes });
    }

    /// Size and root of the log with all entries appended so far.
    #[must_use]
    pub fn head(&self) -> TreeHead {
        self.frontier.head()
    }

    /// Entries appended so far, published or not.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.frontier.size()
    }

    /// The full files since the last call, so that a long catch-up does not gather in memory.
    pub fn take_full(&mut self) -> Vec<TileFile> {
        std::mem::take(&mut self.finished)
    }

    /// Every file that a checkpoint of [`TileWriter::head`] needs and that was not given yet: the
    /// full ones, and of each level the partial one at the right edge if it grew.
    ///
    /// Full files supersede the partial ones in their [`TilePath::partials_folder`].
    pub fn publish(&mut self) -> Vec<TileFile> {
        let mut files = self.take_full();
        let size = self.frontier.size();
        let edge_grew = self.levels.first().is_some_and(|leaves| leaves.grew);
        let index = size / TILE_WIDTH as u64;
        if let Some(path) = TilePath::in_log_of(size, TileContent::Entries, index).filter(|_| edge_grew) {
            files.push(TileFile { path, bytes: self.bundle.clone() });
        }
        for (level, tile) in (0_u8..).zip(&mut self.levels) {
            let grew = std::mem::take(&mut tile.grew);
            let path = TilePath::in_log_of(size, TileContent::Hashes(level), tile.index);
            if let Some(path) = path.filter(|_| grew) {
                files.push(TileFile { path, bytes: tile_bytes(&tile.hashes) });
            }
        }
        files
    }
}

fn tile_bytes(hashes: &[Hash]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| hash.0).collect()
}
