use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signer as _, SigningKey};
use zeroize::Zeroizing;

use super::key_name::key_id_text;
use super::verifier_key::{KeyError, VerifierKey};
use super::{ED25519, NoteSignature};

/// What a private key's text begins with, before the parts that it shares with a public one.
const PRIVATE: &str = "PRIVATE+KEY+";

/// A private key with the name of its owner.
///
/// Its bytes are wiped when it is dropped, and `Debug` shows the public half only.
pub struct SignerKey {
    key: SigningKey,
    verifier: VerifierKey,
}

impl SignerKey {
    /// Makes the key of a name from 32 bytes of good randomness, which the caller passes and wipes.
    ///
    /// # Errors
    /// [`KeyError::Name`] for a name that no key may have.
    pub fn from_seed(name: &str, seed: &[u8; 32]) -> Result<Self, KeyError> {
        let key = SigningKey::from_bytes(seed);
        let verifier = VerifierKey::new(name, key.verifying_key().as_bytes())?;
        Ok(Self { key, verifier })
    }

    /// The public half.
    #[must_use]
    pub const fn verifier(&self) -> &VerifierKey {
        &self.verifier
    }

    /// The name of the key, for a log its origin.
    #[must_use]
    pub fn name(&self) -> &str {
        self.verifier.name()
    }

    /// The secret in its text form, `PRIVATE+KEY+name+hash+base64`, to be kept in a file of mode 0600.
    #[must_use]
    pub fn to_secret_text(&self) -> Zeroizing<String> {
        let mut bytes = Zeroizing::new([ED25519; 33]);
        bytes[1..].copy_from_slice(self.key.as_bytes());
        let encoded = Zeroizing::new(STANDARD.encode(*bytes));
        let public_parts = [PRIVATE, self.name(), "+", &key_id_text(self.verifier.id()), "+"].concat();
        // Enough room from the start, so that growing leaves no copy of the secret behind.
        let mut text = Zeroizing::new(String::with_capacity(public_parts.len() + encoded.len()));
        text.push_str(&public_parts);
        text.push_str(&encoded);
        text
    }

    pub(super) fn sign(&self, text: &str) -> NoteSignature {
        NoteSignature {
            name: self.name().to_owned(),
            id: self.verifier.id(),
            bytes: self.key.sign(text.as_bytes()).to_bytes().to_vec(),
        }
    }
}

impl FromStr for SignerKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let rest = text.strip_prefix(PRIVATE).ok_or(KeyError::Form)?;
        let (name, rest) = rest.split_once('+').ok_or(KeyError::Form)?;
        let (hash, encoded) = rest.split_once('+').ok_or(KeyError::Form)?;
        let bytes = Zeroizing::new(STANDARD.decode(encoded).map_err(|_| KeyError::Form)?);
        let (&kind, seed) = bytes.split_first().ok_or(KeyError::Form)?;
        if kind != ED25519 {
            return Err(KeyError::SignatureType(kind));
        }
        let key = Self::from_seed(name, seed.try_into().map_err(|_| KeyError::Form)?)?;
        if key_id_text(key.verifier.id()) == hash { Ok(key) } else { Err(KeyError::WrongHash) }
    }
}

impl fmt::Debug for SignerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SignerKey(secret of {})", self.verifier)
    }
}
