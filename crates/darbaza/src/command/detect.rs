//! `darbaza detect`: what is found in the text on standard input.

use std::io::{self, BufRead, BufWriter, Read, Write};
use std::process::ExitCode;

use darbaza_core::{Category, Finding};
use darbaza_detect::Detector;
use serde::{Deserialize, Serialize};

use crate::failure::Failure;

#[derive(Deserialize)]
struct Line {
    id: serde_json::Value,
    text: String,
}

#[derive(Serialize)]
struct Found<'a> {
    id: &'a serde_json::Value,
    findings: Vec<Place>,
}

/// Offsets count Unicode code points.
#[derive(Serialize)]
struct Place {
    category: Category,
    start: usize,
    end: usize,
    score: f32,
}

/// Reads standard input and prints what was found.
pub(super) fn run(jsonl: bool) -> Result<ExitCode, Failure> {
    let detector = Detector::new();
    let mut out = BufWriter::new(io::stdout().lock());
    let done = if jsonl { lines(&detector, &mut out) } else { text(&detector, &mut out) };
    match done.and_then(|()| out.flush().map_err(Stop::Write)) {
        Ok(()) => Ok(ExitCode::SUCCESS),
        // Whoever read the output has enough.
        Err(Stop::Write(error)) if error.kind() == io::ErrorKind::BrokenPipe => Ok(ExitCode::SUCCESS),
        Err(Stop::Write(why)) => {
            Err(Failure::environment("the findings cannot be written", why, "look at where the output goes"))
        }
        Err(Stop::Read(why)) => Err(Failure::usage(
            "standard input cannot be read",
            why,
            "send text in UTF-8; with --jsonl one JSON object {\"id\",\"text\"} a line",
        )),
    }
}

enum Stop {
    Read(String),
    Write(io::Error),
}

fn lines(detector: &Detector, out: &mut impl Write) -> Result<(), Stop> {
    for (number, line) in io::stdin().lock().lines().enumerate() {
        let wrong = |why: &dyn std::fmt::Display| Stop::Read(format!("line {}: {why}", number + 1));
        let line = line.map_err(|e| wrong(&e))?;
        if line.trim().is_empty() {
            continue;
        }
        // The parser's own error may quote the line, so only its place is told.
        let line: Line = serde_json::from_str(&line)
            .map_err(|e| wrong(&format_args!("not an object with id and text, at column {}", e.column())))?;
        let findings = places(&line.text, &detector.detect(&line.text));
        serde_json::to_writer(&mut *out, &Found { id: &line.id, findings })
            .map_err(|e| Stop::Write(e.into()))?;
        out.write_all(b"\n").map_err(Stop::Write)?;
    }
    Ok(())
}

fn places(text: &str, findings: &[Finding]) -> Vec<Place> {
    let ranges = Finding::code_point_ranges(text, findings);
    let place = |(range, finding): (std::ops::Range<usize>, &Finding)| Place {
        category: finding.category,
        start: range.start,
        end: range.end,
        score: finding.score,
    };
    ranges.into_iter().zip(findings).map(place).collect()
}

/// The text with its findings marked as in the annotated texts: `[[PERSON|...]]`.
fn text(detector: &Detector, out: &mut impl Write) -> Result<(), Stop> {
    let mut text = String::new();
    io::stdin().lock().read_to_string(&mut text).map_err(|e| Stop::Read(e.to_string()))?;
    let mut at = 0;
    for finding in detector.detect(&text) {
        let before = text.get(at..finding.range.start).unwrap_or_default();
        let value = text.get(finding.range.clone()).unwrap_or_default();
        write!(out, "{before}[[{}|{value}]]", finding.category).map_err(Stop::Write)?;
        at = finding.range.end;
    }
    out.write_all(text.get(at..).unwrap_or_default().as_bytes()).map_err(Stop::Write)
}
