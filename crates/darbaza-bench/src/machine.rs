//! The machine under the figures, and the disk that holds the data folder.

mod disk;

use std::path::Path;
use std::process::Command;

use anyhow::Context;
use serde::{Deserialize, Serialize};

pub(crate) use disk::{FileSystem, sync_times};

/// What figures depend on. Two runs can be compared where the processor, the cores and the file
/// system are the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Machine {
    /// The processor's name and numbers.
    pub(crate) cpu: String,
    /// Cores that the run may use.
    pub(crate) cores: usize,
    /// Memory in MiB.
    pub(crate) memory_mib: u64,
    /// The kernel's release.
    pub(crate) kernel: String,
    /// The file system of the data folder.
    pub(crate) file_system: String,
}

impl Machine {
    /// This machine, with the data in that folder.
    pub(crate) fn here(folder: &Path) -> anyhow::Result<Machine> {
        let cpu_info = std::fs::read_to_string("/proc/cpuinfo").context("/proc/cpuinfo")?;
        let memory = std::fs::read_to_string("/proc/meminfo").context("/proc/meminfo")?;
        Ok(Machine {
            cpu: cpu_name(&cpu_info),
            cores: std::thread::available_parallelism()?.get(),
            memory_mib: number_after(&memory, "MemTotal:").unwrap_or_default() / 1024,
            kernel: std::fs::read_to_string("/proc/sys/kernel/osrelease")?.trim().to_owned(),
            file_system: FileSystem::of(folder)?.to_string(),
        })
    }

    /// Whether figures of the two mean the same.
    pub(crate) fn is_like(&self, other: &Machine) -> bool {
        (&self.cpu, self.cores, &self.file_system) == (&other.cpu, other.cores, &other.file_system)
    }
}

/// The load of the last minute.
pub(crate) fn load() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().unwrap_or_default().to_owned()
}

/// The commit of the working tree, with a mark where it was changed since.
pub(crate) fn commit() -> String {
    let git = |arguments: &[&str]| {
        let output = Command::new("git").args(arguments).output().ok().filter(|o| o.status.success())?;
        Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    let Some(commit) = git(&["rev-parse", "--short", "HEAD"]) else { return "unknown".to_owned() };
    // The report itself is what a run changes.
    let changed = git(&["status", "--porcelain", "--", ":!docs/benchmarks.md", ":!docs/benchmarks.json"]);
    if changed.is_some_and(|c| c.is_empty()) { commit } else { format!("{commit} with changes") }
}

/// Virtual machines often say only the maker's name, so the numbers belong to it.
fn cpu_name(cpu_info: &str) -> String {
    let value = |name: &str| {
        let line = cpu_info.lines().find(|l| l.split(':').next().is_some_and(|n| n.trim() == name))?;
        line.split_once(':').map(|(_, value)| value.trim())
    };
    let part = |name| value(name).unwrap_or("?");
    let name = part("model name");
    format!("{name} (family {}, model {}, stepping {})", part("cpu family"), part("model"), part("stepping"))
}

/// The first number of the line that begins with that word.
pub(crate) fn number_after(text: &str, word: &str) -> Option<u64> {
    text.lines().find_map(|line| line.strip_prefix(word)?.split_whitespace().next()?.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_processor_is_told_by_name_and_numbers() {
        let text = "processor\t: 0\ncpu family\t: 25\nmodel\t\t: 17\nmodel name\t: AMD EPYC\nstepping\t: 1\n";
        assert_eq!(cpu_name(text), "AMD EPYC (family 25, model 17, stepping 1)");
        assert_eq!(number_after("VmPeak:  1 kB\nVmRSS:\t  51200 kB\n", "VmRSS:"), Some(51200));
    }
}
