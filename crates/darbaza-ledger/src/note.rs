//! Signed notes: text with the signatures of named Ed25519 keys (C2SP signed-note).

mod key_name;
mod signed;
mod signer_key;
mod verifier_key;

pub use key_name::NotAKeyName;
pub use signed::{NoteError, NoteSignature, SignedNote};
pub use signer_key::SignerKey;
pub use verifier_key::{KeyError, VerifierKey};

/// The signature type of plain Ed25519 in C2SP signed-note; the others are not ours to sign or read.
const ED25519: u8 = 0x01;
