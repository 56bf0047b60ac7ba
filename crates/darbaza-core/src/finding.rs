//! A place in a text that holds data of a category.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use crate::Category;

/// One finding of the detector.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// What was found.
    pub category: Category,
    /// Where, as a byte range of the text; both ends are character boundaries.
    pub range: Range<usize>,
    /// How sure the detector is, from 0 to 1.
    pub score: f32,
    /// Name of the recogniser that found it, for explanations.
    pub recogniser: &'static str,
}

/// How many findings of each category; what headers and ledger leaves say of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CategoryCounts(BTreeMap<Category, u32>);

impl CategoryCounts {
    /// Counts one more finding.
    pub fn add(&mut self, category: Category) {
        *self.0.entry(category).or_default() += 1;
    }

    /// The categories present, with their counts.
    pub fn iter(&self) -> impl Iterator<Item = (Category, u32)> + '_ {
        self.0.iter().map(|(c, n)| (*c, *n))
    }

    /// The categories present.
    pub fn categories(&self) -> impl Iterator<Item = Category> + '_ {
        self.0.keys().copied()
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The form of the header `Darbaza-Findings`: `PERSON=2, IIN=1`.
impl fmt::Display for CategoryCounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, (category, count)) in self.iter().enumerate() {
            let comma = if i == 0 { "" } else { ", " };
            write!(f, "{comma}{category}={count}")?;
        }
        Ok(())
    }
}

impl serde::Serialize for CategoryCounts {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de> serde::Deserialize<'de> for CategoryCounts {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        BTreeMap::deserialize(deserializer).map(CategoryCounts)
    }
}
