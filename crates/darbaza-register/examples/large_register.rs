//! Prints how long a register of 1,000 and of 10,000 systems takes to be read, fingerprinted,
//! written and compared: `cargo run --release --features arbitrary --example large_register`.

use std::io::{Write, stdout};
use std::time::Instant;

use darbaza_register::{Difference, Register, arbitrary};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    for systems in [1_000, 10_000] {
        let text = arbitrary::large(systems);
        writeln!(stdout(), "{systems} systems, {} KiB", text.len() / 1024)?;
        let register = timed("read, with its version", || Register::read(&text))??;
        let written = timed("write", || register.to_yaml())?;
        let changed = Register::read(&written.replace("  - key: s-7\n", "  - key: changed\n"))?;
        let difference = timed("compare", || Difference::between(&register, &changed))?;
        writeln!(stdout(), "{difference}")?;
        let circle = text.replacen("vendor: v-0,", "vendor: v-0, model: a,", 1).replace(
            &format!("key: r-{}, vendor: v-{} }}", systems - 1, (systems - 1) % (systems / 10)),
            &format!("key: r-{}, vendor: v-0, fallback: r-0 }}", systems - 1),
        );
        let problems = timed("find the circle of all routes", || Register::read(&circle))?;
        writeln!(stdout(), "{} problem(s)", problems.err().map_or(0, |unreadable| unreadable.0.len()))?;
    }
    Ok(())
}

fn timed<T>(what: &str, work: impl FnOnce() -> T) -> std::io::Result<T> {
    let begin = Instant::now();
    let result = work();
    writeln!(stdout(), "  {what}: {:.1?}", begin.elapsed())?;
    Ok(result)
}
