use thiserror::Error;

use super::TILE_WIDTH;

/// Bytes of the big-endian length before each entry of a bundle.
const LENGTH_PREFIX: usize = 2;

/// An entry is longer than the 65,535 bytes that a bundle can say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("an entry of {length} bytes is longer than the 65,535 that the log can hold")]
pub struct EntryTooLong {
    /// The entry's length in bytes.
    pub length: usize,
}

/// Why a file is not an entry bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum BundleError {
    /// The file ends within an entry.
    #[error("the bundle ends within its entry {position}")]
    Truncated {
        /// The entry's place in the bundle, from 0.
        position: usize,
    },
    /// The file holds more entries than a bundle may.
    #[error("the bundle holds more than 256 entries")]
    TooMany,
    /// The file holds another number of entries than its name says.
    #[error("the bundle holds {found} entries, its name says {expected}")]
    Count {
        /// Entries by the file's name.
        expected: usize,
        /// Entries found.
        found: usize,
    },
}

/// Appends an entry to a bundle: its length as two bytes, big-endian, and its bytes (C2SP tlog-tiles).
///
/// # Errors
/// [`EntryTooLong`] above 65,535 bytes; the bundle is then left as it was.
pub fn encode_entry(bundle: &mut Vec<u8>, entry: &[u8]) -> Result<(), EntryTooLong> {
    let length = u16::try_from(entry.len()).map_err(|_| EntryTooLong { length: entry.len() })?;
    bundle.extend_from_slice(&length.to_be_bytes());
    bundle.extend_from_slice(entry);
    Ok(())
}

/// The entries of a bundle, in their order.
///
/// # Errors
/// [`BundleError::Truncated`] and [`BundleError::TooMany`]; an empty file is a bundle of none.
pub fn decode_bundle(bundle: &[u8]) -> Result<Vec<&[u8]>, BundleError> {
    let mut entries = Vec::new();
    let mut rest = bundle;
    while !rest.is_empty() {
        let position = entries.len();
        if position == TILE_WIDTH {
            return Err(BundleError::TooMany);
        }
        let (length, tail) =
            rest.split_first_chunk::<LENGTH_PREFIX>().ok_or(BundleError::Truncated { position })?;
        let length = usize::from(u16::from_be_bytes(*length));
        let (entry, tail) = tail.split_at_checked(length).ok_or(BundleError::Truncated { position })?;
        entries.push(entry);
        rest = tail;
    }
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_longest_entry_and_one_byte_more() {
        let mut bundle = Vec::new();
        encode_entry(&mut bundle, &[7; 65_535]).unwrap();
        assert_eq!(decode_bundle(&bundle), Ok(vec![&[7_u8; 65_535][..]]));
        let before = bundle.clone();
        assert_eq!(encode_entry(&mut bundle, &[7; 65_536]), Err(EntryTooLong { length: 65_536 }));
        assert_eq!(bundle, before);
        assert_eq!(decode_bundle(&[0; 2 * 257]), Err(BundleError::TooMany));
    }

    proptest! {
        #[test]
        fn bundles_round_trip_and_every_cut_is_seen(
            entries in vec(vec(any::<u8>(), 0..40), 1..40),
            cut in 1..42_usize,
        ) {
            let mut bundle = Vec::new();
            for entry in &entries {
                encode_entry(&mut bundle, entry).unwrap();
            }
            prop_assert_eq!(&decode_bundle(&bundle).unwrap(), &entries);
            let cut = &bundle[..bundle.len().saturating_sub(cut)];
            if let Ok(fewer) = decode_bundle(cut) {
                prop_assert!(fewer.len() < entries.len());
            }
        }

        #[test]
        fn any_bytes_are_read_without_a_panic(bytes in vec(any::<u8>(), 0..2000)) {
            if let Ok(entries) = decode_bundle(&bytes) {
                let mut again = Vec::new();
                for entry in entries {
                    encode_entry(&mut again, entry).unwrap();
                }
                prop_assert_eq!(again, bytes);
            }
        }
    }
}
