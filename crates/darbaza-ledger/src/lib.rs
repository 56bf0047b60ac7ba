//! A log that cannot be changed unseen: an RFC 6962 tree in the formats of C2SP.
//!
//! Entries are bytes whose meaning this crate does not know. Appended one after the other, they
//! make a Merkle tree over SHA-256; the tree and the entries lie in files ([tlog-tiles]); what the
//! log says of itself, its size and its root, is signed with Ed25519 ([tlog-checkpoint],
//! [signed-note]); and one record can be shown to be in it by a file of its own ([tlog-proof]).
//!
//! The crate is pure: it reads files through [`TileSource`], gives the files to be written as
//! [`TileFile`], takes the seed of a key from its caller, and knows neither clock nor network.
//!
//! # From an entry to a checkpoint
//! 1. A store keeps entries, their [`leaf_hash`] and the [`Frontier`], which gives size and root
//!    after each batch. Once they are durable, the entry counts as recorded.
//! 2. [`TileWriter`] makes the files of what is durable; they can be made anew at any time.
//! 3. [`CheckpointSigner`] signs the new head, given the proof that it continues the last one. Its
//!    [`CheckpointSigner::last`] is stored durably before the checkpoint leaves the process.
//!
//! # Who can be convinced of what
//! - [`verify()`] reads a whole log and names the first file or entry that is not as it was signed.
//! - [`RecordProof`] shows one record to somebody who has the record, the proof file and the key.
//! - Whoever owns the log and its key can write another log and sign it. Only checkpoints that
//!   were kept out of the owner's reach tell of that: hand them to [`verify()`].
//!
//! ```
//! use std::collections::BTreeMap;
//!
//! use darbaza_ledger::{CheckpointSigner, RecordProof, SignerKey, TileWriter, verify};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let mut writer = TileWriter::new();
//! for entry in ["first", "second", "third"] {
//!     writer.append(entry.as_bytes())?;
//! }
//! let mut files = BTreeMap::new();
//! for file in writer.publish() {
//!     files.insert(file.path.to_string(), file.bytes);
//! }
//!
//! let key = SignerKey::from_seed("log.example/audit", &[7; 32])?; // a real seed is random
//! let pinned = [key.verifier().clone()];
//! let checkpoint = CheckpointSigner::new(key, None).sign(writer.head(), &[])?;
//!
//! let proof_file = RecordProof::make(&files, checkpoint.clone(), 1)?.to_string();
//! let head = RecordProof::parse(proof_file.as_bytes())?.verify(b"second", &pinned)?;
//! assert_eq!(head.size, 3);
//!
//! let note = checkpoint.to_string();
//! let report = verify(&files, note.as_bytes(), &pinned, &[], &mut |_, _| ())?;
//! assert_eq!(report.head, head);
//! # Ok(())
//! # }
//! ```
//!
//! [tlog-tiles]: https://c2sp.org/tlog-tiles
//! [tlog-checkpoint]: https://c2sp.org/tlog-checkpoint
//! [signed-note]: https://c2sp.org/signed-note
//! [tlog-proof]: https://c2sp.org/tlog-proof

mod checkpoint;
mod decimal;
mod frontier;
mod hash;
mod note;
mod proof;
mod record_proof;
mod tiles;
mod tree_head;
mod verify;

pub use checkpoint::{
    Checkpoint, CheckpointError, CheckpointSigner, NotACheckpoint, SignError, SignedCheckpoint,
};
pub use frontier::{Frontier, NotAnEdge};
pub use hash::{Hash, NotAHash, leaf_hash, node_hash};
pub use note::{KeyError, NotAKeyName, NoteError, NoteSignature, SignedNote, SignerKey, VerifierKey};
pub use proof::{ProofError, verify_consistency, verify_inclusion};
pub use record_proof::{NotAProofFile, RecordProof, RecordProofError};
pub use tiles::{
    BundleError, EntryTooLong, NotATilePath, TileContent, TileError, TileFile, TilePath, TileReader,
    TileSource, TileWriter, decode_bundle, encode_entry,
};
pub use tree_head::TreeHead;
pub use verify::{Report, VerifyError, verify};
