//! `darbaza-bench run PROGRAM [OPTIONS]` measures; `darbaza-bench vendor ADDRESS MICROSECONDS` is the
//! scripted vendor. `cargo xtask bench` is the way to call it.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, bail};
use darbaza_bench::{Options, Outcome, VendorOptions, run, serve_vendor};

/// What could not be measured is no figure that is worse: 3, not 1.
fn main() -> ExitCode {
    called().unwrap_or_else(|error| {
        let _ = writeln!(std::io::stderr().lock(), "error: {error:#}");
        ExitCode::from(3)
    })
}

fn called() -> anyhow::Result<ExitCode> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["vendor", address, delay] => {
            let delay = Duration::from_micros(delay.parse().context("microseconds")?);
            serve_vendor(VendorOptions { listen: address.parse().context("an address")?, delay })?;
            Ok(ExitCode::SUCCESS)
        }
        ["run", program, rest @ ..] => Ok(match run(&options(program, rest)?)? {
            Outcome::Done => ExitCode::SUCCESS,
            Outcome::Worse => ExitCode::from(1),
            Outcome::NotComparable => ExitCode::from(2),
        }),
        _ => bail!("call it by `cargo xtask bench`"),
    }
}

fn options(program: &str, mut rest: &[&str]) -> anyhow::Result<Options> {
    let mut options = Options {
        program: PathBuf::from(program),
        nginx: None,
        folder: PathBuf::from("target"),
        only: None,
        seconds: 4,
        check: false,
    };
    loop {
        rest = match rest {
            [] => return Ok(options),
            ["--check", rest @ ..] => {
                options.check = true;
                rest
            }
            ["--only", name, rest @ ..] => {
                options.only = Some((*name).to_owned());
                rest
            }
            ["--seconds", count, rest @ ..] => {
                options.seconds = count.parse().context("--seconds takes a whole number")?;
                rest
            }
            ["--folder", folder, rest @ ..] => {
                options.folder = PathBuf::from(folder);
                rest
            }
            ["--nginx", program, rest @ ..] => {
                options.nginx = Some(PathBuf::from(program));
                rest
            }
            [unknown, ..] => bail!("{unknown:?} is no option of bench"),
        };
    }
}
