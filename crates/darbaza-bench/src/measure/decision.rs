//! How long a decision takes with a register of 1,000 systems, cached and not.

use crate::figure::Figure;

/// The decision alone, without HTTP or disk.
pub(super) fn decide(_name: &str) -> anyhow::Result<Vec<Figure>> {
    Ok(Vec::new())
}
