//! Proof files: all that is needed to show offline that one record is in the log (C2SP tlog-proof).

mod error;
mod text;

pub use error::{NotAProofFile, RecordProofError};

use std::fmt;

use crate::checkpoint::SignedCheckpoint;
use crate::hash::{Hash, leaf_hash};
use crate::note::VerifierKey;
use crate::proof::verify_inclusion;
use crate::tiles::{TileReader, TileSource};
use crate::tree_head::TreeHead;

/// The most bytes that a proof file may carry beside the proof.
const LONGEST_EXTRA: usize = 65_535;

/// A proof that one entry is in the log, with the checkpoint that it leads to.
///
/// `Display` and [`RecordProof::parse`] use the text of a `.tlog-proof` file. It holds neither the
/// entry nor a key: whoever verifies has both from elsewhere.
#[derive(Clone, PartialEq, Eq)]
pub struct RecordProof {
    extra: Option<Vec<u8>>,
    index: u64,
    path: Vec<Hash>,
    checkpoint: SignedCheckpoint,
}

// Without the extra bytes: what an application put there is not for logs of the program.
impl fmt::Debug for RecordProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = self.checkpoint.head();
        f.debug_struct("RecordProof").field("index", &self.index).field("head", &head).finish_non_exhaustive()
    }
}

impl RecordProof {
    /// Proves entry `index` to be in the log at `checkpoint`, reading the tiles.
    ///
    /// The proof is verified before it is given out: damaged tiles make an error, not a proof that
    /// nobody will accept.
    ///
    /// # Errors
    /// [`RecordProofError::Tile`] and [`RecordProofError::Proof`].
    pub fn make(
        source: &dyn TileSource,
        checkpoint: SignedCheckpoint,
        index: u64,
    ) -> Result<Self, RecordProofError> {
        let head = checkpoint.head();
        let mut reader = TileReader::new(source, head.size);
        let path = reader.inclusion_path(index)?;
        verify_inclusion(&leaf_hash(&reader.entry(index)?), index, &head, &path)?;
        Ok(Self { extra: None, index, path, checkpoint })
    }

    /// Adds bytes of the application's own. Nothing vouches for them: readers must not trust them.
    ///
    /// # Errors
    /// [`NotAProofFile`] above 65,535 bytes, or for none, which has no form of its own.
    pub fn with_extra(self, extra: Vec<u8>) -> Result<Self, NotAProofFile> {
        if extra.is_empty() || extra.len() > LONGEST_EXTRA {
            return Err(NotAProofFile);
        }
        Ok(Self { extra: Some(extra), ..self })
    }

    /// Verifies that `entry` is the record that the proof speaks of, in a log whose key is among `keys`.
    ///
    /// Gives the head of the log that the record is in.
    ///
    /// # Errors
    /// [`RecordProofError::Checkpoint`] where the log's signature is missing or wrong,
    /// [`RecordProofError::Proof`] where the entry is not the one that was logged.
    pub fn verify(&self, entry: &[u8], keys: &[VerifierKey]) -> Result<TreeHead, RecordProofError> {
        self.checkpoint.verify(keys)?;
        let head = self.checkpoint.head();
        verify_inclusion(&leaf_hash(entry), self.index, &head, &self.path)?;
        Ok(head)
    }

    /// The entry's index in the log, from 0.
    #[must_use]
    pub const fn index(&self) -> u64 {
        self.index
    }

    /// The hashes from the leaf's sibling up to the root's child.
    #[must_use]
    pub fn path(&self) -> &[Hash] {
        &self.path
    }

    /// The checkpoint that the proof leads to.
    #[must_use]
    pub const fn checkpoint(&self) -> &SignedCheckpoint {
        &self.checkpoint
    }

    /// Bytes of the application's own, which nothing vouches for.
    #[must_use]
    pub fn extra(&self) -> Option<&[u8]> {
        self.extra.as_deref()
    }
}
