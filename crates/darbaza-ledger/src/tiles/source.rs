use std::collections::BTreeMap;
use std::io;

/// Where the files of a tiled log are read from; the caller supplies it.
pub trait TileSource {
    /// The bytes of the file at `path`, such as `tile/0/x001/067.p/8`; `None` where there is none.
    ///
    /// # Errors
    /// Whatever kept the source from knowing; "not found" is `Ok(None)`, not an error.
    fn read(&self, path: &str) -> io::Result<Option<Vec<u8>>>;
}

/// A log held in memory, by path.
impl TileSource for BTreeMap<String, Vec<u8>> {
    fn read(&self, path: &str) -> io::Result<Option<Vec<u8>>> {
        Ok(self.get(path).cloned())
    }
}
