use thiserror::Error;

use crate::hash::{Hash, node_hash};
use crate::tree_head::TreeHead;

/// The right edge of a log: all that is needed to append and to name the root.
///
/// It keeps one hash for each complete subtree, from the largest on the left to the smallest on
/// the right, at most 64. Appending costs one node hash on average. A store that keeps
/// [`Frontier::edge`] beside the size starts again without reading the leaves.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Frontier {
    size: u64,
    edge: Vec<Hash>,
}

/// The number of edge hashes does not belong to the size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("a log of {size} entries has {expected} edge hashes, not {found}")]
pub struct NotAnEdge {
    /// Entries of the log.
    pub size: u64,
    /// Hashes that a log of this size has at its edge.
    pub expected: usize,
    /// Hashes given.
    pub found: usize,
}

impl Frontier {
    /// The edge of a log without entries.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Rebuilds the edge from what [`Frontier::edge`] gave.
    ///
    /// # Errors
    /// [`NotAnEdge`] where the number of hashes does not fit the size. A wrong hash is not seen
    /// here: compare [`Frontier::root`] with the root on record.
    pub fn from_edge(size: u64, edge: Vec<Hash>) -> Result<Self, NotAnEdge> {
        let expected = size.count_ones() as usize;
        if edge.len() == expected {
            Ok(Self { size, edge })
        } else {
            Err(NotAnEdge { size, expected, found: edge.len() })
        }
    }

    /// Appends the hash of the next leaf.
    pub fn append(&mut self, leaf: Hash) {
        let mut hash = leaf;
        // Each trailing one of the size is a complete subtree that the new one completes to the next.
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.edge.pop() {
                hash = node_hash(&left, &hash);
            }
        }
        self.edge.push(hash);
        // No log reaches 2^64 entries; saturating keeps this path free of a panic all the same.
        self.size = self.size.saturating_add(1);
    }

    /// Entries in the log.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The hash of each complete subtree, the largest first.
    #[must_use]
    pub fn edge(&self) -> &[Hash] {
        &self.edge
    }

    /// The root of the log (RFC 6962, section 2.1), at most 63 node hashes.
    #[must_use]
    pub fn root(&self) -> Hash {
        let folded = self.edge.iter().rev().copied().reduce(|right, left| node_hash(&left, &right));
        folded.unwrap_or(Hash::EMPTY_LOG)
    }

    /// Size and root together.
    #[must_use]
    pub fn head(&self) -> TreeHead {
        TreeHead { size: self.size, root: self.root() }
    }
}

impl Extend<Hash> for Frontier {
    fn extend<I: IntoIterator<Item = Hash>>(&mut self, leaves: I) {
        for leaf in leaves {
            self.append(leaf);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::leaf_hash;

    #[test]
    fn starts_again_from_its_edge_at_every_size() {
        let mut kept = Frontier::new();
        let mut restarted = Frontier::new();
        for number in 0..700_u32 {
            let leaf = leaf_hash(&number.to_be_bytes());
            kept.append(leaf);
            restarted = Frontier::from_edge(restarted.size(), restarted.edge().to_vec()).unwrap();
            restarted.append(leaf);
            assert_eq!(kept, restarted);
        }
        assert_eq!(
            Frontier::from_edge(5, vec![Hash::EMPTY_LOG]),
            Err(NotAnEdge { size: 5, expected: 2, found: 1 })
        );
    }
}
