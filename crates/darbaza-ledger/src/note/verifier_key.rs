use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, VerifyingKey};
use thiserror::Error;

use super::ED25519;
use super::key_name::{NotAKeyName, check_key_name, key_id, key_id_text};

/// Why a text is not a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum KeyError {
    /// The parts of a key text are not there, or not in their form.
    #[error("not a key of the form name+hash+base64")]
    Form,
    /// The name breaks the rules.
    #[error(transparent)]
    Name(#[from] NotAKeyName),
    /// The key is of a signature type other than Ed25519 (0x01).
    #[error("signature type {0:#04x} is not supported, only Ed25519 (0x01)")]
    SignatureType(u8),
    /// The hash in the text is not that of the name and the key: one of the three was altered.
    #[error("the key's hash does not belong to its name and its bytes")]
    WrongHash,
    /// The bytes are no point of the curve, or one that lets anyone forge signatures.
    #[error("not a safe Ed25519 public key")]
    Unsafe,
}

/// A public key with the name of its owner: what an auditor pins.
///
/// Its text form, `name+hash+base64`, is the "vkey" of C2SP signed-note; `Display` and `FromStr`
/// use it.
#[derive(Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    id: [u8; 4],
    key: VerifyingKey,
}

impl VerifierKey {
    /// Puts a name to a public key.
    ///
    /// # Errors
    /// [`KeyError::Name`] and [`KeyError::Unsafe`].
    pub fn new(name: &str, public: &[u8; 32]) -> Result<Self, KeyError> {
        check_key_name(name)?;
        let key = VerifyingKey::from_bytes(public).map_err(|_| KeyError::Unsafe)?;
        if key.is_weak() {
            return Err(KeyError::Unsafe);
        }
        Ok(Self { name: name.to_owned(), id: key_id(name, public), key })
    }

    /// The name of the key, for a log its origin.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The four bytes that stand for the key in signature lines.
    #[must_use]
    pub const fn id(&self) -> [u8; 4] {
        self.id
    }

    /// Whether this key made the signature; the strict form of RFC 8032 that knows no malleable one.
    pub(super) fn signed(&self, text: &str, signature: &[u8]) -> bool {
        Signature::from_slice(signature)
            .is_ok_and(|signature| self.key.verify_strict(text.as_bytes(), &signature).is_ok())
    }
}

impl FromStr for VerifierKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        // Base64 may hold plus signs, a name may not: the first two end the name and the hash.
        let (name, rest) = text.split_once('+').ok_or(KeyError::Form)?;
        let (hash, encoded) = rest.split_once('+').ok_or(KeyError::Form)?;
        check_key_name(name)?;
        let bytes = STANDARD.decode(encoded).map_err(|_| KeyError::Form)?;
        let (&kind, public) = bytes.split_first().ok_or(KeyError::Form)?;
        if kind != ED25519 {
            return Err(KeyError::SignatureType(kind));
        }
        let key = Self::new(name, public.try_into().map_err(|_| KeyError::Form)?)?;
        if key_id_text(key.id) == hash { Ok(key) } else { Err(KeyError::WrongHash) }
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = [&[ED25519][..], self.key.as_bytes()].concat();
        write!(f, "{}+{}+{}", self.name, key_id_text(self.id), STANDARD.encode(bytes))
    }
}

impl fmt::Debug for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifierKey({self})")
    }
}
