use super::ProofError;
use crate::hash::{Hash, node_hash};
use crate::tree_head::TreeHead;

/// Verifies that the log at `new` begins with all entries of the log at `old`, unchanged.
///
/// The algorithm is that of RFC 9162, section 2.1.4.2. From an empty log everything grows: its
/// root must be [`Hash::EMPTY_LOG`] and the proof empty. Equal sizes need equal roots and an empty
/// proof.
///
/// # Errors
/// [`ProofError::BeyondLog`] where the log shrank, else every other variant.
pub fn verify_consistency(old: &TreeHead, new: &TreeHead, path: &[Hash]) -> Result<(), ProofError> {
    if old.size > new.size {
        return Err(ProofError::BeyondLog { asked: old.size, size: new.size });
    }
    if old.size == 0 || old.size == new.size {
        return without_hashes(old, new, path);
    }
    // Where the old log is one complete subtree, its root is left out of the proof.
    let (first, path) = match path.split_first() {
        _ if old.size.is_power_of_two() => (&old.root, path),
        Some(split) => split,
        None => return Err(ProofError::Length),
    };
    let (mut node, mut last) = (old.size - 1, new.size - 1);
    let complete = node.trailing_ones();
    node >>= complete;
    last >>= complete;
    let (mut old_root, mut new_root) = (*first, *first);
    for sibling in path {
        if last == 0 {
            return Err(ProofError::Length);
        }
        if node & 1 == 1 || node == last {
            old_root = node_hash(sibling, &old_root);
            new_root = node_hash(sibling, &new_root);
            let alone = node.trailing_zeros();
            node >>= alone;
            last >>= alone;
        } else {
            new_root = node_hash(&new_root, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    match last {
        0 if old_root != old.root => Err(ProofError::OldRoot),
        0 if new_root != new.root => Err(ProofError::Root),
        0 => Ok(()),
        _ => Err(ProofError::Length),
    }
}

fn without_hashes(old: &TreeHead, new: &TreeHead, path: &[Hash]) -> Result<(), ProofError> {
    let expected = if old.size == 0 { Hash::EMPTY_LOG } else { new.root };
    let empty_is_empty = new.size > 0 || new.root == Hash::EMPTY_LOG;
    match path {
        [] if old.root != expected => Err(ProofError::OldRoot),
        [] if !empty_is_empty => Err(ProofError::Root),
        [] => Ok(()),
        _ => Err(ProofError::Length),
    }
}
