//! A log that cannot be changed unseen: an RFC 6962 tree in the formats of C2SP.

mod checkpoint;
mod decimal;
mod frontier;
mod hash;
mod note;
mod proof;
mod tiles;
mod tree_head;

pub use checkpoint::{
    Checkpoint, CheckpointError, CheckpointSigner, NotACheckpoint, SignError, SignedCheckpoint,
};
pub use frontier::{Frontier, NotAnEdge};
pub use hash::{Hash, NotAHash, leaf_hash, node_hash};
pub use note::{KeyError, NotAKeyName, NoteError, NoteSignature, SignedNote, SignerKey, VerifierKey};
pub use proof::{ProofError, verify_consistency, verify_inclusion};
pub use tiles::{
    BundleError, EntryTooLong, NotATilePath, TileContent, TileError, TileFile, TilePath, TileReader,
    TileSource, TileWriter, decode_bundle, encode_entry,
};
pub use tree_head::TreeHead;
