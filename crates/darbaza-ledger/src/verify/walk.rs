use super::VerifyError;
use super::claims::Claims;
use crate::frontier::Frontier;
use crate::hash::{Hash, leaf_hash};
use crate::tiles::{
    TILE_WIDTH, TileContent, TileError, TilePath, TileSource, complete_root, read_bundle, read_hashes,
};
use crate::tree_head::TreeHead;

/// One pass over the log, from the first entry to the last.
pub(super) struct Walk<'a> {
    source: &'a dyn TileSource,
    head: TreeHead,
    /// Older heads that the walk has yet to pass, the smallest first.
    older: &'a [TreeHead],
    /// Sizes of the older heads that the walk passed and found right.
    continues: Vec<u64>,
    frontier: Frontier,
    /// Per level above the leaves, the hashes made anew of the tile that is not complete yet.
    levels: Vec<Level>,
    files: u64,
}

/// What a walk that found nothing wrong has seen.
pub(super) struct Walked {
    pub(super) continues: Vec<u64>,
    pub(super) files: u64,
}

#[derive(Default)]
struct Level {
    index: u64,
    hashes: Vec<Hash>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(source: &'a dyn TileSource, claims: &'a Claims) -> Self {
        Self {
            source,
            head: claims.head,
            older: &claims.older,
            continues: Vec::new(),
            frontier: Frontier::new(),
            levels: Vec::new(),
            files: 0,
        }
    }

    /// Verifies everything.
    pub(super) fn run(mut self, visit: &mut dyn FnMut(u64, &[u8])) -> Result<Walked, VerifyError> {
        self.pass_older()?;
        for bundle in 0..self.head.size.div_ceil(TILE_WIDTH as u64) {
            let hashes = self.verify_bundle(bundle, visit)?;
            if hashes.len() == TILE_WIDTH {
                self.push(complete_root(&hashes))?;
            }
        }
        for (level, tile) in (1..).zip(std::mem::take(&mut self.levels)) {
            if !tile.hashes.is_empty() {
                self.verify_tile(level, &tile)?;
            }
        }
        if self.frontier.root() != self.head.root {
            return Err(VerifyError::Root { size: self.head.size, agrees_up_to: self.agrees_up_to() });
        }
        Ok(Walked { continues: self.continues, files: self.files })
    }

    /// Compares a bundle of entries with its tile of leaf hashes, which it gives.
    fn verify_bundle(
        &mut self,
        index: u64,
        visit: &mut dyn FnMut(u64, &[u8]),
    ) -> Result<Vec<Hash>, VerifyError> {
        let entries_path = self.path(TileContent::Entries, index)?;
        let bundle = read_bundle(self.source, entries_path)?;
        let entries = bundle.entries()?;
        let first = self.frontier.size();
        for (index, entry) in (first..).zip(&entries) {
            visit(index, entry);
        }
        let path = self.path(TileContent::Hashes(0), index)?;
        let hashes = read_hashes(self.source, path)?;
        for (index, (entry, hash)) in (first..).zip(entries.iter().zip(&hashes)) {
            if leaf_hash(entry) != *hash {
                return Err(TileError::EntryHash { index, path }.into());
            }
            self.frontier.append(*hash);
            self.pass_older()?;
        }
        self.files += 2;
        Ok(hashes)
    }

    /// Compares the log so far with the older checkpoints of just this size.
    fn pass_older(&mut self) -> Result<(), VerifyError> {
        while let Some((older, rest)) = self.older.split_first() {
            if older.size != self.frontier.size() {
                break;
            }
            if older.root != self.frontier.root() {
                return Err(VerifyError::Rewritten { older: older.size, agrees_up_to: self.agrees_up_to() });
            }
            self.continues.push(older.size);
            self.older = rest;
        }
        Ok(())
    }

    /// The largest size at which an older checkpoint agreed.
    fn agrees_up_to(&self) -> u64 {
        self.continues.last().copied().unwrap_or(0)
    }

    /// Adds the root of a full tile of leaf hashes, and verifies every tile above that it completes.
    fn push(&mut self, root: Hash) -> Result<(), VerifyError> {
        let mut hash = root;
        for level in 1_u8.. {
            let place = usize::from(level - 1);
            if self.levels.len() == place {
                self.levels.push(Level::default());
            }
            let Some(tile) = self.levels.get_mut(place) else { break };
            tile.hashes.push(hash);
            if tile.hashes.len() < TILE_WIDTH {
                break;
            }
            let full = std::mem::take(tile);
            tile.index = full.index + 1;
            self.verify_tile(level, &full)?;
            hash = complete_root(&full.hashes);
        }
        Ok(())
    }

    fn verify_tile(&mut self, level: u8, made: &Level) -> Result<(), VerifyError> {
        let path = self.path(TileContent::Hashes(level), made.index)?;
        let stored = read_hashes(self.source, path)?;
        match made.hashes.iter().zip(&stored).position(|(made, stored)| made != stored) {
            Some(position) => Err(VerifyError::NodeHash { path, position }),
            None => {
                self.files += 1;
                Ok(())
            }
        }
    }

    fn path(&self, content: TileContent, index: u64) -> Result<TilePath, TileError> {
        let size = self.head.size;
        TilePath::in_log_of(size, content, index).ok_or(TileError::BeyondLog { asked: index, size })
    }
}
