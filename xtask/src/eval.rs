//! The detector on the annotated texts: the table, the floor under it, and its speed.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, ensure};
use serde_json::Value;

use crate::process::{command, output, run, say};

/// What the detector has to reach on the development texts: the group or category, the figure, and
/// its bound. A figure that falls under its floor fails the tests.
const FLOORS: [(&str, &str, f64); 9] = [
    ("group:numbers", "leak", 0.05),
    ("group:numbers", "f1", 0.93),
    ("SECRET", "leak", 0.25),
    ("PERSON", "f1", 0.80),
    ("PERSON", "leak", 0.25),
    ("ADDRESS", "f1", 0.60),
    ("DOB", "f1", 0.60),
    ("all", "over", 0.03),
    ("all", "f1", 0.80),
];

/// No language may fall under this share of the mean of all.
const FAIR: f64 = 0.85;

/// Prints the table of the development texts.
pub(crate) fn table(misses: usize) -> anyhow::Result<()> {
    run("program", &mut command("cargo build --release --quiet --package darbaza"))?;
    let (gold, found) = detect("release")?;
    let mut score = command("python3 eval/score.py");
    run("figures", score.arg(gold).arg(found).args(["--misses", &misses.to_string()]))
}

/// Compares the figures of the development texts with their floors.
pub(crate) fn check() -> anyhow::Result<()> {
    let (gold, found) = detect("debug")?;
    let json = output(command("python3 eval/score.py --json").arg(gold).arg(found))?;
    let figures: Value = serde_json::from_str(&json)?;
    for (row, figure, bound) in FLOORS {
        let value = figures[row][figure].as_f64().with_context(|| format!("no {figure} of {row}"))?;
        let holds = if figure == "f1" { value >= bound } else { value <= bound };
        say(&format!("   {row:16} {figure:5} {value:.3} (bound {bound})"));
        ensure!(holds, "{figure} of {row} is {value:.3}, its bound is {bound}");
    }
    let languages = ["kk", "ru", "en", "mix"].map(|l| figures[format!("lang:{l}")]["f1"].as_f64());
    let known: Vec<f64> = languages.into_iter().flatten().collect();
    let mean = known.iter().sum::<f64>() / known.len() as f64;
    let lowest = known.iter().copied().fold(f64::INFINITY, f64::min);
    ensure!(lowest >= FAIR * mean, "a language has f1 {lowest:.3}, the mean is {mean:.3}");
    Ok(())
}

/// Runs the built program over the texts; the files of what should be found and what was.
fn detect(profile: &str) -> anyhow::Result<(PathBuf, PathBuf)> {
    let folder = target().join("eval");
    fs::create_dir_all(&folder)?;
    let (gold, found) = (folder.join("gold.jsonl"), folder.join("found.jsonl"));
    fs::write(&gold, output(&mut command("python3 eval/build.py eval/dev"))?)?;
    let status = Command::new(target().join(profile).join("darbaza"))
        .args(["detect", "--jsonl"])
        .stdin(fs::File::open(&gold)?)
        .stdout(fs::File::create(&found)?)
        .status()
        .context("the program is not built")?;
    ensure!(status.success(), "darbaza detect ended with {status}");
    Ok((gold, found))
}

/// Characters a second of `darbaza detect --jsonl`, reading and writing included: the development
/// texts repeated to 20 MB, one process on one core, median of five.
pub(crate) fn speed() -> anyhow::Result<()> {
    const BYTES: usize = 20_000_000;
    run("program", &mut command("cargo build --release --quiet --package darbaza"))?;
    let (gold, _) = detect("release")?;
    let lines = fs::read_to_string(gold)?;
    let mut input = String::new();
    let mut characters = 0;
    while input.len() < BYTES {
        for line in lines.lines() {
            let record: Value = serde_json::from_str(line)?;
            characters += record["text"].as_str().unwrap_or_default().chars().count();
            input.push_str(line);
            input.push('\n');
        }
    }
    let file = target().join("eval/speed.jsonl");
    fs::write(&file, &input)?;
    let mut seconds = Vec::new();
    for _ in 0..5 {
        let started = Instant::now();
        let status = Command::new("taskset")
            .args(["-c", "0"])
            .arg(target().join("release/darbaza"))
            .args(["detect", "--jsonl"])
            .stdin(fs::File::open(&file)?)
            .stdout(Stdio::null())
            .status()?;
        ensure!(status.success(), "darbaza detect ended with {status}");
        seconds.push(started.elapsed().as_secs_f64());
    }
    seconds.sort_by(f64::total_cmp);
    let rate = |s: f64| characters as f64 / s / 1e6;
    say(&format!(
        "{characters} characters: {:.2} million a second (median of 5; {:.2} to {:.2})",
        rate(seconds[2]),
        rate(seconds[4]),
        rate(seconds[0])
    ));
    Ok(())
}

fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| PathBuf::from("target"), PathBuf::from)
}
