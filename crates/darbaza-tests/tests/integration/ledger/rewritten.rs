//! A ledger written anew as a whole: consistent in itself, and found by what its writer cannot reach.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use darbaza_ledger::SignerKey;
use darbaza_publisher::{Export, Publisher, TileFolder};
use darbaza_store::{LeafKind, LedgerReader, LedgerStore, NewLeaf};
use darbaza_store_sqlite::{SqliteLedger, SqliteLedgerReader};
use darbaza_tests::Ran;
use tempfile::TempDir;

use super::{kept, verify, verify_tiles};

/// The ledger of a data folder written anew with one record changed, signed by the key of that seed.
async fn rewritten(data: &Path, seed: &[u8; 32]) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let forged = folder.path().join("forged");
    std::fs::create_dir(&forged).unwrap();
    let reader = SqliteLedgerReader::open(data).unwrap();
    let store: Arc<dyn LedgerStore> = Arc::new(SqliteLedger::open(&forged).unwrap());
    for mut leaf in reader.leaves(0, 100_000).unwrap() {
        if leaf.index == 300 {
            let last = leaf.bytes.len() - 2;
            leaf.bytes[last] ^= 1;
        }
        let new = NewLeaf {
            organisation: None,
            system: None,
            receipt: None,
            kind: LeafKind::Note,
            at: jiff::Timestamp::UNIX_EPOCH,
            bytes: leaf.bytes,
        };
        store.submit(new).await.unwrap();
    }
    let key = SignerKey::from_seed("demo.darbaza.example/audit/1", seed).unwrap();
    std::fs::create_dir(forged.join("ledger")).unwrap();
    std::fs::write(forged.join("ledger/ledger.vkey"), format!("{}\n", key.verifier())).unwrap();
    let (tiles, export) = (TileFolder::new(forged.join("ledger")), Export::new(forged.join("checkpoints")));
    let mut publisher = Publisher::open(store, tiles, export, key, &[]).unwrap();
    publisher.publish().unwrap().expect("a checkpoint");
    (folder, forged)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ledger_written_anew_under_another_key_is_found_by_the_right_key() {
    let kept = kept().await;
    let right = kept.folder.path().join("grown/ledger/ledger.vkey");
    let (_folder, forged) = rewritten(&kept.folder.path().join("grown"), &[7; 32]).await;

    let said = verify_tiles(&forged, &right).expect(1);
    assert!(said.contains("the checkpoint is not to be believed"), "{said}");
    let data = forged.to_str().unwrap();
    let said = Ran::new(&forged, &["ledger", "verify", "--data", data, "--key", right.to_str().unwrap()]);
    assert!(said.expect(1).contains("not to be believed"));
    // Without a key nobody can know; the report says so.
    let said = Ran::new(&forged, &["ledger", "verify", "--data", data]).expect(0);
    assert!(said.contains("self-consistent only"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ledger_written_anew_under_the_right_key_is_found_by_an_older_checkpoint() {
    let kept = kept().await;
    let grown = kept.folder.path().join("grown");
    let hexadecimal = std::fs::read_to_string(grown.join("keys/checkpoints.key")).unwrap();
    let mut seed = [0; 32];
    for (byte, at) in seed.iter_mut().zip((0..).step_by(2)) {
        *byte = u8::from_str_radix(&hexadecimal[at..at + 2], 16).unwrap();
    }
    let (_folder, forged) = rewritten(&grown, &seed).await;
    verify(&forged, &[]).expect(0);

    let exported = grown.join("checkpoints/checkpoint");
    let said = verify(&forged, &["--since", exported.to_str().unwrap()]).expect(1);
    assert!(said.contains("the log was rewritten"), "{said}");
    // One from before the forged record binds nothing about it.
    let before = kept.folder.path().join("young-first");
    let all = std::fs::read_dir(grown.join("checkpoints")).unwrap().map(|entry| entry.unwrap().path());
    let day = all.filter(|path| path.extension().is_some_and(|e| e == "checkpoints")).min().unwrap();
    let notes = std::fs::read_to_string(day).unwrap();
    std::fs::write(&before, darbaza_publisher::split_notes(&notes)[0]).unwrap();
    let size: u64 = std::fs::read_to_string(&before).unwrap().lines().nth(1).unwrap().parse().unwrap();
    let code = i32::from(size > 300);
    verify(&forged, &["--since", before.to_str().unwrap()]).expect(code);
}
