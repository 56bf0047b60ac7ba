//! Findings to spans: what is masked together.

use std::ops::Range;

use darbaza_core::{Category, Finding};

/// A stretch of a text that becomes one token.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Span {
    pub(crate) range: Range<usize>,
    pub(crate) category: Category,
    score: f32,
    /// Length of the finding that gave the category.
    weight: usize,
    /// How often this span had to be widened.
    pub(crate) widened: u8,
}

impl Span {
    pub(crate) fn of_finding(text: &str, finding: &Finding) -> Option<Span> {
        let start = text.floor_char_boundary(finding.range.start);
        let end = text.ceil_char_boundary(finding.range.end);
        (start < end).then(|| Span {
            weight: end - start,
            range: start..end,
            category: finding.category,
            score: if finding.score.is_nan() { 0.0 } else { finding.score },
            widened: 0,
        })
    }

    pub(crate) fn literal(range: Range<usize>) -> Span {
        Span { range, category: Category::Literal, score: -1.0, weight: 0, widened: 0 }
    }

    /// Widens the span; a category that is given replaces what the span was.
    pub(crate) fn widen(&mut self, to: Range<usize>, category: Option<Category>) {
        self.range = self.range.start.min(to.start)..self.range.end.max(to.end);
        if let Some(category) = category {
            self.category = category;
            self.score = f32::INFINITY;
        }
    }

    fn outranks(&self, other: &Span) -> bool {
        (self.score, self.weight) > (other.score, other.weight)
    }
}

/// Sorts spans and unites those that overlap, so that no byte of any is left outside; the surer
/// and then the longer one names the category. With `touching`, also those side by side.
pub(crate) fn unite(mut spans: Vec<Span>, touching: bool) -> Vec<Span> {
    spans.sort_by_key(|span| (span.range.start, span.range.end));
    let mut united: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match united.last_mut() {
            Some(last) if span.range.start < last.range.end + usize::from(touching) => {
                let end = last.range.end.max(span.range.end);
                let widened = last.widened.max(span.widened);
                if span.outranks(last) {
                    *last = Span { range: last.range.start..end, widened, ..span };
                } else {
                    last.range.end = end;
                    last.widened = widened;
                }
            }
            _ => united.push(span),
        }
    }
    united
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overlapping_findings_leave_no_byte_uncovered() {
        let text = "Ахметов Серик 880101300018";
        let finding = |category, range, score| Finding { category, range, score, recogniser: "test" };
        let spans = [
            finding(Category::Iin, 26..38, 0.9),
            finding(Category::Phone, 30..200, 0.4),
            finding(Category::Person, 0..14, 0.8),
            finding(Category::Person, 1..2, 0.1),
            finding(Category::Dob, 50..60, 1.0),
        ]
        .iter()
        .filter_map(|f| Span::of_finding(text, f))
        .collect();
        let united = unite(spans, false);
        let seen: Vec<_> = united.iter().map(|s| (s.category, s.range.clone())).collect();
        assert_eq!(seen, [(Category::Person, 0..14), (Category::Iin, 26..38)]);
    }
}
