use sha2::{Digest as _, Sha256};
use thiserror::Error;

use super::ED25519;

/// The longest name; far above any host name with a path, far below a flood.
const LONGEST_NAME: usize = 1024;

/// The name cannot be that of a key: it is empty, too long, or holds a space, a plus or a control character.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("a key's name is 1 to 1024 bytes without spaces, plus signs and control characters")]
pub struct NotAKeyName;

/// Checks a name by the rules of C2SP signed-note.
pub(super) fn check_key_name(name: &str) -> Result<(), NotAKeyName> {
    let forbidden = |letter: char| letter.is_whitespace() || letter == '+' || letter < ' ';
    if name.is_empty() || name.len() > LONGEST_NAME || name.contains(forbidden) {
        return Err(NotAKeyName);
    }
    Ok(())
}

/// The four bytes that stand for a key beside its name, as C2SP signed-note recommends.
pub(super) fn key_id(name: &str, public: &[u8; 32]) -> [u8; 4] {
    let digest =
        Sha256::new().chain_update(name).chain_update([b'\n', ED25519]).chain_update(public).finalize();
    let [a, b, c, d, ..] = <[u8; 32]>::from(digest);
    [a, b, c, d]
}

/// Eight lower-case hexadecimal digits, the form of a key id in key texts.
pub(super) fn key_id_text(id: [u8; 4]) -> String {
    format!("{:08x}", u32::from_be_bytes(id))
}
