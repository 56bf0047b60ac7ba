use crate::hash::Hash;

/// What a log commits to: its number of entries and its root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TreeHead {
    /// Entries in the log.
    pub size: u64,
    /// RFC 6962 root over exactly these entries.
    pub root: Hash,
}

impl TreeHead {
    /// The head of a log without entries.
    pub const EMPTY: Self = Self { size: 0, root: Hash::EMPTY_LOG };
}
