//! Reads lines `{"id","text"}`, writes lines `{"id","findings":[{"category","start","end","score"}]}`
//! with offsets in Unicode code points: the form that `eval/score.py` reads.
//!
//! With `--speed MEGABYTES` it repeats the texts to that size and tells characters per second.

#![expect(clippy::print_stdout, reason = "a command line tool")]

use std::io::{BufRead, Write};
use std::time::Instant;

use darbaza_detect::Detector;
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let detector = Detector::new();
    let records: Vec<Value> = std::io::stdin()
        .lock()
        .lines()
        .map(|l| Ok(serde_json::from_str(&l?)?))
        .collect::<Result<_, Box<dyn std::error::Error>>>()?;
    let mut arguments = std::env::args().skip(1);
    if arguments.next().as_deref() == Some("--speed") {
        let megabytes: usize = arguments.next().unwrap_or_default().parse().unwrap_or(20);
        return speed(&detector, &records, megabytes);
    }
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for record in &records {
        let text = record["text"].as_str().unwrap_or_default();
        let (mut at, mut points) = (0, 0);
        let mut findings = Vec::new();
        for finding in detector.detect(text) {
            points += text[at..finding.range.start].chars().count();
            let start = points;
            points += text[finding.range.clone()].chars().count();
            at = finding.range.end;
            findings.push(json!({
                "category": finding.category.as_str(), "start": start, "end": points,
                "score": finding.score, "recogniser": finding.recogniser,
            }));
        }
        writeln!(out, "{}", json!({"id": record["id"], "findings": findings}))?;
    }
    Ok(out.flush()?)
}

fn speed(detector: &Detector, records: &[Value], megabytes: usize) -> Result<(), Box<dyn std::error::Error>> {
    let texts: Vec<&str> = records.iter().filter_map(|r| r["text"].as_str()).collect();
    let once: usize = texts.iter().map(|t| t.len()).sum();
    let rounds = (megabytes * 1_000_000).div_ceil(once.max(1));
    let points: usize = rounds * texts.iter().map(|t| t.chars().count()).sum::<usize>();
    let mut rates = Vec::new();
    for _ in 0..5 {
        let start = Instant::now();
        let found: usize = (0..rounds).flat_map(|_| &texts).map(|t| detector.detect(t).len()).sum();
        let rate = points as f64 / start.elapsed().as_secs_f64();
        println!("{found} findings, {:.2} million characters per second", rate / 1e6);
        rates.push(rate);
    }
    rates.sort_by(f64::total_cmp);
    println!("median {:.2} million characters per second, {points} characters each time", rates[2] / 1e6);
    Ok(())
}
