//! `kill -9` at a random moment, while requests of every kind are under way or while it starts.

use std::path::Path;
use std::time::{Duration, Instant};

use darbaza_tests::Demo;

use super::witness::Witness;
use super::{Random, all, say, verify};

/// Adds the last checkpoint of the second place to a file that no kill reaches.
fn keep_checkpoint(folder: &Path, kept: &Path) {
    let Ok(last) = std::fs::read_to_string(folder.join("demo/checkpoints/checkpoint")) else { return };
    let former = std::fs::read_to_string(kept).unwrap_or_default();
    if !former.ends_with(&last) {
        std::fs::write(kept, former + &last).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn kills_under_load_lose_nothing_that_was_told_and_hide_nothing_that_left() {
    let (mut random, seed) = Random::seeded();
    let rounds = if all() { 100 } else { 15 };
    say(&format!("{rounds} kills, seed {seed}"));
    let folder = tempfile::tempdir().unwrap();
    let kept = folder.path().join("elsewhere.checkpoints");
    let witness = Witness::new().await;
    let (mut early, begun) = (0, Instant::now());
    for round in 1..=rounds {
        let options = || Demo::within(folder.path()).upstream(witness.vendor.base());
        if random.below(5) == 0 {
            let after = Duration::from_millis(random.below(400));
            say(&format!("round {round}: killed {after:?} into the start"));
            options().start_and_kill(after);
            early += 1;
            continue;
        }
        let mut demo = options().start();
        // What was exported before binds what the ledger is now.
        if kept.exists() {
            let ran = verify(folder.path(), &[&kept]);
            assert_eq!(ran.code, 0, "round {round}, seed {seed}: {}{}", ran.out, ran.err);
            assert!(ran.out.contains("continues"), "{}", ran.out);
        }
        let load = witness.load(&demo, 2);
        let after = Duration::from_millis(random.below(400));
        tokio::time::sleep(after).await;
        demo.signal("KILL");
        demo.wait(Duration::from_secs(2));
        load.ended().await;
        keep_checkpoint(folder.path(), &kept);
        say(&format!("round {round}: killed after {after:?} of load, {} answers so far", witness.told()));
    }
    let demo = Demo::within(folder.path()).upstream(witness.vendor.base()).start();
    let recorded = witness.holds(&demo.data());
    demo.stop();
    let ran = verify(folder.path(), &[&kept]);
    assert_eq!(ran.code, 0, "seed {seed}: {}{}", ran.out, ran.err);
    say(&format!(
        "{rounds} kills ({early} of them during the start) in {:?}: {} answers told, {} calls of the vendor, {} \
         decisions, {} outcomes unknown; nothing lost",
        begun.elapsed(),
        witness.told(),
        witness.vendor.received().len(),
        recorded.decisions(),
        recorded.unknown()
    ));
    assert!(witness.told() > 10 * rounds, "only {} answers under load", witness.told());
    assert!(recorded.unknown() > 0, "{rounds} kills interrupted nothing");
}
