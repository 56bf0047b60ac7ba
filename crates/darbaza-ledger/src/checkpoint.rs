//! Checkpoints: what a log says of itself, as a signed note (C2SP tlog-checkpoint).

mod signed;
mod signer;
mod text;

pub use signed::{CheckpointError, SignedCheckpoint};
pub use signer::{CheckpointSigner, SignError};
pub use text::{Checkpoint, NotACheckpoint};
