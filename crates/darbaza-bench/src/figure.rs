//! A figure: what was measured, what it should be, and whether it is.

use serde::{Deserialize, Serialize};

/// Which way is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Better {
    Lower,
    Higher,
}

/// One measured value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Figure {
    /// The measurement that it belongs to, as `--only` names it.
    pub(crate) measurement: String,
    /// What it is.
    pub(crate) name: String,
    /// The value.
    pub(crate) value: f64,
    /// Its unit.
    pub(crate) unit: String,
    /// Which way is better.
    pub(crate) better: Better,
    /// The bound that it has to keep, where it has one.
    pub(crate) target: Option<f64>,
    /// Smaller differences than this say nothing.
    pub(crate) grain: f64,
    /// Whether it is compared with an earlier run. The machine's own figures are not.
    pub(crate) compared: bool,
    /// What else has to be known to read it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) note: String,
}

/// Whether a figure keeps its bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It has none.
    NoTarget,
    /// It keeps it.
    Reached,
    /// It does not.
    Missed,
}

impl Verdict {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Verdict::NoTarget => "",
            Verdict::Reached => "reached",
            Verdict::Missed => "**missed**",
        }
    }
}

impl Figure {
    /// A figure that is better the lower it is.
    pub(crate) fn lower(measurement: &str, name: &str, value: f64, unit: &str) -> Figure {
        Figure {
            measurement: measurement.to_owned(),
            name: name.to_owned(),
            value,
            unit: unit.to_owned(),
            better: Better::Lower,
            target: None,
            grain: 0.0,
            compared: true,
            note: String::new(),
        }
    }

    /// A figure that is better the higher it is.
    pub(crate) fn higher(measurement: &str, name: &str, value: f64, unit: &str) -> Figure {
        Figure { better: Better::Higher, ..Figure::lower(measurement, name, value, unit) }
    }

    /// With a bound to keep.
    #[must_use]
    pub(crate) fn target(self, target: f64) -> Figure {
        Figure { target: Some(target), ..self }
    }

    /// With a grain: two runs may differ by this for no reason.
    #[must_use]
    pub(crate) fn grain(self, grain: f64) -> Figure {
        Figure { grain, ..self }
    }

    /// With a remark.
    #[must_use]
    pub(crate) fn note(self, note: impl Into<String>) -> Figure {
        Figure { note: note.into(), ..self }
    }

    /// Told, not compared.
    #[must_use]
    pub(crate) fn only_told(self) -> Figure {
        Figure { compared: false, ..self }
    }

    /// Whether it keeps its bound.
    pub(crate) fn verdict(&self) -> Verdict {
        match (self.target, self.better) {
            (None, _) => Verdict::NoTarget,
            (Some(target), Better::Lower) if self.value <= target => Verdict::Reached,
            (Some(target), Better::Higher) if self.value >= target => Verdict::Reached,
            _ => Verdict::Missed,
        }
    }

    /// Whether it is under 80 % of what an earlier run measured: for what is better high, less than
    /// 0.8 of it; for what is better low, more than 1/0.8 of it; and by more than its grain.
    pub(crate) fn is_worse_than(&self, earlier: &Figure) -> bool {
        const KEPT: f64 = 0.8;
        let (bound, loss) = match self.better {
            Better::Higher => (self.value < earlier.value * KEPT, earlier.value - self.value),
            Better::Lower => (self.value > earlier.value / KEPT, self.value - earlier.value),
        };
        self.compared && bound && loss > self.grain
    }
}

/// The middle of several values; of two middle ones the lower.
pub(crate) fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len().saturating_sub(1) / 2).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eighty_per_cent_is_the_line_in_either_direction() {
        let rate = |value| Figure::higher("m", "rate", value, "1/s");
        assert!(!rate(80.0).is_worse_than(&rate(100.0)));
        assert!(rate(79.9).is_worse_than(&rate(100.0)));
        let time = |value| Figure::lower("m", "time", value, "ms").grain(0.1);
        assert!(!time(1.25).is_worse_than(&time(1.0)));
        assert!(time(1.26).is_worse_than(&time(1.0)));
    }

    #[test]
    fn a_difference_within_the_grain_is_none_and_a_gain_never_is() {
        let time = |value| Figure::lower("m", "overhead", value, "ms").grain(0.1);
        assert!(!time(0.15).is_worse_than(&time(0.06)));
        assert!(time(0.17).is_worse_than(&time(0.06)));
        assert!(!time(0.09).is_worse_than(&time(-0.005)));
        assert!(time(0.2).is_worse_than(&time(-0.005)));
        assert!(!time(0.01).is_worse_than(&time(5.0)));
        assert!(!time(9.0).only_told().is_worse_than(&time(1.0)));
    }

    #[test]
    fn the_bound_itself_is_kept() {
        assert_eq!(Figure::lower("m", "n", 0.5, "ms").target(0.5).verdict(), Verdict::Reached);
        assert_eq!(Figure::lower("m", "n", 0.51, "ms").target(0.5).verdict(), Verdict::Missed);
        assert_eq!(Figure::higher("m", "n", 0.49, "").target(0.5).verdict(), Verdict::Missed);
        assert_eq!(Figure::higher("m", "n", 0.49, "").verdict(), Verdict::NoTarget);
    }

    #[test]
    fn the_median_is_in_the_middle() {
        assert!((median([3.0, 1.0, 2.0]) - 2.0).abs() < 1e-9);
        assert!((median([4.0, 1.0]) - 1.0).abs() < 1e-9);
    }
}
