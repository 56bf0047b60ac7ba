//! How fast the gate is, measured from outside: the release program as a process, an open-loop load
//! generator, a scripted vendor, nginx beside it, and the disk under all of them.
//!
//! `cargo xtask bench` builds and runs it. A development tool: nothing of it is in the program.

mod baseline;
mod figure;
mod gate;
mod histogram;
mod load;
mod machine;
mod measure;
mod nginx;
mod process;
mod prompt;
mod report;
mod run;
mod vendor;

pub use figure::Verdict;
pub use run::{Options, Outcome, run};
pub use vendor::{VendorOptions, serve as serve_vendor};

/// Prints a line.
#[expect(clippy::print_stdout, reason = "a measurement talks to whoever runs it")]
pub(crate) fn say(line: &str) {
    println!("{line}");
}
