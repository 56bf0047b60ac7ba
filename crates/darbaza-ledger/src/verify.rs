//! The offline verifier: reads the whole log and believes nothing but the keys it was given.

mod claims;
mod error;
mod report;
mod walk;

pub use error::VerifyError;
pub use report::Report;

use crate::note::VerifierKey;
use crate::tiles::TileSource;
use claims::Claims;
use walk::Walk;

/// Verifies a log from its first entry to its checkpoint.
///
/// Every leaf hash is made anew from the entries, every hash tile of every level from the leaf
/// hashes, and the root from both; each must be what the files and the checkpoint say. The log is
/// read once, one bundle at a time, and never held in memory as a whole.
///
/// - `checkpoint` is the note that the log serves now.
/// - `keys` are the log's, pinned by whoever verifies: the current one and, after a change of
///   keys, former ones. Without any, signatures are not looked at, and the report says
///   "self-consistent only": whoever owns the log could have written it anew.
/// - `since` are older checkpoints, kept where the owner of the log could not reach them. The log
///   must continue each of them and each must be signed by one of the keys, if there are any. Only
///   they show that entries were taken off the end, or that the owner rewrote and signed again.
/// - `visit` is shown every entry with its index, in order and *before* it is verified, so that a
///   caller who compares with a journal of his own sees which entry differs even where
///   verification ends with an error.
///
/// Partial files of former sizes are not part of the log at this checkpoint and are not read.
///
/// # Errors
/// The first thing found wrong, with the file or the entry that it is in.
pub fn verify(
    source: &dyn TileSource,
    checkpoint: &[u8],
    keys: &[VerifierKey],
    since: &[&[u8]],
    visit: &mut dyn FnMut(u64, &[u8]),
) -> Result<Report, VerifyError> {
    let claims = Claims::read(checkpoint, keys, since)?;
    let walked = Walk::new(source, &claims).run(visit)?;
    Ok(claims.into_report(walked))
}
