//! One round: read what is new, write its tiles, sign the head, keep it, let it out.
//!
//! The order is what makes the promise: a signature leaves the process only after the store has
//! kept it durably, and it is made only for a head that continues the last one kept.

use std::io;
use std::sync::Arc;

use darbaza_ledger::{
    CheckpointError, CheckpointSigner, EntryTooLong, SignError, SignedCheckpoint, SignerKey, TileError,
    TileReader, TileWriter, TreeHead,
};
use darbaza_store::{LedgerStore, SignedHead, StoreError};
use jiff::Timestamp;

use crate::export::Export;
use crate::folder::TileFolder;

/// Why the ledger could not be published.
#[derive(Debug, thiserror::Error)]
pub enum PublisherError {
    /// The store failed.
    #[error("the ledger could not be read")]
    Store(#[from] StoreError),
    /// The tiles' folder failed.
    #[error("the tiles could not be written to {folder}")]
    Folder {
        /// The folder.
        folder: String,
        /// Why.
        source: io::Error,
    },
    /// The export failed. The ledger itself is whole.
    #[error("the checkpoint could not be exported to {folder}")]
    Export {
        /// The folder.
        folder: String,
        /// Why.
        source: io::Error,
    },
    /// The leaves do not lead to the head that the store keeps.
    #[error("the {size} leaves of the ledger do not have the root that the store keeps")]
    Damaged {
        /// How many leaves were read.
        size: u64,
    },
    /// The second place knows more leaves than the store: the store was set back.
    #[error("the ledger holds {found} leaves, but a checkpoint of {exported} was exported")]
    SetBack {
        /// Leaves in the store.
        found: u64,
        /// Leaves in the exported checkpoint.
        exported: u64,
    },
    /// The exported checkpoint cannot be read or is not signed by this key.
    #[error("the exported checkpoint is not one of this ledger")]
    ForeignExport(#[source] CheckpointError),
    /// A leaf is larger than the format allows.
    #[error(transparent)]
    Leaf(#[from] EntryTooLong),
    /// A tile is damaged.
    #[error(transparent)]
    Tile(#[from] TileError),
    /// The head does not continue what was signed before.
    #[error("the ledger contradicts what was signed before")]
    Sign(#[from] SignError),
}

/// Publishes one store's ledger.
pub struct Publisher {
    store: Arc<dyn LedgerStore>,
    tiles: TileFolder,
    export: Export,
    writer: TileWriter,
    signer: CheckpointSigner,
}

impl Publisher {
    /// Picks up where the last run ended. Tiles that are missing or damaged are made again.
    ///
    /// # Errors
    ///
    /// Where the store was set back behind an exported checkpoint, or something cannot be read.
    pub fn open(
        store: Arc<dyn LedgerStore>,
        tiles: TileFolder,
        export: Export,
        key: SignerKey,
    ) -> Result<Publisher, PublisherError> {
        not_set_back(store.head()?, &export, &key)?;
        let last = store.signed_head()?.map(|signed| signed.head);
        let size = last.map_or(0, |head| head.size);
        let resumed = TileWriter::resume(&tiles, size).ok();
        let writer = resumed.filter(|writer| last.is_none_or(|head| writer.head() == head));
        let signer = CheckpointSigner::new(key, last);
        Ok(Publisher { store, tiles, export, writer: writer.unwrap_or_default(), signer })
    }

    /// Publishes what is new; the checkpoint, if there is one.
    ///
    /// # Errors
    ///
    /// What went wrong; the next round tries again.
    pub fn publish(&mut self) -> Result<Option<SignedCheckpoint>, PublisherError> {
        let head = self.store.head()?;
        let last = self.signer.last();
        if last.map_or(head.size == 0, |last| last == head) && self.writer.size() == head.size {
            return Ok(None);
        }
        self.write_tiles(head)?;
        let old_size = last.map_or(0, |last| last.size);
        let proof = TileReader::new(&self.tiles, head.size).consistency_path(old_size)?;
        let checkpoint = self.signer.sign(head, &proof)?;
        let note = checkpoint.to_string();
        self.store.keep_signed_head(&SignedHead { head, note: note.clone() })?;
        self.tiles.write_checkpoint(&note).map_err(folder_error(&self.tiles))?;
        self.export.add(&note, Timestamp::now()).map_err(|source| PublisherError::Export {
            folder: self.export.path().display().to_string(),
            source,
        })?;
        Ok(Some(checkpoint))
    }

    fn write_tiles(&mut self, head: TreeHead) -> Result<(), PublisherError> {
        const AT_ONCE: usize = 4096;
        while self.writer.size() < head.size {
            let wanted = usize::try_from(head.size - self.writer.size()).unwrap_or(AT_ONCE).min(AT_ONCE);
            let leaves = self.store.leaves(self.writer.size(), wanted)?;
            if leaves.is_empty() {
                return Err(PublisherError::Damaged { size: self.writer.size() });
            }
            for leaf in leaves {
                self.writer.append(&leaf.bytes)?;
            }
            for file in self.writer.take_full() {
                self.tiles.write(&file).map_err(folder_error(&self.tiles))?;
            }
        }
        if self.writer.head() != head {
            return Err(PublisherError::Damaged { size: head.size });
        }
        for file in self.writer.publish() {
            self.tiles.write(&file).map_err(folder_error(&self.tiles))?;
        }
        Ok(())
    }
}

fn folder_error(tiles: &TileFolder) -> impl FnOnce(io::Error) -> PublisherError {
    let folder = tiles.path().display().to_string();
    move |source| PublisherError::Folder { folder, source }
}

/// The second place is what a set-back store is found by.
fn not_set_back(head: TreeHead, export: &Export, key: &SignerKey) -> Result<(), PublisherError> {
    let last = export
        .last()
        .map_err(|source| PublisherError::Export { folder: export.path().display().to_string(), source })?;
    let Some(note) = last else { return Ok(()) };
    let checkpoint = SignedCheckpoint::parse(note.as_bytes()).map_err(PublisherError::ForeignExport)?;
    checkpoint.verify(&[key.verifier().clone()]).map_err(PublisherError::ForeignExport)?;
    let exported = checkpoint.head().size;
    if exported > head.size {
        return Err(PublisherError::SetBack { found: head.size, exported });
    }
    Ok(())
}
