use thiserror::Error;

use super::{CheckpointError, SignedCheckpoint};
use crate::hash::Hash;
use crate::note::{SignerKey, VerifierKey};
use crate::proof::{ProofError, verify_consistency};
use crate::tree_head::TreeHead;

/// Why a head was not signed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SignError {
    /// The log would have lost entries since the last signature.
    #[error("a log of {new} entries cannot follow the signed one of {last}")]
    Shrunk {
        /// Entries that were signed last.
        last: u64,
        /// Entries now.
        new: u64,
    },
    /// The log would have two roots at one size.
    #[error("the log has another root at {size} entries than the signed one")]
    Forked {
        /// Entries.
        size: u64,
    },
    /// The proof does not show that the log only grew since the last signature.
    #[error("the log is not shown to continue the one signed last")]
    Inconsistent(#[source] ProofError),
    /// The head could not be put into a checkpoint.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
}

/// Signs checkpoints, and never one that contradicts the last.
///
/// It is the log's own witness: C2SP tlog-checkpoint forbids signing two checkpoints of which one
/// does not continue the other. It keeps the last head in memory only; the caller stores
/// [`CheckpointSigner::last`] durably **before** a checkpoint leaves the process, and hands it to
/// [`CheckpointSigner::new`] at the next start.
#[derive(Debug)]
pub struct CheckpointSigner {
    key: SignerKey,
    last: Option<TreeHead>,
}

impl CheckpointSigner {
    /// A signer that signed `last` before; `None` only where the log never had a checkpoint.
    #[must_use]
    pub const fn new(key: SignerKey, last: Option<TreeHead>) -> Self {
        Self { key, last }
    }

    /// Signs `head`, given the proof that it continues the last one signed.
    ///
    /// The proof is [`crate::TileReader::consistency_path`] from the last size; empty for the first
    /// checkpoint and for an unchanged log.
    ///
    /// # Errors
    /// [`SignError`]; the last head then stays as it was.
    pub fn sign(&mut self, head: TreeHead, consistency: &[Hash]) -> Result<SignedCheckpoint, SignError> {
        let last = self.last.unwrap_or(TreeHead::EMPTY);
        if head.size < last.size {
            return Err(SignError::Shrunk { last: last.size, new: head.size });
        }
        if head.size == last.size && head.root != last.root {
            return Err(SignError::Forked { size: head.size });
        }
        verify_consistency(&last, &head, consistency).map_err(SignError::Inconsistent)?;
        let signed = SignedCheckpoint::sign(head, &self.key)?;
        self.last = Some(head);
        Ok(signed)
    }

    /// The head that was signed last.
    #[must_use]
    pub const fn last(&self) -> Option<TreeHead> {
        self.last
    }

    /// The public half of the key that signs. The private half stays in here, so that nothing can
    /// be signed past the rule.
    #[must_use]
    pub const fn verifier(&self) -> &VerifierKey {
        self.key.verifier()
    }
}
