use std::fmt;

use thiserror::Error;

use super::{Checkpoint, NotACheckpoint};
use crate::note::{NoteError, SignedNote, SignerKey, VerifierKey};
use crate::tree_head::TreeHead;

/// Why a signed checkpoint is none, or is not to be believed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CheckpointError {
    /// It is no signed note, or not signed as it should be.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// The signed text is no checkpoint.
    #[error(transparent)]
    Text(#[from] NotACheckpoint),
    /// A known key has signed, but it is not the key of the log that the checkpoint names.
    #[error("the checkpoint is of the log {origin:?}, whose key is not among those given")]
    OtherLog {
        /// The log that the checkpoint names.
        origin: String,
    },
}

/// A checkpoint with its signatures; `Display` gives the note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedCheckpoint {
    checkpoint: Checkpoint,
    note: SignedNote,
}

impl SignedCheckpoint {
    /// Signs whatever it is told to; only [`super::CheckpointSigner`] may call it.
    pub(super) fn sign(head: TreeHead, key: &SignerKey) -> Result<Self, CheckpointError> {
        let checkpoint = Checkpoint::new(key.name(), head)?;
        let note = SignedNote::sign(&checkpoint.to_string(), key)?;
        Ok(Self { checkpoint, note })
    }

    /// Reads a signed checkpoint without verifying a signature.
    ///
    /// # Errors
    /// [`CheckpointError::Note`] and [`CheckpointError::Text`].
    pub fn parse(note: &[u8]) -> Result<Self, CheckpointError> {
        let note = SignedNote::parse(note)?;
        Ok(Self { checkpoint: note.text().parse()?, note })
    }

    /// Verifies that one of the keys has signed, and that its name is the log's origin.
    ///
    /// C2SP leaves it open whether origin and key name are the same; here they always are, so that
    /// whoever pins a key has pinned the log.
    ///
    /// # Errors
    /// [`CheckpointError::Note`] and [`CheckpointError::OtherLog`].
    pub fn verify<'k>(&self, keys: &'k [VerifierKey]) -> Result<&'k VerifierKey, CheckpointError> {
        let origin = self.checkpoint.origin();
        let mut signed_by = self.note.verify(keys)?.into_iter();
        signed_by
            .find(|key| key.name() == origin)
            .ok_or_else(|| CheckpointError::OtherLog { origin: origin.to_owned() })
    }

    /// What the log says of itself.
    #[must_use]
    pub const fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// Size and root of the log.
    #[must_use]
    pub const fn head(&self) -> TreeHead {
        self.checkpoint.head()
    }

    /// The note with the signatures.
    #[must_use]
    pub const fn note(&self) -> &SignedNote {
        &self.note
    }
}

impl fmt::Display for SignedCheckpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.note.fmt(f)
    }
}
