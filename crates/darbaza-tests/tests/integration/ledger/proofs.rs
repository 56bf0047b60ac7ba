//! One record proven without the ledger, and a second verifier that shares no code with the first.

use std::path::Path;
use std::process::Command;

use darbaza_tests::Ran;

use super::{copied, flip, kept, replaced, sql, verify_tiles};

#[tokio::test(flavor = "multi_thread")]
async fn one_record_is_proven_without_the_ledger() {
    let kept = kept().await;
    let (folder, data) = copied(kept, "grown");
    let (here, data_word) = (folder.path(), data.to_str().unwrap());
    let prove = |receipt: &str, more: &[&str]| {
        Ran::new(here, &[&["ledger", "proof", receipt, "--data", data_word], more].concat())
    };
    prove(&kept.early, &["--out", "one.tlog-proof"]).expect(0);
    assert!(prove(&kept.early, &[]).out.starts_with("c2sp.org/tlog-proof@v1\n"));
    let key = data.join("ledger/ledger.vkey");
    let key = key.to_str().unwrap();
    let said = Ran::new(here, &["ledger", "verify", "one.tlog-proof", "--key", key]).expect(0);
    assert!(said.contains("signed by demo.darbaza.example/audit/1"), "{said}");
    Ran::new(here, &["ledger", "verify", "one.tlog-proof"]).fails(2, "--key");

    // The record says what it is of, and a changed one is found.
    let record = std::fs::read_to_string(here.join("one.json")).unwrap();
    assert!(record.contains(&kept.early));
    std::fs::write(here.join("one.json"), record.replace("support-chat", "staff-desk")).unwrap();
    Ran::new(here, &["ledger", "verify", "one.tlog-proof", "--key", key]).expect(1);

    prove("01900000-0000-7000-8000-000000000000", &[]).fails(1, "there is no decision");
    prove("no-receipt", &[]).fails(2, "RECEIPT");
    // Tiles that end before the record: it is recorded, and in no checkpoint.
    replaced(kept, "young", "ledger", &data);
    prove(&kept.late, &[]).fails(1, "not in a checkpoint yet");
    // A database that points to another record.
    let other = "UPDATE journal SET decision = (SELECT max(idx) FROM leaf WHERE kind = 'decision')";
    sql(&data, other);
    prove(&kept.early, &[]).fails(1, "is not of the decision");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_verifier_written_from_the_specifications_agrees() {
    let kept = kept().await;
    let (folder, data) = copied(kept, "grown");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ledger/verify.py");
    let python = |arguments: &[&str]| {
        Ran::from(
            Command::new("python3").arg(&script).args(arguments).current_dir(folder.path()).output().unwrap(),
        )
    };
    let key = std::fs::read_to_string(data.join("ledger/ledger.vkey")).unwrap();
    let key = key.trim();
    let tiles = data.join("ledger");
    let theirs = python(&["log", tiles.to_str().unwrap(), key]).expect(0);
    let ours = verify_tiles(&data, &data.join("ledger/ledger.vkey")).expect(0);
    let [origin, size, root] = theirs.split_whitespace().collect::<Vec<_>>()[..] else { panic!("{theirs}") };
    for word in [format!("ledger     {origin}"), format!("records    {size}"), format!("root       {root}")] {
        assert!(ours.contains(&word), "{word:?} is not in {ours}");
    }
    for receipt in [&kept.early, &kept.late] {
        let arguments =
            ["ledger", "proof", receipt, "--out", "p.tlog-proof", "--data", data.to_str().unwrap()];
        Ran::new(folder.path(), &arguments).expect(0);
        let proven = python(&["proof", "p.tlog-proof", "p.json", key]).expect(0);
        assert!(proven.contains(size) && proven.contains(root), "{proven}");
    }
    std::fs::write(folder.path().join("p.json"), "{}").unwrap();
    python(&["proof", "p.tlog-proof", "p.json", key]).expect(1);
    flip(&tiles.join("tile/entries/001"), 100);
    python(&["log", tiles.to_str().unwrap(), key]).expect(1);
}
