//! Proofs that an entry is in a log, and that a log only grew (RFC 6962, RFC 9162).

mod consistency;
mod generate;
mod inclusion;

pub use consistency::verify_consistency;
pub use inclusion::verify_inclusion;

use thiserror::Error;

/// Why a proof proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ProofError {
    /// The index or the old size lies beyond the log that the proof speaks of.
    #[error("{asked} lies beyond the {size} entries of the log")]
    BeyondLog {
        /// The index or old size.
        asked: u64,
        /// Entries of the log.
        size: u64,
    },
    /// The proof has more or fewer hashes than these sizes ask for.
    #[error("the proof has too many or too few hashes")]
    Length,
    /// The hashes do not lead to the old root.
    #[error("the proof does not lead to the old root")]
    OldRoot,
    /// The hashes do not lead to the root.
    #[error("the proof does not lead to the root")]
    Root,
}
