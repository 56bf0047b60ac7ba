use super::ProofError;
use crate::hash::{Hash, node_hash};
use crate::tree_head::TreeHead;

/// Verifies that the leaf with this hash is entry `index` of the log at `head`.
///
/// The algorithm is that of RFC 9162, section 2.1.3.2, and shares nothing with the making of proofs.
///
/// # Errors
/// [`ProofError::BeyondLog`], [`ProofError::Length`], [`ProofError::Root`].
pub fn verify_inclusion(leaf: &Hash, index: u64, head: &TreeHead, path: &[Hash]) -> Result<(), ProofError> {
    let beyond = ProofError::BeyondLog { asked: index, size: head.size };
    if index >= head.size {
        return Err(beyond);
    }
    // `node` and `last` number, row by row, the node that `hash` stands for and the last of its row.
    let (mut node, mut last) = (index, head.size - 1);
    let mut hash = *leaf;
    for sibling in path {
        if last == 0 {
            return Err(ProofError::Length);
        }
        if node & 1 == 1 || node == last {
            hash = node_hash(sibling, &hash);
            // A last node without a right sibling stands for itself in the rows above.
            let alone = node.trailing_zeros();
            node >>= alone;
            last >>= alone;
        } else {
            hash = node_hash(&hash, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    match last {
        0 if hash == head.root => Ok(()),
        0 => Err(ProofError::Root),
        _ => Err(ProofError::Length),
    }
}
