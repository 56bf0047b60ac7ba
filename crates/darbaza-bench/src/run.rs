//! One run: everything is started, measured, told, kept or compared.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, bail};
use tokio::task::LocalSet;

use crate::baseline::{Baseline, Comparison};
use crate::figure::Figure;
use crate::gate::Gate;
use crate::machine::{FileSystem, Machine, commit, load, sync_times};
use crate::measure::{Bench, Measurement};
use crate::nginx::Nginx;
use crate::process::Process;
use crate::{report, say};

/// How long the vendor works before it answers.
const VENDOR_DELAY: &str = "20000";
/// Syncs of the probe.
const SYNCS: usize = 500;
/// The page of the documentation, and the figures beside it.
const PAGE: &str = "docs/benchmarks.md";
const KEPT: &str = "docs/benchmarks.json";

/// How a run is to be.
#[derive(Clone, Debug)]
pub struct Options {
    /// The release program.
    pub program: PathBuf,
    /// nginx, where it is on this machine.
    pub nginx: Option<PathBuf>,
    /// A folder on the disk to measure.
    pub folder: PathBuf,
    /// One measurement, by name; all where there is none.
    pub only: Option<String>,
    /// Seconds of one round.
    pub seconds: u32,
    /// Whether to compare with the committed figures and keep nothing.
    pub check: bool,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Measured; where it was compared, nothing is worse.
    Done,
    /// Something is worse than the committed figures.
    Worse,
    /// The committed figures are of another machine.
    NotComparable,
}

/// Measures.
///
/// # Errors
///
/// Where something cannot be started or a request fails.
pub fn run(options: &Options) -> anyhow::Result<Outcome> {
    let chosen = chosen(options.only.as_deref())?;
    let earlier = options.check.then(|| Baseline::read(Path::new(KEPT))).transpose()?;
    // Said before anything is measured: minutes of work would be for nothing.
    std::fs::create_dir_all(&options.folder)?;
    FileSystem::of(&options.folder)?;
    let folder = tempfile::Builder::new().prefix("darbaza-bench-").tempdir_in(&options.folder)?;
    let machine = Machine::here(folder.path())?;
    if earlier.as_ref().is_some_and(|earlier| !earlier.machine.is_like(&machine)) {
        return Ok(Outcome::NotComparable);
    }
    let before = load();
    let figures = measure(options, &chosen, folder.path(), machine.cores)?;
    let run = Baseline {
        date: jiff::Timestamp::now().to_string().chars().take(10).collect(),
        commit: commit(),
        command: "cargo xtask bench".to_owned(),
        machine,
        load: [before, load()],
        seconds: options.seconds,
        figures,
    };
    say(&format!("\n{}", report::table(&run.figures)));
    say(&format!(
        "{}, {} cores, {}, load {} and {}",
        run.machine.cpu, run.machine.cores, run.machine.file_system, run.load[0], run.load[1]
    ));
    if let Some(earlier) = earlier {
        return Ok(told(&earlier, &run));
    }
    if options.only.is_none() {
        std::fs::write(PAGE, report::page(&run)).context(PAGE)?;
        run.write(Path::new(KEPT))?;
        say(&format!("written to {PAGE} and {KEPT}"));
    }
    Ok(Outcome::Done)
}

fn chosen(only: Option<&str>) -> anyhow::Result<Vec<Measurement>> {
    let Some(name) = only else { return Ok(Measurement::ALL.to_vec()) };
    let found = Measurement::ALL.into_iter().find(|m| m.name() == name);
    found.map(|m| vec![m]).with_context(|| {
        let names = Measurement::ALL.map(Measurement::name).join(", ");
        format!("there is no measurement {name:?}; name one of {names}")
    })
}

fn measure(
    options: &Options,
    chosen: &[Measurement],
    folder: &Path,
    cores: usize,
) -> anyhow::Result<Vec<Figure>> {
    let syncs = sync_times(folder, SYNCS)?;
    let sync_p50 = syncs.quantile(0.5);
    let mut figures = vec![
        Figure::lower("sync", "fdatasync p50", sync_p50, "ms").only_told(),
        Figure::lower("sync", "fdatasync p99", syncs.quantile(0.99), "ms").only_told(),
    ];
    let (_vendor, vendor) = start_vendor(folder)?;
    let nginx = match &options.nginx {
        _ if !chosen.iter().any(|m| m.needs_nginx()) => None,
        Some(program) => Some(Nginx::start(program, folder, vendor, cores)?),
        None => bail!("nginx is not on this machine; install the Debian package nginx-light"),
    };
    let bench = Bench {
        gate: Gate::start(&options.program, folder, vendor)?,
        vendor,
        nginx,
        folder: folder.to_owned(),
        span: Duration::from_secs(options.seconds.into()),
        sync_p50,
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    for measurement in chosen {
        let found = LocalSet::new()
            .block_on(&runtime, measurement.measure(&bench))
            .with_context(|| format!("{} could not be measured", measurement.name()))?;
        for figure in &found {
            say(&format!("{} {}: {:.3} {}", figure.measurement, figure.name, figure.value, figure.unit));
        }
        figures.extend(found);
    }
    Ok(figures)
}

/// The vendor is this program once more, as a process of its own.
fn start_vendor(folder: &Path) -> anyhow::Result<(Process, SocketAddr)> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["vendor", "127.0.0.1:0", VENDOR_DELAY]);
    let mut process = Process::start("vendor", folder, &mut command)?;
    let address = process.line_after("vendor ")?.parse()?;
    Ok((process, address))
}

fn told(earlier: &Baseline, run: &Baseline) -> Outcome {
    match earlier.compare(&run.machine, &run.figures) {
        Comparison::NotComparable => Outcome::NotComparable,
        Comparison::Compared(worse) if worse.is_empty() => {
            say(&format!("nothing is worse than 80 % of {} ({})", earlier.commit, earlier.date));
            Outcome::Done
        }
        Comparison::Compared(worse) => {
            for (old, new) in worse {
                say(&format!(
                    "worse: {} {} was {:.3} {} and is {:.3}",
                    old.measurement, old.name, old.value, old.unit, new.value
                ));
            }
            Outcome::Worse
        }
    }
}
