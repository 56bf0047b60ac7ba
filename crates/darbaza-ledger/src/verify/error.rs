use thiserror::Error;

use crate::checkpoint::CheckpointError;
use crate::tiles::{TileError, TilePath};

/// What is wrong with a log, and where.
#[derive(Debug, Error)]
pub enum VerifyError {
    /// The checkpoint is none, or not signed by the log.
    #[error("the checkpoint is not to be believed")]
    Checkpoint(#[from] CheckpointError),
    /// An older checkpoint is none, or not signed by the log.
    #[error("older checkpoint {position} is not to be believed")]
    OlderCheckpoint {
        /// Its place among those given, from 1.
        position: usize,
        /// Why.
        source: CheckpointError,
    },
    /// An older checkpoint is that of another log.
    #[error("older checkpoint {position} is of the log {origin:?}")]
    OtherLog {
        /// Its place among those given, from 1.
        position: usize,
        /// The log that it names.
        origin: String,
    },
    /// The log was rolled back: it has fewer entries than it once had.
    #[error("the log was rolled back: it has {size} entries and once had {older}")]
    RolledBack {
        /// Entries by the checkpoint.
        size: u64,
        /// Entries by the older checkpoint.
        older: u64,
    },
    /// The log was rewritten: its first entries are not those of an older checkpoint.
    #[error("the log was rewritten: it differs within its first {older} entries, after entry {agrees_up_to}")]
    Rewritten {
        /// Entries by the older checkpoint that the log does not continue.
        older: u64,
        /// Entries of the largest older checkpoint that the log does continue; 0 if there is none.
        agrees_up_to: u64,
    },
    /// A file of entries or hashes is missing or malformed, or an entry does not have its hash.
    #[error(transparent)]
    Tile(#[from] TileError),
    /// A hash in a tile above the leaves is not the root of the tile below it.
    #[error("hash {position} in {path} is not that of the tile below")]
    NodeHash {
        /// The tile.
        path: TilePath,
        /// The hash's place in it, from 0.
        position: usize,
    },
    /// The entries and tiles agree with one another, and not with the checkpoint.
    #[error(
        "the {size} entries do not have the root of the checkpoint; they differ after entry {agrees_up_to}"
    )]
    Root {
        /// Entries by the checkpoint.
        size: u64,
        /// Entries of the largest older checkpoint that the log does continue; 0 if there is none.
        agrees_up_to: u64,
    },
}
