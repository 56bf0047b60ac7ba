//! One round: read what is new, write its tiles, sign the head, keep it, let it out.
//!
//! The order is what makes the promise: a signature leaves the process only after the store has
//! kept it durably, and it is made only for a head that continues the last one kept.

use std::io;
use std::sync::Arc;

use darbaza_ledger::{
    CheckpointError, CheckpointSigner, EntryTooLong, Frontier, SignError, SignedCheckpoint, SignerKey,
    TileError, TileReader, TileWriter, TreeHead, VerifierKey, leaf_hash,
};
use darbaza_store::{LedgerReader, LedgerStore, SignedHead, StoreError};
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
    #[error("the tiles could not be read or written in {folder}")]
    Folder {
        /// The folder.
        folder: String,
        /// Why.
        source: io::Error,
    },
    /// The export failed. The ledger itself is whole.
    #[error("the checkpoints could not be read or written in {folder}")]
    Export {
        /// The folder.
        folder: String,
        /// Why.
        source: io::Error,
    },
    /// The leaves do not lead to the head that the store keeps.
    #[error("the {size} records of the ledger do not have the root that the store keeps")]
    Damaged {
        /// How many leaves were read.
        size: u64,
    },
    /// A checkpoint that went out knows more leaves than the store: the store was set back.
    #[error("the ledger was set back: it holds {found} records, but a checkpoint of {signed} went out")]
    SetBack {
        /// Leaves in the store.
        found: u64,
        /// Leaves in the checkpoint.
        signed: u64,
    },
    /// The store's leaves are not those of a checkpoint that went out.
    #[error(
        "the ledger was rewritten: its first {signed} records are not those of a checkpoint that went out"
    )]
    Rewritten {
        /// Leaves in the checkpoint.
        signed: u64,
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

/// Leaves read from the store at once.
const AT_ONCE: usize = 4096;

/// Publishes one store's ledger.
pub struct Publisher {
    store: Arc<dyn LedgerStore>,
    tiles: TileFolder,
    export: Export,
    writer: TileWriter,
    signer: CheckpointSigner,
    /// Whether the last checkpoint is signed by a former key.
    sign_again: bool,
    /// A checkpoint that the store keeps and that is not in both places yet.
    owed: Option<String>,
}

impl Publisher {
    /// Picks up where the last run ended. Tiles that are missing or damaged are made again.
    ///
    /// `former` are keys that signed before `key`; what they signed binds the ledger as well.
    ///
    /// # Errors
    ///
    /// Where the store does not continue a checkpoint that went out, or something cannot be read.
    /// Nothing was written then.
    pub fn open(
        store: Arc<dyn LedgerStore>,
        tiles: TileFolder,
        export: Export,
        key: SignerKey,
        former: &[VerifierKey],
    ) -> Result<Publisher, PublisherError> {
        let signed = store.signed_head()?;
        let keys: Vec<VerifierKey> = former.iter().chain([key.verifier()]).cloned().collect();
        let (exported, served) = (exported(&export)?, served(&tiles)?);
        if let Some(note) = &exported {
            let checkpoint = SignedCheckpoint::parse(note.as_bytes())
                .and_then(|checkpoint| checkpoint.verify(&keys).map(|_| checkpoint.head()))
                .map_err(PublisherError::ForeignExport)?;
            continues(&*store, checkpoint)?;
        }
        // The tiles' checkpoint is not synced, so that one which cannot be read says nothing.
        let read = served.as_ref().and_then(|note| SignedCheckpoint::parse(note.as_bytes()).ok());
        if let Some(checkpoint) = read.filter(|checkpoint| checkpoint.verify(&keys).is_ok()) {
            continues(&*store, checkpoint.head())?;
        }

        let last = signed.as_ref().map(|signed| signed.head);
        let sign_again = signed.as_ref().is_some_and(|signed| !is_signed_by(&signed.note, key.verifier()));
        let note = signed.map(|signed| signed.note);
        let owed = note.filter(|note| exported.as_ref() != Some(note) || served.as_ref() != Some(note));
        let resumed = TileWriter::resume(&tiles, last.map_or(0, |head| head.size)).ok();
        let writer = resumed.filter(|writer| last.is_none_or(|head| writer.head() == head));
        let signer = CheckpointSigner::new(key, last);
        Ok(Publisher { store, tiles, export, writer: writer.unwrap_or_default(), signer, sign_again, owed })
    }

    /// Publishes what is new; the checkpoint, if there is one.
    ///
    /// # Errors
    ///
    /// What went wrong; the next round tries again, and lets the last checkpoint out to a place that
    /// was away.
    pub fn publish(&mut self) -> Result<Option<SignedCheckpoint>, PublisherError> {
        let head = self.store.head()?;
        let last = self.signer.last();
        let published = last.map_or(head.size == 0, |last| last == head) && self.writer.size() == head.size;
        let checkpoint = if published && !self.sign_again { None } else { Some(self.sign(head)?) };
        self.let_out()?;
        Ok(checkpoint)
    }

    /// Records of the last signed checkpoint.
    pub(crate) fn signed_records(&self) -> u64 {
        self.signer.last().map_or(0, |head| head.size)
    }

    fn sign(&mut self, head: TreeHead) -> Result<SignedCheckpoint, PublisherError> {
        self.write_tiles(head)?;
        let old_size = self.signer.last().map_or(0, |last| last.size);
        let proof = TileReader::new(&self.tiles, head.size).consistency_path(old_size)?;
        let checkpoint = self.signer.sign(head, &proof)?;
        let note = checkpoint.to_string();
        self.store.keep_signed_head(&SignedHead { head, note: note.clone() })?;
        self.sign_again = false;
        self.owed = Some(note);
        Ok(checkpoint)
    }

    /// First to the tiles, then to the second place: whoever reads the second place first never
    /// finds the tiles behind it.
    fn let_out(&mut self) -> Result<(), PublisherError> {
        let Some(note) = &self.owed else { return Ok(()) };
        self.tiles.write_checkpoint(note).map_err(folder_error(&self.tiles))?;
        self.export.add(note, Timestamp::now()).map_err(|source| export_error(&self.export, source))?;
        self.owed = None;
        Ok(())
    }

    fn write_tiles(&mut self, head: TreeHead) -> Result<(), PublisherError> {
        append_tiles(&*self.store, &self.tiles, &mut self.writer, head)
    }
}

/// Writes the tiles of the records up to a head that they must lead to.
pub(crate) fn append_tiles(
    store: &dyn LedgerReader,
    tiles: &TileFolder,
    writer: &mut TileWriter,
    head: TreeHead,
) -> Result<(), PublisherError> {
    while writer.size() < head.size {
        let wanted = usize::try_from(head.size - writer.size()).unwrap_or(AT_ONCE).min(AT_ONCE);
        let leaves = store.leaves(writer.size(), wanted)?;
        if leaves.is_empty() {
            return Err(PublisherError::Damaged { size: writer.size() });
        }
        for leaf in leaves {
            writer.append(&leaf.bytes)?;
        }
        for file in writer.take_full() {
            tiles.write(&file).map_err(folder_error(tiles))?;
        }
    }
    if writer.head() != head {
        return Err(PublisherError::Damaged { size: head.size });
    }
    for file in writer.publish() {
        tiles.write(&file).map_err(folder_error(tiles))?;
    }
    Ok(())
}

/// Whether the store's leaves continue a head that was signed.
fn continues(store: &dyn LedgerStore, signed: TreeHead) -> Result<(), PublisherError> {
    let head = store.head()?;
    if signed.size > head.size {
        return Err(PublisherError::SetBack { found: head.size, signed: signed.size });
    }
    // The usual case: the last head that the store itself kept as signed. Its leaves are compared
    // with it when the next checkpoint is made.
    if store.signed_head()?.is_some_and(|kept| kept.head == signed) {
        return Ok(());
    }
    let mut tree = Frontier::new();
    while tree.size() < signed.size {
        let wanted = usize::try_from(signed.size - tree.size()).unwrap_or(AT_ONCE).min(AT_ONCE);
        let leaves = store.leaves(tree.size(), wanted)?;
        if leaves.is_empty() {
            return Err(PublisherError::Damaged { size: tree.size() });
        }
        leaves.iter().for_each(|leaf| tree.append(leaf_hash(&leaf.bytes)));
    }
    if tree.head() == signed { Ok(()) } else { Err(PublisherError::Rewritten { signed: signed.size }) }
}

fn is_signed_by(note: &str, key: &VerifierKey) -> bool {
    SignedCheckpoint::parse(note.as_bytes())
        .is_ok_and(|checkpoint| checkpoint.verify(std::slice::from_ref(key)).is_ok())
}

fn exported(export: &Export) -> Result<Option<String>, PublisherError> {
    export.last().map_err(|source| export_error(export, source))
}

fn served(tiles: &TileFolder) -> Result<Option<String>, PublisherError> {
    match tiles.checkpoint() {
        // Half a file after a power cut may be no text.
        Err(error) if error.kind() == io::ErrorKind::InvalidData => Ok(None),
        read => read.map_err(folder_error(tiles)),
    }
}

pub(crate) fn folder_error(tiles: &TileFolder) -> impl FnOnce(io::Error) -> PublisherError {
    let folder = tiles.path().display().to_string();
    move |source| PublisherError::Folder { folder, source }
}

fn export_error(export: &Export, source: io::Error) -> PublisherError {
    PublisherError::Export { folder: export.path().display().to_string(), source }
}
