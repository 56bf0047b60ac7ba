//! Processes beside this one, ended when their handle is dropped.

use std::fs::File;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

use crate::machine::number_after;

/// How long a process may take to be ready.
const PATIENCE: Duration = Duration::from_secs(20);

/// A running process whose output goes to files.
pub(crate) struct Process {
    child: Child,
    name: String,
    out: PathBuf,
    err: PathBuf,
}

impl Process {
    /// Starts a command; what it says goes to `NAME.out` and `NAME.err` in the folder.
    pub(crate) fn start(name: &str, folder: &Path, command: &mut Command) -> anyhow::Result<Process> {
        let (out, err) = (folder.join(format!("{name}.out")), folder.join(format!("{name}.err")));
        let child = command
            .stdin(Stdio::null())
            .stdout(File::create(&out)?)
            .stderr(File::create(&err)?)
            .spawn()
            .with_context(|| format!("cannot start {command:?}"))?;
        Ok(Process { child, name: name.to_owned(), out, err })
    }

    /// The rest of the first line of standard output that begins with that word, once it is there.
    pub(crate) fn line_after(&mut self, word: &str) -> anyhow::Result<String> {
        self.wait_for(|process| {
            let out = std::fs::read_to_string(&process.out).unwrap_or_default();
            let (whole, _) = out.rsplit_once('\n')?;
            whole.lines().find_map(|line| line.strip_prefix(word)).map(|rest| rest.trim().to_owned())
        })
    }

    /// Waits until somebody accepts at that address.
    pub(crate) fn accepts(&mut self, address: SocketAddr) -> anyhow::Result<()> {
        self.wait_for(|_| TcpStream::connect(address).ok().map(drop))
    }

    fn wait_for<T>(&mut self, ready: impl Fn(&Process) -> Option<T>) -> anyhow::Result<T> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(found) = ready(self) {
                return Ok(found);
            }
            let ended = self.child.try_wait()?;
            if ended.is_some() || Instant::now() > deadline {
                let said = std::fs::read_to_string(&self.err).unwrap_or_default();
                bail!("{} is not ready ({ended:?}): {said}", self.name);
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Resident memory in MiB.
    pub(crate) fn resident(&self) -> anyhow::Result<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))
            .with_context(|| format!("{} ended", self.name))?;
        Ok(number_after(&status, "VmRSS:").context("no VmRSS")? as f64 / 1024.0)
    }

    /// Processor time that it and its children took so far.
    pub(crate) fn processor_time(&self) -> Duration {
        let id = self.child.id();
        let children = std::fs::read_to_string(format!("/proc/{id}/task/{id}/children")).unwrap_or_default();
        let all = children.split_whitespace().map(str::to_owned).chain([id.to_string()]);
        all.filter_map(|id| processor_time(&std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?)).sum()
    }
}

/// User and system time of a line of `/proc/PID/stat` (proc(5)). The name in it may hold anything, so
/// what stands behind its last bracket is counted; a tick is a hundredth of a second on Linux.
fn processor_time(stat: &str) -> Option<Duration> {
    let (_, rest) = stat.rsplit_once(')')?;
    let ticks = rest.split_whitespace().skip(11).take(2).map(|word| word.parse::<u64>().unwrap_or_default());
    Some(Duration::from_millis(10 * ticks.sum::<u64>()))
}

impl Drop for Process {
    fn drop(&mut self) {
        // Asked to end first: nginx takes its workers with it only then.
        let asked = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        let deadline = Instant::now() + Duration::from_secs(5);
        while asked.is_ok() && Instant::now() < deadline && matches!(self.child.try_wait(), Ok(None)) {
            std::thread::sleep(Duration::from_millis(10));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A port that nobody uses now, for programs that cannot choose one themselves.
pub(crate) fn free_address() -> anyhow::Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_stand_behind_the_name() {
        let line = "71 (a b) c) S 1 71 71 0 -1 4194560 900 0 0 0 250 75 0 0 20 0 5 0 100 1 1";
        assert_eq!(processor_time(line), Some(Duration::from_millis(3250)));
    }
}
