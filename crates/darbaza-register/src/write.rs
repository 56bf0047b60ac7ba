//! From facts to the text of a register file: the export.

mod entries;

use sha2::{Digest, Sha256};

use crate::facts::Facts;
use crate::file::Document;
use crate::model::Register;

impl Register {
    /// The facts as a register file: one document for each kind, entries by key. Read again it gives
    /// the same facts.
    pub fn to_yaml(&self) -> String {
        let documents = entries::one_for_each_kind(Document::from(self));
        // Writing words and numbers to a string cannot fail.
        let layout = serde_saphyr::ser_options! { compact_list_indent: false };
        serde_saphyr::to_string_multiple_with_options(&documents, layout).unwrap_or_default()
    }
}

/// The fingerprint of the facts: the beginning of the SHA-256 of their JSON form. Not of the YAML
/// text, because a version stands in records for years and must not change with the writer's taste.
pub(crate) fn version(register: &Register) -> String {
    let json = serde_json::to_vec(&Facts::from(register)).unwrap_or_default();
    Sha256::digest(json)[..8].iter().map(|b| format!("{b:02x}")).collect()
}

#[cfg(test)]
mod tests;
