//! Keyed one-way values: look-ups of API keys, pseudonyms, commitments.

use darbaza_core::OrganisationId;
use darbaza_store::{KeyLookup, Pseudonym};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

/// The gate's keys for look-ups, pseudonyms and commitments. Masking has its own.
pub struct GateKeys {
    /// Finds API keys.
    pub lookup: Zeroizing<[u8; 32]>,
    /// Makes pseudonyms of persons and conversations.
    pub pseudonyms: Zeroizing<[u8; 32]>,
    /// Commits to bodies that left.
    pub commitments: Zeroizing<[u8; 32]>,
}

/// What a pseudonym stands for; the same word as a person and as a conversation differs.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Referent {
    Subject,
    Conversation,
}

impl GateKeys {
    /// How an API key is found.
    pub fn lookup(&self, key: &str) -> KeyLookup {
        KeyLookup(mac(&self.lookup, &[key.as_bytes()]))
    }

    /// A pseudonym of 16 characters (80 bits): enough to tell the persons of one organisation
    /// apart, short enough for a leaf that names several.
    pub(crate) fn pseudonym(&self, of: OrganisationId, referent: Referent, reference: &str) -> Pseudonym {
        let domain: &[u8] = match referent {
            Referent::Subject => b"subject",
            Referent::Conversation => b"conversation",
        };
        let digest = mac(&self.pseudonyms, &[domain, of.0.as_bytes(), reference.as_bytes()]);
        Pseudonym(base32(&digest[..10]))
    }

    /// A commitment to a body: whoever keeps the body and this key can prove that it is the one
    /// that left, and nobody can guess the body from the ledger.
    pub(crate) fn commitment(&self, body: &[u8]) -> String {
        base32(&mac(&self.commitments, &[body])[..20])
    }
}

/// HMAC-SHA-256 over parts that cannot be mistaken for each other.
fn mac(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    // HMAC pads a short key to its block of 64 bytes; done here, keying cannot fail.
    let mut block = Zeroizing::new([0; 64]);
    block[..32].copy_from_slice(key);
    let mut mac = Hmac::<Sha256>::new((&*block).into());
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// RFC 4648 base 32 in lower case, without padding; every five bytes become eight characters.
fn base32(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
    let mut text = String::with_capacity(bytes.len().div_ceil(5) * 8);
    for group in bytes.chunks(5) {
        let mut bits = [0; 8];
        bits[3..3 + group.len()].copy_from_slice(group);
        let bits = u64::from_be_bytes(bits);
        text.extend((0..8).map(|n| char::from(ALPHABET[(bits >> (35 - 5 * n)) as usize & 31])));
    }
    text
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn base_32_agrees_with_the_rfc() {
        assert_eq!(base32(b"fooba"), "mzxw6ytb");
        assert_eq!(base32(b"foobafooba"), "mzxw6ytbmzxw6ytb");
    }

    #[test]
    fn what_differs_by_its_kind_its_organisation_or_its_key_differs() {
        let keys = |n| GateKeys {
            lookup: Zeroizing::new([n; 32]),
            pseudonyms: Zeroizing::new([n; 32]),
            commitments: Zeroizing::new([n; 32]),
        };
        let organisation = |n| OrganisationId(Uuid::from_u128(n));
        let one = keys(1).pseudonym(organisation(1), Referent::Subject, "client-17");
        assert_eq!(one.0.len(), 16);
        assert_eq!(one, keys(1).pseudonym(organisation(1), Referent::Subject, "client-17"));
        assert_ne!(one, keys(1).pseudonym(organisation(1), Referent::Conversation, "client-17"));
        assert_ne!(one, keys(1).pseudonym(organisation(2), Referent::Subject, "client-17"));
        assert_ne!(one, keys(2).pseudonym(organisation(1), Referent::Subject, "client-17"));
    }
}
