use super::walk::Walked;
use super::{Report, VerifyError};
use crate::checkpoint::{CheckpointError, SignedCheckpoint};
use crate::note::VerifierKey;
use crate::tree_head::TreeHead;

/// What the checkpoints claim, as far as it can be verified without the log.
pub(super) struct Claims {
    origin: String,
    signed_by: Option<VerifierKey>,
    pub(super) head: TreeHead,
    /// Heads of the older checkpoints, the smallest first.
    pub(super) older: Vec<TreeHead>,
}

impl Claims {
    pub(super) fn read(
        checkpoint: &[u8],
        keys: &[VerifierKey],
        since: &[&[u8]],
    ) -> Result<Self, VerifyError> {
        let (checkpoint, signed_by) = open(checkpoint, keys)?;
        let origin = checkpoint.checkpoint().origin().to_owned();
        let mut claims = Self { origin, signed_by, head: checkpoint.head(), older: Vec::new() };
        for (note, position) in since.iter().zip(1..) {
            let (older, _) =
                open(note, keys).map_err(|source| VerifyError::OlderCheckpoint { position, source })?;
            let origin = older.checkpoint().origin();
            if origin != claims.origin {
                return Err(VerifyError::OtherLog { position, origin: origin.to_owned() });
            }
            claims.add_older(older.head())?;
        }
        claims.older.sort_by_key(|older| older.size);
        Ok(claims)
    }

    fn add_older(&mut self, older: TreeHead) -> Result<(), VerifyError> {
        if older.size > self.head.size {
            return Err(VerifyError::RolledBack { size: self.head.size, older: older.size });
        }
        self.older.push(older);
        Ok(())
    }

    /// The report of a walk that found every claim right.
    pub(super) fn into_report(self, walked: Walked) -> Report {
        let Self { origin, head, signed_by, .. } = self;
        let Walked { continues, files } = walked;
        Report { origin, head, signed_by, continues, files }
    }
}

/// Reads a checkpoint and, where there are keys, finds the one that signed it.
fn open(
    note: &[u8],
    keys: &[VerifierKey],
) -> Result<(SignedCheckpoint, Option<VerifierKey>), CheckpointError> {
    let checkpoint = SignedCheckpoint::parse(note)?;
    let signed_by = match keys {
        [] => None,
        keys => Some(checkpoint.verify(keys)?.clone()),
    };
    Ok((checkpoint, signed_by))
}
