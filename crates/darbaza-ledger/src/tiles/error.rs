use std::io;

use thiserror::Error;

use super::{BundleError, TilePath};

/// Why a file of the tiled log could not be used.
#[derive(Debug, Error)]
pub enum TileError {
    /// The source could not be read.
    #[error("{path} could not be read")]
    Source {
        /// The file asked for.
        path: TilePath,
        /// What the source said.
        source: io::Error,
    },
    /// Neither the file nor the full one in its place exists.
    #[error("{path} is missing")]
    Missing {
        /// The file asked for.
        path: TilePath,
    },
    /// A hash tile has a length other than its width asks for.
    #[error("{path} has {found} bytes, not {expected}")]
    Length {
        /// The tile.
        path: TilePath,
        /// Bytes that its width asks for.
        expected: usize,
        /// Bytes found.
        found: usize,
    },
    /// A file of entries is not a bundle.
    #[error("{path} is not a bundle of entries")]
    Bundle {
        /// The file.
        path: TilePath,
        /// What is wrong with it.
        source: BundleError,
    },
    /// An entry in a bundle does not have the leaf hash that the level 0 tile says.
    #[error("entry {index} does not have the hash that {path} says")]
    EntryHash {
        /// The entry's index in the log.
        index: u64,
        /// The tile of leaf hashes.
        path: TilePath,
    },
    /// Something beyond the end of the log was asked for.
    #[error("{asked} lies beyond the {size} entries of the log")]
    BeyondLog {
        /// The index or size asked for.
        asked: u64,
        /// Entries of the log.
        size: u64,
    },
}
