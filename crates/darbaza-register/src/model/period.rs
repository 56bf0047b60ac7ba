//! Days on which a fact holds.

use jiff::civil::Date;

/// A span of days, both ends included; an end that is missing is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Period {
    /// The first day.
    pub from: Option<Date>,
    /// The last day.
    pub until: Option<Date>,
}

impl Period {
    /// Every day.
    pub const ALWAYS: Period = Period { from: None, until: None };

    /// Whether that day is one of them.
    pub fn contains(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }

    /// Whether there is a day in both.
    pub fn overlaps(&self, other: &Period) -> bool {
        let begins_before_end = |a: &Period, b: &Period| match (a.from, b.until) {
            (Some(from), Some(until)) => from <= until,
            _ => true,
        };
        begins_before_end(self, other) && begins_before_end(other, self)
    }

    /// The days in both.
    #[must_use]
    pub fn and(self, other: Period) -> Period {
        let until = match (self.until, other.until) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        Period { from: self.from.max(other.from), until }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn ends_are_included_and_may_be_open() {
        let day = |d| date(2026, 11, d);
        let span = |from, until| Period { from, until };
        assert!(span(Some(day(1)), Some(day(1))).contains(day(1)));
        assert!(!span(Some(day(2)), None).contains(day(1)));
        assert!(!span(None, Some(day(1))).contains(day(2)));
        assert!(Period::ALWAYS.contains(Date::MAX));
        assert!(span(None, Some(day(1))).overlaps(&span(Some(day(1)), None)));
        assert!(!span(None, Some(day(1))).overlaps(&span(Some(day(2)), None)));
        assert!(!span(Some(day(5)), Some(day(6))).overlaps(&span(Some(day(1)), Some(day(4)))));
        let both = span(Some(day(1)), Some(day(9))).and(span(Some(day(4)), None));
        assert_eq!(both, span(Some(day(4)), Some(day(9))));
    }
}
