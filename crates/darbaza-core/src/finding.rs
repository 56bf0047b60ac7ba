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

impl Finding {
    /// The ranges of findings in Unicode code points, as the interfaces for scripts give them. The
    /// findings are sorted and do not overlap.
    pub fn code_point_ranges(text: &str, findings: &[Finding]) -> Vec<Range<usize>> {
        let (mut byte, mut point) = (0, 0);
        let mut code_points = |to: usize| {
            point += text.get(byte..to).map_or(0, |between| between.chars().count());
            byte = to;
            point
        };
        findings.iter().map(|f| code_points(f.range.start)..code_points(f.range.end)).collect()
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_count_code_points_where_scripts_read_them() {
        let text = "Әсел 🙂 Нұр";
        let at = |word: &str| {
            let start = text.find(word).expect("the word");
            Finding {
                category: Category::Person,
                range: start..start + word.len(),
                score: 1.0,
                recogniser: "test",
            }
        };
        let ranges = Finding::code_point_ranges(text, &[at("Әсел"), at("Нұр")]);
        assert_eq!(ranges, [0..4, 7..10]);
    }
}
