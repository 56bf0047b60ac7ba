//! The project's own automation: `cargo xtask COMMAND`.

mod bench;
mod dictionaries;
mod eval;
mod faults;
mod licences;
mod process;
mod test;
mod tidy;
mod tools;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::bail;

const USAGE: &str = "usage: cargo xtask COMMAND
  test                            everything that has to hold: format, lints, tests, texts, figures
  tidy                            the house rules alone
  faults                          100 kills under load; each of the first 200 writes and syncs failing
  eval [--misses N]               the detector on the annotated texts, as a table
  speed                           characters a second of the detector, median of five
  bench [--only NAME] [--seconds N] [--check]
                                  the gate's speed beside its targets; --check compares with the
                                  committed figures and exits 1 where they are worse, 2 where the
                                  machine is another
  dictionaries [--data-from DIR]  compile the word lists that the detector embeds";

fn main() -> anyhow::Result<ExitCode> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    std::env::set_current_dir(process::root())?;
    if let ["bench", options @ ..] = words.as_slice() {
        return bench::bench(options);
    }
    match words.as_slice() {
        ["test"] => test::run(),
        ["tidy"] => tidy::run(),
        ["faults"] => faults::run(),
        ["eval"] => eval::table(0),
        ["eval", "--misses", count] => eval::table(count.parse()?),
        ["speed"] => eval::speed(),
        ["dictionaries"] => dictionaries::run(&PathBuf::from("../shared/data")),
        ["dictionaries", "--data-from", folder] => dictionaries::run(&PathBuf::from(folder)),
        _ => bail!(USAGE),
    }
    .map(|()| ExitCode::SUCCESS)
}
