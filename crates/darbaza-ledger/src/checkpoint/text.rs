use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::decimal::parse_decimal;
use crate::tree_head::TreeHead;

/// The longest origin; C2SP names no bound, and this is far above any host name with a path.
const LONGEST_ORIGIN: usize = 1024;

/// The text is not a checkpoint: origin, size and root, one line each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not a checkpoint of origin, size and root")]
pub struct NotACheckpoint;

/// The text of a checkpoint, unsigned: which log, how many entries, which root.
///
/// `Display` gives the lines that are signed, each with its newline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    origin: String,
    head: TreeHead,
    extensions: Vec<String>,
}

impl Checkpoint {
    /// The checkpoint of the log `origin` at `head`, without extension lines.
    ///
    /// # Errors
    /// [`NotACheckpoint`] where the origin is empty, above 1,024 bytes, or holds a control character.
    pub fn new(origin: &str, head: TreeHead) -> Result<Self, NotACheckpoint> {
        if !is_line(origin) || origin.len() > LONGEST_ORIGIN {
            return Err(NotACheckpoint);
        }
        Ok(Self { origin: origin.to_owned(), head, extensions: Vec::new() })
    }

    /// The unique name of the log.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Size and root of the log.
    #[must_use]
    pub const fn head(&self) -> TreeHead {
        self.head
    }

    /// Further lines, opaque; this crate writes none and C2SP advises against them.
    #[must_use]
    pub fn extensions(&self) -> &[String] {
        &self.extensions
    }
}

impl FromStr for Checkpoint {
    type Err = NotACheckpoint;

    fn from_str(text: &str) -> Result<Self, NotACheckpoint> {
        let mut lines = text.strip_suffix('\n').ok_or(NotACheckpoint)?.split('\n');
        let mut line = || lines.next().ok_or(NotACheckpoint);
        let (origin, size, root) = (line()?, line()?, line()?);
        let size = parse_decimal(size).ok_or(NotACheckpoint)?;
        let root = root.parse().map_err(|_| NotACheckpoint)?;
        let mut checkpoint = Self::new(origin, TreeHead { size, root })?;
        checkpoint.extensions = lines.map(str::to_owned).collect();
        if checkpoint.extensions.iter().all(|line| is_line(line)) {
            Ok(checkpoint)
        } else {
            Err(NotACheckpoint)
        }
    }
}

fn is_line(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte >= b' ')
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n{}\n{}", self.origin, self.head.size, self.head.root)?;
        self.extensions.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}
