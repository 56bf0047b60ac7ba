//! What recognisers hand in, and the choice among it.

use std::collections::BTreeMap;
use std::ops::Range;

use darbaza_core::Category;

/// A recogniser's proposal; the range is in bytes of the view.
#[derive(Clone, Debug)]
pub(crate) struct Candidate {
    pub(crate) category: Category,
    pub(crate) range: Range<usize>,
    pub(crate) score: f32,
    pub(crate) recogniser: &'static str,
}

/// Collects the proposals for one text.
#[derive(Default)]
pub(crate) struct Candidates(pub(crate) Vec<Candidate>);

impl Candidates {
    pub(crate) fn add(
        &mut self,
        category: Category,
        range: Range<usize>,
        score: f32,
        recogniser: &'static str,
    ) {
        if range.start < range.end {
            self.0.push(Candidate { category, range, score, recogniser });
        }
    }

    /// A street named after a person is found as a name too; the address is the better reading.
    fn drop_names_inside_addresses(&mut self) {
        let mut addresses: Vec<Range<usize>> = self
            .0
            .iter()
            .filter(|c| c.category == Category::Address && c.score >= 0.65)
            .map(|c| c.range.clone())
            .collect();
        addresses.sort_by_key(|r| (r.start, r.end));
        self.0.retain(|c| {
            let upto = addresses.partition_point(|a| a.start <= c.range.start);
            let inside = addresses[..upto].iter().rev().take(3).any(|a| a.end >= c.range.end);
            !(inside && c.category == Category::Person)
        });
    }

    /// The proposals that stand: the surest first, of equals the longest; none overlap.
    pub(crate) fn resolve(mut self) -> Vec<Candidate> {
        self.drop_names_inside_addresses();
        self.0.sort_by(|a, b| {
            b.score
                .total_cmp(&a.score)
                .then_with(|| (b.range.len()).cmp(&a.range.len()))
                .then_with(|| a.range.start.cmp(&b.range.start))
                .then_with(|| a.category.cmp(&b.category))
        });
        let mut taken: BTreeMap<usize, usize> = BTreeMap::new();
        let mut out = Vec::new();
        for candidate in self.0 {
            let overlaps = taken
                .range(..candidate.range.end)
                .next_back()
                .is_some_and(|(_, end)| *end > candidate.range.start);
            if !overlaps {
                taken.insert(candidate.range.start, candidate.range.end);
                out.push(candidate);
            }
        }
        out.sort_by_key(|c| c.range.start);
        out
    }
}
