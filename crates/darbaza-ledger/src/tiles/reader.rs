use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::iter;

use super::{
    TILE_HEIGHT, TILE_WIDTH, TileContent, TileError, TilePath, TileSource, parents, read_bundle, read_hashes,
};
use crate::frontier::Frontier;
use crate::hash::{Hash, node_hash};

/// Tiles kept between look-ups. A proof needs two per level, of at most eight levels.
const KEPT_TILES: usize = 32;

/// Reads hashes and entries of a log of known size from its tiles.
///
/// What it answers is as good as the tiles: whoever did not write them compares the result with
/// a root that he trusts, as [`crate::verify_inclusion`] and [`crate::verify()`] do.
pub struct TileReader<'a> {
    source: &'a dyn TileSource,
    size: u64,
    kept: BTreeMap<(u8, u64), Rows>,
}

/// The complete subtrees within one tile, row by row: the hashes of the tile, the pairs of them, and so on.
type Rows = Vec<Vec<Hash>>;

impl<'a> TileReader<'a> {
    /// A reader of the first `size` entries of the log.
    #[must_use]
    pub fn new(source: &'a dyn TileSource, size: u64) -> Self {
        Self { source, size, kept: BTreeMap::new() }
    }

    /// Entries of the log as this reader sees it.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// One entry's bytes.
    ///
    /// # Errors
    /// [`TileError::BeyondLog`] for an index that is not in the log, else what is wrong with the bundle.
    pub fn entry(&self, index: u64) -> Result<Vec<u8>, TileError> {
        let beyond = TileError::BeyondLog { asked: index, size: self.size };
        let bundle = index / TILE_WIDTH as u64;
        let path = match TilePath::in_log_of(self.size, TileContent::Entries, bundle) {
            Some(path) if index < self.size => path,
            _ => return Err(beyond),
        };
        let bundle = read_bundle(self.source, path)?;
        let position = (index % TILE_WIDTH as u64) as usize;
        bundle.entries()?.get(position).map(|entry| entry.to_vec()).ok_or(beyond)
    }

    /// The right edge of the log, from which it can grow.
    ///
    /// # Errors
    /// What is wrong with a tile on the right edge.
    pub fn frontier(&mut self) -> Result<Frontier, TileError> {
        let size = self.size;
        let heights = (0..u64::BITS).rev().filter(|height| size >> height & 1 == 1);
        let edge =
            heights.map(|height| self.subtree(height, (size >> height) - 1)).collect::<Result<_, _>>()?;
        // The heights are the ones of the size, so that the number of hashes always fits.
        Frontier::from_edge(size, edge).map_err(|_| TileError::BeyondLog { asked: size, size })
    }

    /// The root of the log as the tiles have it.
    ///
    /// # Errors
    /// What is wrong with a tile on the right edge.
    pub fn root(&mut self) -> Result<Hash, TileError> {
        Ok(self.frontier()?.root())
    }

    /// The root over entries `start..end`, where `start` is a multiple of the smallest power of two
    /// that holds the range: the only ranges that proofs speak of.
    pub(crate) fn range(&mut self, start: u64, end: u64) -> Result<Hash, TileError> {
        let length = end - start;
        if length.is_power_of_two() {
            let height = length.trailing_zeros();
            return self.subtree(height, start >> height);
        }
        let middle = start + left_of(length);
        let left = self.range(start, middle)?;
        Ok(node_hash(&left, &self.range(middle, end)?))
    }

    /// The hash of the complete subtree over 2^height leaves that is the `index`-th of its height.
    fn subtree(&mut self, height: u32, index: u64) -> Result<Hash, TileError> {
        let level = (height / TILE_HEIGHT) as u8;
        let row = height % TILE_HEIGHT;
        // Subtrees of this height in one tile; each of them lies within one.
        let width = (TILE_WIDTH as u64) >> row;
        let rows = self.tile(level, index / width)?;
        let hash = rows.get(row as usize).and_then(|row| row.get((index % width) as usize));
        hash.copied().ok_or(TileError::BeyondLog { asked: index, size: self.size })
    }

    fn tile(&mut self, level: u8, index: u64) -> Result<&Rows, TileError> {
        if self.kept.len() == KEPT_TILES && !self.kept.contains_key(&(level, index)) {
            self.kept.clear();
        }
        match self.kept.entry((level, index)) {
            Entry::Occupied(tile) => Ok(tile.into_mut()),
            Entry::Vacant(place) => {
                let path = TilePath::in_log_of(self.size, TileContent::Hashes(level), index)
                    .ok_or(TileError::BeyondLog { asked: index, size: self.size })?;
                Ok(place.insert(rows_of(read_hashes(self.source, path)?)))
            }
        }
    }
}

fn rows_of(hashes: Vec<Hash>) -> Rows {
    iter::successors(Some(hashes), |row| Some(parents(row)).filter(|row| !row.is_empty())).collect()
}

/// Leaves in the left subtree of a tree of `size` leaves, two or more: the largest power of two
/// below it (RFC 6962, section 2.1).
pub(crate) fn left_of(size: u64) -> u64 {
    1 << (size - 1).checked_ilog2().unwrap_or(0)
}
