//! The file system of a folder, and what one sync on it costs.

use std::fmt;
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, bail};

use crate::histogram::Histogram;

/// File systems that lie in memory: a sync costs nothing there, and means nothing.
const IN_MEMORY: [&str; 4] = ["tmpfs", "ramfs", "devtmpfs", "hugetlbfs"];

/// A file system: its type and what it lies on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FileSystem {
    kind: String,
    source: String,
}

impl FileSystem {
    /// The one that holds the folder.
    ///
    /// # Errors
    ///
    /// Where it lies in memory: no durability can be measured there.
    pub(crate) fn of(folder: &Path) -> anyhow::Result<FileSystem> {
        let folder = folder.canonicalize().with_context(|| folder.display().to_string())?;
        let mounts = std::fs::read_to_string("/proc/self/mountinfo").context("/proc/self/mountinfo")?;
        let found = holding(&folder, &mounts).context("the folder is on no mounted file system")?;
        if IN_MEMORY.contains(&found.kind.as_str()) {
            bail!(
                "{} lies in memory ({}), where a sync is free; name a folder on a disk with --folder",
                folder.display(),
                found.kind
            );
        }
        Ok(found)
    }
}

impl fmt::Display for FileSystem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} on {}", self.kind, self.source)
    }
}

/// The last mounted of those with the longest mount point above the folder (proc(5), mountinfo).
fn holding(folder: &Path, mounts: &str) -> Option<FileSystem> {
    let mut best: Option<(usize, FileSystem)> = None;
    for line in mounts.lines() {
        let Some((mount, rest)) = line.split_once(" - ") else { continue };
        let point = mount.split(' ').nth(4).unwrap_or_default().replace("\\040", " ");
        let mut words = rest.split(' ');
        let (Some(kind), Some(source)) = (words.next(), words.next()) else { continue };
        let length = Path::new(&point).components().count();
        if folder.starts_with(&point) && best.as_ref().is_none_or(|(longest, _)| length >= *longest) {
            best = Some((length, FileSystem { kind: kind.to_owned(), source: source.to_owned() }));
        }
    }
    best.map(|(_, found)| found)
}

/// Appends 4 KiB and syncs, again and again: what a commit of few records does.
pub(crate) fn sync_times(folder: &Path, times: usize) -> anyhow::Result<Histogram> {
    let path = folder.join("sync-probe");
    let mut file = File::create(&path)?;
    let mut histogram = Histogram::default();
    for _ in 0..times {
        file.write_all(&[7; 4096])?;
        let begun = Instant::now();
        file.sync_data()?;
        histogram.add(begun.elapsed());
    }
    drop(file);
    std::fs::remove_file(path)?;
    Ok(histogram)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOUNTS: &str = "22 1 254:0 / / rw,relatime - ext4 /dev/vda rw
23 22 0:5 / /proc rw - proc proc rw
24 22 0:20 / /tmp rw shared:1 - tmpfs tmpfs rw,size=1g
25 24 254:1 / /tmp/with\\040space rw - xfs /dev/vdb rw
26 22 254:2 / /srv rw - ext4 /dev/vdc rw
27 22 0:30 / /srv rw - tmpfs over rw";

    #[test]
    fn a_folder_is_on_the_nearest_mount_and_on_the_last_one_there() {
        let kind = |folder| holding(Path::new(folder), MOUNTS).unwrap().to_string();
        assert_eq!(kind("/home/x"), "ext4 on /dev/vda");
        assert_eq!(kind("/tmp/x"), "tmpfs on tmpfs");
        assert_eq!(kind("/tmpfiles"), "ext4 on /dev/vda");
        assert_eq!(kind("/tmp/with space/x"), "xfs on /dev/vdb");
        assert_eq!(kind("/srv"), "tmpfs on over");
    }

    #[test]
    fn memory_is_refused() {
        let refused = FileSystem::of(Path::new("/dev/shm")).unwrap_err().to_string();
        assert!(refused.contains("lies in memory"), "{refused}");
    }
}
