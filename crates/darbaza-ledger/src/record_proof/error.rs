use thiserror::Error;

use crate::checkpoint::CheckpointError;
use crate::proof::ProofError;
use crate::tiles::TileError;

/// The text is not that of a `.tlog-proof` file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not a proof file of the form c2sp.org/tlog-proof@v1")]
pub struct NotAProofFile;

/// Why a record is not proved to be in the log.
#[derive(Debug, Error)]
pub enum RecordProofError {
    /// The file is not in its form.
    #[error(transparent)]
    Form(#[from] NotAProofFile),
    /// The checkpoint in it is none, or not signed by the log.
    #[error("the checkpoint in the proof is not to be believed")]
    Checkpoint(#[from] CheckpointError),
    /// The entry is not the one that the log holds at this index.
    #[error("the record is not shown to be in the log")]
    Proof(#[from] ProofError),
    /// A tile is missing or damaged, so that no proof could be made.
    #[error("the log could not be read")]
    Tile(#[from] TileError),
}
