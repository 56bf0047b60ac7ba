//! Watching what the gate stands on: the space on its disk, and the publishing of its ledger.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use darbaza_gateway::Gate;
use darbaza_publisher::PublisherStatus;

/// How often it is looked.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// The disk of the data folder, and how much must be free on it.
pub(super) struct DiskWatch {
    folder: PathBuf,
    least: u64,
    low: bool,
    unknown: bool,
}

/// The space on a disk, in bytes.
#[derive(Clone, Copy)]
struct Space {
    free: u64,
    size: u64,
}

impl DiskWatch {
    pub(super) fn new(folder: &Path, least: u64) -> DiskWatch {
        DiskWatch { folder: folder.to_owned(), least, low: false, unknown: false }
    }

    /// Looks once and tells the gate; says in the log where a bound was crossed.
    pub(super) fn look(&mut self, gate: &Gate) {
        match space(&self.folder) {
            Ok(space) => {
                self.unknown = false;
                self.judge(space);
                gate.vitals().tell_disk(space.free, space.size, self.low);
            }
            Err(error) => {
                if !std::mem::replace(&mut self.unknown, true) {
                    tracing::error!(%error, "disk.space cannot be read");
                }
            }
        }
    }

    /// Each crossing is said once. The way back is said a little above the bound, so that a disk whose
    /// space moves around it does not fill its rest with alarms.
    fn judge(&mut self, space: Space) {
        let (free_bytes, least_bytes) = (space.free, self.least);
        if !self.low && space.free < self.least {
            self.low = true;
            tracing::error!(
                free_bytes,
                least_bytes,
                "disk.low: little space is left for the ledger; a full disk refuses every request"
            );
        } else if self.low && space.free >= self.least.saturating_add(self.least / 20) {
            self.low = false;
            tracing::info!(free_bytes, least_bytes, "disk.low is over");
        }
    }
}

/// What an unprivileged process can still write there.
fn space(folder: &Path) -> io::Result<Space> {
    let found = rustix::fs::statvfs(folder)?;
    Ok(Space {
        free: found.f_bavail.saturating_mul(found.f_frsize),
        size: found.f_blocks.saturating_mul(found.f_frsize),
    })
}

/// Looks again and again. A disk that hangs holds up a thread for waiting, and nobody else.
pub(super) async fn watch(gate: Arc<Gate>, mut disk: DiskWatch, publisher: Arc<PublisherStatus>) {
    loop {
        gate.vitals().tell_published(publisher.records(), publisher.age());
        let looking = Arc::clone(&gate);
        let looked = tokio::task::spawn_blocking(move || {
            disk.look(&looking);
            disk
        });
        let Ok(again) = looked.await else { return };
        disk = again;
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alarm_is_raised_below_the_bound_and_ends_a_little_above_it() {
        let mut disk = DiskWatch::new(Path::new("."), 1000);
        let mut lows = Vec::new();
        for free in [2000, 1000, 999, 10, 1001, 1049, 1050, 1000, 999] {
            disk.judge(Space { free, size: 5000 });
            lows.push(disk.low);
        }
        assert_eq!(lows, [false, false, true, true, true, true, false, false, true]);
        let mut none = DiskWatch::new(Path::new("."), 0);
        none.judge(Space { free: 0, size: 5000 });
        assert!(!none.low);
    }

    #[test]
    fn the_space_of_a_folder_is_read() {
        let space = space(&std::env::temp_dir()).unwrap();
        assert!(space.size > 0 && space.free <= space.size);
        assert!(super::space(Path::new("/nothing/there")).is_err());
    }
}
