//! The committed figures, and how new ones compare with them.

use std::path::Path;

use anyhow::Context;
use serde::{Deserialize, Serialize};

use crate::figure::Figure;
use crate::machine::Machine;

/// One whole run, as it is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Baseline {
    /// The day.
    pub(crate) date: String,
    /// The commit that was measured.
    pub(crate) commit: String,
    /// The command that measured it.
    pub(crate) command: String,
    /// The machine.
    pub(crate) machine: Machine,
    /// The load of the minute before the run, and of its last minute.
    pub(crate) load: [String; 2],
    /// Seconds of one round.
    pub(crate) seconds: u32,
    /// The figures.
    pub(crate) figures: Vec<Figure>,
}

/// How a run compares with an earlier one.
#[derive(Debug, PartialEq)]
pub(crate) enum Comparison {
    /// Another machine: the figures mean something else.
    NotComparable,
    /// What is worse, as pairs of the earlier and the new figure; empty where nothing is.
    Compared(Vec<(Figure, Figure)>),
}

impl Baseline {
    /// Reads a kept run.
    pub(crate) fn read(path: &Path) -> anyhow::Result<Baseline> {
        let text = std::fs::read(path)
            .with_context(|| format!("{} cannot be read; a whole run writes it", path.display()))?;
        serde_json::from_slice(&text).with_context(|| format!("{} is no earlier run", path.display()))
    }

    /// Keeps the run.
    pub(crate) fn write(&self, path: &Path) -> anyhow::Result<()> {
        let text = serde_json::to_string_pretty(self)? + "\n";
        std::fs::write(path, text).with_context(|| path.display().to_string())
    }

    /// Compares new figures with these. Those that only one of the two has are left out.
    pub(crate) fn compare(&self, machine: &Machine, figures: &[Figure]) -> Comparison {
        if !self.machine.is_like(machine) {
            return Comparison::NotComparable;
        }
        let same = |a: &Figure, b: &Figure| a.measurement == b.measurement && a.name == b.name;
        let worse = figures.iter().filter_map(|new| {
            let old = self.figures.iter().find(|old| same(old, new))?;
            new.is_worse_than(old).then(|| (old.clone(), new.clone()))
        });
        Comparison::Compared(worse.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn machine(cores: usize, file_system: &str) -> Machine {
        Machine {
            cpu: "a processor".to_owned(),
            cores,
            memory_mib: 4096,
            kernel: "6.1".to_owned(),
            file_system: file_system.to_owned(),
        }
    }

    fn kept() -> Baseline {
        Baseline {
            date: "2026-11-24".to_owned(),
            commit: "abc".to_owned(),
            command: "cargo xtask bench".to_owned(),
            machine: machine(2, "ext4 on /dev/vda"),
            load: ["0".to_owned(), "1".to_owned()],
            seconds: 4,
            figures: vec![Figure::higher("appends", "rate", 40_000.0, "1/s")],
        }
    }

    #[test]
    fn only_the_same_machine_is_compared_with() {
        let slow = [Figure::higher("appends", "rate", 10.0, "1/s")];
        for other in [machine(4, "ext4 on /dev/vda"), machine(2, "xfs on /dev/vda")] {
            assert_eq!(kept().compare(&other, &slow), Comparison::NotComparable);
        }
        let newer_kernel = Machine { kernel: "6.12".to_owned(), ..machine(2, "ext4 on /dev/vda") };
        let Comparison::Compared(worse) = kept().compare(&newer_kernel, &slow) else { panic!() };
        assert_eq!(worse.len(), 1);
    }

    #[test]
    fn figures_are_matched_by_what_they_are() {
        let fine = [
            Figure::higher("appends", "rate", 39_000.0, "1/s"),
            Figure::higher("throughput-16", "rate", 1.0, "1/s"),
        ];
        let same = machine(2, "ext4 on /dev/vda");
        assert_eq!(kept().compare(&same, &fine), Comparison::Compared(Vec::new()));
    }

    #[test]
    fn what_is_kept_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("benchmarks.json");
        kept().write(&path).unwrap();
        assert_eq!(Baseline::read(&path).unwrap().figures, kept().figures);
    }
}
