use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use super::{TILE_WIDTH, hashes_at_level};
use crate::decimal::parse_decimal;

/// The highest level that a path may name (C2SP tlog-tiles).
const HIGHEST_LEVEL: u64 = 63;

/// What a file of the tiled log holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TileContent {
    /// The entries themselves.
    Entries,
    /// Hashes of this level; 0 holds the leaf hashes, each level above one hash per full tile below.
    Hashes(u8),
}

/// The name of one file of the tiled log, `tile/<L>/<N>[.p/<W>]` or `tile/entries/<N>[.p/<W>]`.
///
/// `Display` gives the path relative to the log's prefix, with `/` between its elements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TilePath {
    content: TileContent,
    index: u64,
    width: u16,
}

impl TilePath {
    /// The file at `index` among those of its kind, as it is in a log of `size` entries: full, or
    /// partial at the right edge. `None` where a log of that size has no such file.
    #[must_use]
    pub fn in_log_of(size: u64, content: TileContent, index: u64) -> Option<Self> {
        let available = match content {
            TileContent::Entries => size,
            TileContent::Hashes(level) => hashes_at_level(size, level),
        };
        let start = index.checked_mul(TILE_WIDTH as u64)?;
        let width = available.checked_sub(start)?.min(TILE_WIDTH as u64);
        let width = u16::try_from(width).ok().filter(|width| *width > 0)?;
        Some(Self { content, index, width })
    }

    /// The full file at `index` among those of its kind.
    pub(crate) const fn full_at(content: TileContent, index: u64) -> Self {
        Self { content, index, width: TILE_WIDTH as u16 }
    }

    /// What the file holds.
    #[must_use]
    pub const fn content(&self) -> TileContent {
        self.content
    }

    /// The file's place among those of its kind, from 0.
    #[must_use]
    pub const fn index(&self) -> u64 {
        self.index
    }

    /// Hashes or entries in the file, 1 to 256.
    #[must_use]
    pub const fn width(&self) -> usize {
        self.width as usize
    }

    /// Whether the file may be superseded by a full one.
    #[must_use]
    pub const fn is_partial(&self) -> bool {
        self.width() < TILE_WIDTH
    }

    /// The full file at the same place.
    ///
    /// Once it is written, the folder of its partial forms ([`TilePath::partials_folder`]) may be deleted.
    #[must_use]
    pub const fn full(&self) -> Self {
        Self::full_at(self.content, self.index)
    }

    /// The folder that holds the partial forms of this file, such as `tile/0/x001/067.p`.
    #[must_use]
    pub fn partials_folder(&self) -> String {
        format!("{}.p", self.full())
    }
}

impl fmt::Display for TilePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.content {
            TileContent::Entries => f.write_str("tile/entries/")?,
            TileContent::Hashes(level) => write!(f, "tile/{level}/")?,
        }
        // Groups of three digits, each but the last marked, so that no folder has the name of a file.
        let mut group = 1_u64;
        while self.index / group >= 1000 {
            group *= 1000;
        }
        while group > 1 {
            write!(f, "x{:03}/", self.index / group % 1000)?;
            group /= 1000;
        }
        write!(f, "{:03}", self.index % 1000)?;
        if self.is_partial() { write!(f, ".p/{}", self.width) } else { Ok(()) }
    }
}

/// The text is not the path of a tile or an entry bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not the path of a tile or an entry bundle")]
pub struct NotATilePath;

impl FromStr for TilePath {
    type Err = NotATilePath;

    fn from_str(text: &str) -> Result<Self, NotATilePath> {
        let rest = text.strip_prefix("tile/").ok_or(NotATilePath)?;
        let (kind, rest) = rest.split_once('/').ok_or(NotATilePath)?;
        let content = if kind == "entries" {
            TileContent::Entries
        } else {
            let level = parse_decimal(kind).filter(|level| *level <= HIGHEST_LEVEL).ok_or(NotATilePath)?;
            TileContent::Hashes(u8::try_from(level).map_err(|_| NotATilePath)?)
        };
        let (index, width) = match rest.split_once(".p/") {
            None => (rest, TILE_WIDTH as u64),
            Some((index, width)) => (index, parse_decimal(width).ok_or(NotATilePath)?),
        };
        let index = parse_index(index).ok_or(NotATilePath)?;
        let width =
            u16::try_from(width).ok().filter(|w| (1..=TILE_WIDTH as u16).contains(w)).ok_or(NotATilePath)?;
        let path = Self { content, index, width };
        // One file has one name: needless `x000/` elements and `.p/256` do not come back the same.
        if path.to_string() == text { Ok(path) } else { Err(NotATilePath) }
    }
}

fn parse_index(text: &str) -> Option<u64> {
    let mut index = 0_u64;
    for element in text.split('/') {
        let digits = element.strip_prefix('x').unwrap_or(element);
        if digits.len() != 3 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        index = index.checked_mul(1000)?.checked_add(digits.parse().ok()?)?;
    }
    Some(index)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(content: TileContent, index: u64, width: u16, expected: &str) {
        let path = TilePath { content, index, width };
        assert_eq!(path.to_string(), expected);
        assert_eq!(expected.parse(), Ok(path));
    }

    #[test]
    fn known_paths() {
        check(TileContent::Hashes(0), 1_234_067, 256, "tile/0/x001/x234/067");
        check(TileContent::Hashes(2), 0, 1, "tile/2/000.p/1");
        check(TileContent::Entries, 273, 112, "tile/entries/273.p/112");
        check(TileContent::Hashes(63), u64::MAX, 255, "tile/63/x018/x446/x744/x073/x709/x551/615.p/255");
    }

    #[test]
    fn the_example_of_the_specification_at_70_000_entries() {
        let width = |level, index| {
            TilePath::in_log_of(70_000, TileContent::Hashes(level), index).map(|path| path.width())
        };
        assert_eq!((width(0, 272), width(0, 273), width(0, 274)), (Some(256), Some(112), None));
        assert_eq!((width(1, 0), width(1, 1), width(2, 0)), (Some(256), Some(17), Some(1)));
        assert_eq!((width(3, 0), width(9, 0), width(0, u64::MAX)), (None, None, None));
    }

    #[test]
    fn a_file_has_one_name_only() {
        for text in [
            "",
            "tile/",
            "tile/0",
            "tile/0/",
            "tile/0/1",
            "tile/00/001",
            "tile/64/001",
            "tile/-1/001",
            "tile/0/x000/001",
            "tile/0/001/002",
            "tile/0/x001",
            "tile/0/001.p/0",
            "tile/0/001.p/256",
            "tile/0/001.p/01",
            "tile/0/001.p",
            "tile/0/001/",
            "/tile/0/001",
            "tile/0/+01",
            "tile/data/001",
            "tile/0/x018/x446/x744/x073/x709/x551/616",
        ] {
            assert_eq!(text.parse::<TilePath>(), Err(NotATilePath), "{text}");
        }
    }

    proptest! {
        #[test]
        fn paths_round_trip(level in 0..=63_u8, entries: bool, index: u64, width in 1..=256_u16) {
            let content = if entries { TileContent::Entries } else { TileContent::Hashes(level) };
            let path = TilePath { content, index, width };
            prop_assert_eq!(path.to_string().parse(), Ok(path));
        }

        #[test]
        fn any_text_is_read_without_a_panic(text in "(tile/)?[0-9a-z./x]{0,24}|\\PC*") {
            if let Ok(path) = text.parse::<TilePath>() {
                prop_assert_eq!(path.to_string(), text);
            }
        }
    }
}
