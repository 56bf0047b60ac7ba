use super::{BundleError, TileError, TilePath, TileSource, decode_bundle};
use crate::hash::Hash;

/// The hashes of a tile, exactly as many as the path's width.
pub(crate) fn read_hashes(source: &dyn TileSource, path: TilePath) -> Result<Vec<Hash>, TileError> {
    let (found, bytes) = read_file(source, path)?;
    let expected = found.width() * Hash::LENGTH;
    if bytes.len() != expected {
        return Err(TileError::Length { path: found, expected, found: bytes.len() });
    }
    let (hashes, _) = bytes.as_chunks::<{ Hash::LENGTH }>();
    Ok(hashes.iter().take(path.width()).copied().map(Hash).collect())
}

/// The file of entries that serves for `path`: the file itself or the full one in its place.
///
/// Its entries are decoded by the caller, who borrows them.
pub(crate) fn read_bundle(source: &dyn TileSource, path: TilePath) -> Result<Bundle, TileError> {
    let (found, bytes) = read_file(source, path)?;
    Ok(Bundle { asked: path, found, bytes })
}

/// A file of entries as read.
pub(crate) struct Bundle {
    asked: TilePath,
    found: TilePath,
    bytes: Vec<u8>,
}

impl Bundle {
    /// The entries asked for, in order; the file must hold exactly what its own name says.
    pub(crate) fn entries(&self) -> Result<Vec<&[u8]>, TileError> {
        let path = self.found;
        let mut entries = decode_bundle(&self.bytes).map_err(|source| TileError::Bundle { path, source })?;
        let (expected, found) = (path.width(), entries.len());
        if expected != found {
            return Err(TileError::Bundle { path, source: BundleError::Count { expected, found } });
        }
        entries.truncate(self.asked.width());
        Ok(entries)
    }
}

/// A partial file may be deleted once the full one is there (C2SP tlog-tiles), which then serves for it.
fn read_file(source: &dyn TileSource, path: TilePath) -> Result<(TilePath, Vec<u8>), TileError> {
    let read =
        |path: TilePath| source.read(&path.to_string()).map_err(|source| TileError::Source { path, source });
    if let Some(bytes) = read(path)? {
        return Ok((path, bytes));
    }
    let full = path.full();
    match if path.is_partial() { read(full)? } else { None } {
        Some(bytes) => Ok((full, bytes)),
        None => Err(TileError::Missing { path }),
    }
}
