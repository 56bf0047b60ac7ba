//! The tiled form of the log on disk or on a web server (C2SP tlog-tiles).

mod bundle;
mod error;
mod path;
mod read;
mod reader;
mod source;
mod writer;

pub use bundle::{BundleError, EntryTooLong, decode_bundle, encode_entry};
pub use error::TileError;
pub use path::{NotATilePath, TileContent, TilePath};
pub(crate) use read::{read_bundle, read_hashes};
pub use reader::TileReader;
pub(crate) use reader::left_of;
pub use source::TileSource;
pub use writer::{TileFile, TileWriter};

use crate::hash::{Hash, node_hash};

/// Hashes in a full tile and entries in a full bundle.
pub(crate) const TILE_WIDTH: usize = 256;

/// Tree levels that one tile spans: 2^8 is its width.
pub(crate) const TILE_HEIGHT: u32 = 8;

/// Hashes that level `level` of the tiles holds in a log of `size` entries: floor(size / 256^level).
pub(crate) fn hashes_at_level(size: u64, level: u8) -> u64 {
    size.checked_shr(TILE_HEIGHT * u32::from(level)).unwrap_or(0)
}

/// The hashes one row up, of each complete pair; a last hash without a partner has no parent yet.
pub(crate) fn parents(row: &[Hash]) -> Vec<Hash> {
    let (pairs, _) = row.as_chunks::<2>();
    pairs.iter().map(|[left, right]| node_hash(left, right)).collect()
}

/// The root of a complete subtree, given its hashes at some level; their number is a power of two.
pub(crate) fn complete_root(hashes: &[Hash]) -> Hash {
    let mut row = hashes.to_vec();
    while row.len() > 1 {
        row = parents(&row);
    }
    row.first().copied().unwrap_or(Hash::EMPTY_LOG)
}
