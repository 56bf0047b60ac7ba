//! Keys and scopes: under which a value gets its token.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::{Zeroize, Zeroizing};

/// A masking key of one epoch.
///
/// An epoch lasts at most 30 days; tokens of different epochs have nothing in common. The bytes
/// are wiped when the key is dropped and never shown.
pub struct MaskingKey {
    epoch: u32,
    bytes: Zeroizing<[u8; 32]>,
}

impl MaskingKey {
    /// A key of 32 random bytes for the epoch of that number.
    pub fn new(epoch: u32, bytes: [u8; 32]) -> Self {
        MaskingKey { epoch, bytes: Zeroizing::new(bytes) }
    }

    /// The number of the epoch.
    pub fn epoch(&self) -> u32 {
        self.epoch
    }
}

impl fmt::Debug for MaskingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MaskingKey").field("epoch", &self.epoch).finish_non_exhaustive()
    }
}

/// How far equal values share a token; the register chooses it per system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ScopeKind {
    /// One request only: systems that decide about people.
    Request,
    /// Requests that begin with the same system text and first user message.
    Opening,
    /// Requests about the same person concerned.
    Subject,
    /// Requests with the same conversation header.
    Header,
}

impl ScopeKind {
    const fn tag(self) -> u8 {
        match self {
            ScopeKind::Request => 1,
            ScopeKind::Opening => 2,
            ScopeKind::Subject => 3,
            ScopeKind::Header => 4,
        }
    }
}

/// The key under which the values of one scope get their tokens.
#[derive(Clone)]
pub struct Scope {
    keyed: Hmac<Sha256>,
}

impl Scope {
    /// Derives the scope that `parts` name, by HMAC-SHA-256 (RFC 2104).
    ///
    /// Kind, epoch, the number of parts and each length are part of the input, so that no two
    /// lists of parts and no two kinds meet in one scope. Parts should name the organisation and
    /// the system besides what the kind itself is about.
    pub fn derive(key: &MaskingKey, kind: ScopeKind, parts: &[&[u8]]) -> Self {
        let mut mac = keyed(&key.bytes);
        mac.update(b"darbaza-mask scope 1\0");
        mac.update(&[kind.tag()]);
        mac.update(&key.epoch.to_be_bytes());
        mac.update(&(parts.len() as u64).to_be_bytes());
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        let mut derived: [u8; 32] = mac.finalize().into_bytes().into();
        let scope = Scope { keyed: keyed(&derived) };
        derived.zeroize();
        scope
    }

    /// The keyed function of a category's name and a value; `attempt` tells apart the answers
    /// to one question.
    pub(crate) fn digest(&self, category: &str, attempt: u32, value: &str) -> [u8; 32] {
        let mut mac = self.keyed.clone();
        mac.update(b"darbaza-mask token 1\0");
        mac.update(&attempt.to_be_bytes());
        mac.update(&(category.len() as u64).to_be_bytes());
        mac.update(category.as_bytes());
        mac.update(value.as_bytes());
        mac.finalize().into_bytes().into()
    }
}

impl fmt::Debug for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scope").finish_non_exhaustive()
    }
}

/// HMAC keyed by 32 bytes. HMAC itself pads a short key with zeros to the block of 64 bytes;
/// done here, keying cannot fail.
fn keyed(bytes: &[u8; 32]) -> Hmac<Sha256> {
    let mut block = Zeroizing::new([0u8; 64]);
    block[..32].copy_from_slice(bytes);
    Hmac::<Sha256>::new((&*block).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_questions_share_a_scope() {
        let key = MaskingKey::new(7, [1; 32]);
        let of = |key: &MaskingKey, kind, parts: &[&[u8]]| {
            Scope::derive(key, kind, parts).digest("PERSON", 0, "x")
        };
        let one = of(&key, ScopeKind::Opening, &[b"ab", b"c"]);
        assert_eq!(one, of(&MaskingKey::new(7, [1; 32]), ScopeKind::Opening, &[b"ab", b"c"]));
        for other in [
            of(&key, ScopeKind::Opening, &[b"a", b"bc"]),
            of(&key, ScopeKind::Opening, &[b"abc"]),
            of(&key, ScopeKind::Opening, &[b"ab", b"c", b""]),
            of(&key, ScopeKind::Request, &[b"ab", b"c"]),
            of(&MaskingKey::new(8, [1; 32]), ScopeKind::Opening, &[b"ab", b"c"]),
            of(&MaskingKey::new(7, [2; 32]), ScopeKind::Opening, &[b"ab", b"c"]),
        ] {
            assert_ne!(one, other);
        }
    }

    #[test]
    fn nothing_of_a_key_is_shown() {
        let key = MaskingKey::new(7, [65; 32]);
        assert_eq!(format!("{key:?}"), "MaskingKey { epoch: 7, .. }");
        assert_eq!(format!("{:?}", Scope::derive(&key, ScopeKind::Request, &[])), "Scope { .. }");
    }
}
