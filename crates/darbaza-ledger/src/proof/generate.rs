use crate::hash::Hash;
use crate::tiles::{TileError, TileReader, left_of};

impl TileReader<'_> {
    /// The hashes that prove entry `index` to be in the log, from the leaf's sibling up (RFC 6962,
    /// section 2.1.1).
    ///
    /// # Errors
    /// [`TileError::BeyondLog`] for an index that is not in the log, else what is wrong with a tile.
    pub fn inclusion_path(&mut self, index: u64) -> Result<Vec<Hash>, TileError> {
        if index >= self.size() {
            return Err(TileError::BeyondLog { asked: index, size: self.size() });
        }
        let (mut start, mut end) = (0, self.size());
        let mut path = Vec::new();
        // Down from the root to the leaf; the half that the leaf is not in is part of the proof.
        while end - start > 1 {
            let middle = start + left_of(end - start);
            if index < middle {
                path.push(self.range(middle, end)?);
                end = middle;
            } else {
                path.push(self.range(start, middle)?);
                start = middle;
            }
        }
        path.reverse();
        Ok(path)
    }

    /// The hashes that prove the log to begin with its first `old_size` entries as they were
    /// (RFC 6962, section 2.1.2).
    ///
    /// # Errors
    /// [`TileError::BeyondLog`] where the log is smaller, else what is wrong with a tile.
    pub fn consistency_path(&mut self, old_size: u64) -> Result<Vec<Hash>, TileError> {
        if old_size > self.size() {
            return Err(TileError::BeyondLog { asked: old_size, size: self.size() });
        }
        let (mut start, mut end) = (0, self.size());
        let mut path = Vec::new();
        if old_size == 0 || old_size == end {
            return Ok(path);
        }
        // Down to the subtree that ends where the old log ended.
        while end != old_size {
            let middle = start + left_of(end - start);
            if old_size <= middle {
                path.push(self.range(middle, end)?);
                end = middle;
            } else {
                path.push(self.range(start, middle)?);
                start = middle;
            }
        }
        // Where that subtree is the whole old log, whoever verifies has its root already.
        if start != 0 {
            path.push(self.range(start, end)?);
        }
        path.reverse();
        Ok(path)
    }
}
