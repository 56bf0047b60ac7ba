//! The figures as a table for the terminal and as a page of the documentation.

use std::fmt::Write;

use crate::baseline::Baseline;
use crate::figure::Figure;

/// A table in Markdown, which a terminal shows as well.
pub(crate) fn table(figures: &[Figure]) -> String {
    let mut rows =
        vec![["measurement", "figure", "value", "target", "verdict", "read with"].map(str::to_owned)];
    for figure in figures {
        let target = figure.target.map_or_else(String::new, |bound| {
            let sign = if figure.better == crate::figure::Better::Lower { "≤" } else { "≥" };
            format!("{sign} {}", number(bound, &figure.unit))
        });
        rows.push([
            figure.measurement.clone(),
            figure.name.clone(),
            number(figure.value, &figure.unit),
            target,
            figure.verdict().word().to_owned(),
            figure.note.clone(),
        ]);
    }
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..6).map(width).collect();
    let mut text = String::new();
    for (n, row) in rows.iter().enumerate() {
        for (cell, width) in row.iter().zip(&widths) {
            let _ = write!(text, "| {cell:width$} ");
        }
        text.push_str("|\n");
        if n == 0 {
            widths.iter().for_each(|width| text.push_str(&format!("|{}", "-".repeat(width + 2))));
            text.push_str("|\n");
        }
    }
    text
}

/// With as many places as mean something.
fn number(value: f64, unit: &str) -> String {
    let digits = match value.abs() {
        v if v >= 1000.0 => 0,
        v if v >= 10.0 => 1,
        _ => 2,
    };
    format!("{value:.digits$} {unit}").trim_end().to_owned()
}

/// The page.
pub(crate) fn page(run: &Baseline) -> String {
    let Baseline { date, commit, command, machine, load, seconds, figures } = run;
    let table = table(figures);
    let rounds = crate::measure::ROUNDS;
    format!(
        "# Benchmarks

Written by `{command}`; the same figures for machines are in [benchmarks.json](benchmarks.json).

| | |
|---|---|
| date | {date} |
| commit | {commit} |
| processor | {cpu} |
| cores used | {cores} |
| memory | {memory} MiB |
| kernel | {kernel} |
| file system of the data folder | {file_system} |
| load before, and in the last minute | {before}, {last} |

{table}
## What is measured

The release program runs as `darbaza serve` with the sample's register and durable writes (synchronous
FULL, one `fdatasync` for all records that wait). A load generator, a scripted vendor and the program
share the same {cores} cores; so do generator, vendor and nginx. Requests go over keep-alive connections
on loopback, without TLS. Every figure is the median of {rounds} rounds of {seconds} s, in turns with
what it is compared with; an answer that is not 200 ends the run.

- **sync**: 4 KiB appended to a file and `fdatasync`, 500 times. A file system in memory is refused.
- **latency-1k**, **latency-2k-20**: 1,000 requests a second by a fixed schedule (open loop), counted
  from the moment a request was meant to be sent to its last byte, so that a stall is in the latency of
  everybody who was due in it. The vendor waits 20 ms. What is told is the gate's quantile minus that of
  the same load sent to the vendor itself; the target is the bound plus one median sync, because the
  decision is durable before the answer. The sync overlaps the vendor's work where nothing leaves in
  clear. Prompts are Kazakh and Russian prose; that the 20 findings are found, masked and restored is
  checked before.
- **first-token**: 200 streams a second, until the first piece of the answer's body.
- **throughput-256**, **throughput-16**: as fast as the answers come (closed loop) on so many connections,
  1 KB prompts, the vendor answers at once. nginx is a plain reverse proxy with connections to the
  vendor kept alive, one worker a core, no access log. At 16 connections every request waits for a sync
  of its own turn, so there is a target only where a sync takes less than 0.5 ms.
- **memory-at-rest**, **memory-after**: `VmRSS`, five seconds after a start and 14 requests, and right
  after the runs.
- **appends**: 256 writers that each wait until their record of 512 bytes is on disk. Two records belong
  to one request.
- **decision**: the rules alone, with a register of 1,000 systems: each system's first question, and its
  next hundred.

## How to read it

- Where the load is above one or two, or the vendor's own p99 far above its 20 ms, something else ran on
  the machine: medians still mean something, p99 and throughput do not. Processor time a request is the
  figure that suffers least.
- nginx copies bytes. The gate reads the JSON, searches every text, decides, and makes two records durable
  for each request. Of its processor time a quarter went into the search, a quarter into the ledger's
  thread, six per cent into publishing, and the rest into HTTP, connections and the kernel (perf, 1 KB
  prompts at 256 connections, 24 November 2026). Half of nginx's throughput on shared cores would leave the
  gate some 45 µs a request for everything; the kernel's part alone is more than half of that.

## How to compare

`cargo xtask bench --check` measures anew and fails where a figure is under 80 % of the one in
`benchmarks.json` and the difference is more than noise. It compares only where processor, cores and
file system are the same, and says so with exit code 2 where they are not. `--only NAME` measures one
line and writes nothing; `--seconds N` sets the length of a round.
",
        cpu = machine.cpu,
        cores = machine.cores,
        memory = machine.memory_mib,
        kernel = machine.kernel,
        file_system = machine.file_system,
        before = load[0],
        last = load[1],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_tells_bound_and_verdict() {
        let figures = [
            Figure::lower("latency-1k", "p50 over direct", 0.321, "ms").target(0.5),
            Figure::higher("appends", "durable", 15_000.4, "records/s").target(20_000.0),
        ];
        let table = table(&figures);
        assert!(table.contains("| 0.32 ms") && table.contains("| ≤ 0.50 ms"), "{table}");
        assert!(table.contains("15000 records/s") && table.contains("**missed**"), "{table}");
        let lengths: std::collections::BTreeSet<_> = table.lines().map(|l| l.chars().count()).collect();
        assert_eq!(lengths.len(), 1, "{table}");
    }
}
