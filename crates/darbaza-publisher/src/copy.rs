//! The public form of a ledger, made anew from its records.

use darbaza_ledger::TileWriter;
use darbaza_store::LedgerReader;

use crate::folder::TileFolder;
use crate::publisher::{PublisherError, append_tiles, folder_error};

/// Writes the tiles and the checkpoint of the last head that the store keeps as signed into an empty
/// folder; that head's size, or nothing where none was ever signed.
///
/// # Errors
///
/// Where something cannot be read or written, or the records do not lead to the signed head.
pub fn publish_copy(store: &dyn LedgerReader, tiles: &TileFolder) -> Result<Option<u64>, PublisherError> {
    let Some(signed) = store.signed_head()? else { return Ok(None) };
    let mut writer = TileWriter::new();
    append_tiles(store, tiles, &mut writer, signed.head)?;
    tiles.write_checkpoint(&signed.note).map_err(folder_error(tiles))?;
    Ok(Some(signed.head.size))
}
