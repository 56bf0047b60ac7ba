use crate::note::VerifierKey;
use crate::tree_head::TreeHead;

/// What was verified of a log in which nothing is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The log's name.
    pub origin: String,
    /// Size and root, as verified.
    pub head: TreeHead,
    /// The given key that signed the checkpoint; `None` where no key was given.
    pub signed_by: Option<VerifierKey>,
    /// Sizes of the older checkpoints that the log continues, the smallest first.
    pub continues: Vec<u64>,
    /// Files of entries and hashes that were read and found right.
    pub files: u64,
}

impl Report {
    /// Whether nothing but the log itself vouches for it: no key was given.
    ///
    /// Such a log may have been written anew by whoever owns it.
    #[must_use]
    pub const fn is_self_consistent_only(&self) -> bool {
        self.signed_by.is_none()
    }
}
