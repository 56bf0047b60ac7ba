//! Kills and failing disks, again and again: whatever happens, what a client was told is in the
//! ledger, and what a vendor received in clear was recorded first.
//!
//! `cargo test` runs a sample; `cargo xtask faults` sets `DARBAZA_FAULTS=all` and runs everything.
//! What is random comes from a seed that is printed; `DARBAZA_SEED` sets it.

#[path = "faults/kills.rs"]
mod kills;
#[path = "faults/witness.rs"]
mod witness;
#[path = "faults/writes.rs"]
mod writes;

use std::path::Path;

use darbaza_tests::Ran;

/// Whether everything is run, and not only a sample.
fn all() -> bool {
    std::env::var("DARBAZA_FAULTS").is_ok_and(|value| value == "all")
}

/// Prints a line for whoever runs all of it.
#[expect(clippy::print_stdout, reason = "shown by `--nocapture`; the test harness keeps it to itself else")]
fn say(line: &str) {
    println!("{line}");
}

/// `ledger verify` of the data folder `demo`, with the ledger's key and these older checkpoints.
fn verify(folder: &Path, since: &[&Path]) -> Ran {
    let mut arguments = vec!["ledger", "verify", "--data", "demo", "--key", "demo/ledger/ledger.vkey"];
    for file in since {
        arguments.extend(["--since", file.to_str().expect("UTF-8")]);
    }
    Ran::new(folder, &arguments)
}

/// SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).
struct Random(u64);

impl Random {
    /// From `DARBAZA_SEED`, else from the clock.
    fn seeded() -> (Random, u64) {
        let given = std::env::var("DARBAZA_SEED").ok().map(|seed| seed.parse().expect("a seed is a number"));
        let seed = given.unwrap_or_else(|| jiff::Timestamp::now().as_microsecond().unsigned_abs());
        (Random(seed), seed)
    }

    /// A number below that one.
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % end
    }
}
