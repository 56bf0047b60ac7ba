use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{LONGEST_EXTRA, NotAProofFile, RecordProof, RecordProofError};
use crate::checkpoint::SignedCheckpoint;
use crate::decimal::parse_decimal;
use crate::hash::Hash;

/// The first line of every proof file.
const VERSION: &str = "c2sp.org/tlog-proof@v1";

/// Rows of the highest tree below its root.
const LONGEST_PATH: usize = 64;

impl RecordProof {
    /// Reads a proof file, verifying nothing yet.
    ///
    /// # Errors
    /// [`RecordProofError::Form`], and [`RecordProofError::Checkpoint`] for the checkpoint in it.
    pub fn parse(file: &[u8]) -> Result<Self, RecordProofError> {
        // The first empty line ends the proof. What follows is the checkpoint, verbatim.
        let end = file.windows(2).position(|pair| pair == b"\n\n").ok_or(NotAProofFile)?;
        let (proof, checkpoint) = (file.get(..end), file.get(end + 2..));
        let (proof, checkpoint) = proof.zip(checkpoint).ok_or(NotAProofFile)?;
        let (extra, index, path) =
            str::from_utf8(proof).ok().and_then(parse_proof_lines).ok_or(NotAProofFile)?;
        Ok(Self { extra, index, path, checkpoint: SignedCheckpoint::parse(checkpoint)? })
    }
}

fn parse_proof_lines(text: &str) -> Option<(Option<Vec<u8>>, u64, Vec<Hash>)> {
    let mut lines = text.split('\n').peekable();
    lines.next().filter(|line| *line == VERSION)?;
    let extra = match lines.next_if(|line| line.starts_with("extra ")) {
        None => None,
        Some(line) => Some(parse_extra(line.strip_prefix("extra ")?)?),
    };
    let index = parse_decimal(lines.next()?.strip_prefix("index ")?)?;
    // One more than allowed is enough to know that there are too many.
    let path: Vec<Hash> =
        lines.take(LONGEST_PATH + 1).map(|line| line.parse().ok()).collect::<Option<_>>()?;
    (path.len() <= LONGEST_PATH).then_some((extra, index, path))
}

fn parse_extra(encoded: &str) -> Option<Vec<u8>> {
    // Measured before it is decoded, so that a hostile line costs nothing.
    if encoded.is_empty() || encoded.len() > LONGEST_EXTRA.div_ceil(3) * 4 {
        return None;
    }
    STANDARD.decode(encoded).ok().filter(|extra| extra.len() <= LONGEST_EXTRA)
}

impl fmt::Display for RecordProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{VERSION}")?;
        if let Some(extra) = &self.extra {
            writeln!(f, "extra {}", STANDARD.encode(extra))?;
        }
        writeln!(f, "index {}", self.index)?;
        self.path.iter().try_for_each(|hash| writeln!(f, "{hash}"))?;
        write!(f, "\n{}", self.checkpoint)
    }
}
