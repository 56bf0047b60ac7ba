use std::collections::BTreeMap;

use darbaza_ledger::{CheckpointSigner, SignedCheckpoint, SignerKey, TileReader, TileWriter, VerifierKey};

/// A log held in memory, with its signer.
pub(crate) struct TestLog {
    pub(crate) files: BTreeMap<String, Vec<u8>>,
    writer: TileWriter,
    signer: CheckpointSigner,
}

impl TestLog {
    pub(crate) fn new(seed: u8) -> Self {
        let signer = CheckpointSigner::new(key(seed), None);
        Self { files: BTreeMap::new(), writer: TileWriter::new(), signer }
    }

    /// A log of the entries 0..size, with the last checkpoint.
    pub(crate) fn of(size: u64) -> (Self, SignedCheckpoint) {
        let mut log = Self::new(1);
        let checkpoint = log.grow_to(size);
        (log, checkpoint)
    }

    /// Appends entries up to a size, publishes them and signs.
    pub(crate) fn grow_to(&mut self, size: u64) -> SignedCheckpoint {
        while self.writer.size() < size {
            self.writer.append(&entry(self.writer.size())).unwrap();
        }
        for file in self.writer.publish() {
            self.files.insert(file.path.to_string(), file.bytes);
        }
        let last = self.signer.last().map_or(0, |head| head.size);
        let proof = TileReader::new(&self.files, size).consistency_path(last).unwrap();
        self.signer.sign(self.writer.head(), &proof).unwrap()
    }

    pub(crate) fn key(&self) -> VerifierKey {
        self.signer.verifier().clone()
    }
}

pub(crate) fn key(seed: u8) -> SignerKey {
    SignerKey::from_seed("log.example/audit/1", &[seed; 32]).unwrap()
}

/// Entries of many lengths, each of its own.
pub(crate) fn entry(index: u64) -> Vec<u8> {
    let mut entry = format!("entry {index} ").into_bytes();
    entry.resize(entry.len() + (index % 23) as usize, b'.');
    entry
}
