//! A log in which nothing is wrong passes; and each finding says what is wrong and where.

use std::collections::BTreeMap;

use darbaza_ledger::{SignedNote, TileError, VerifyError, verify};

use crate::support::{TestLog, entry, key};

#[test]
fn no_false_alarm_at_any_size() {
    for size in [0_u64, 1, 2, 255, 256, 257, 511, 512, 600, 65_535, 65_536, 65_800] {
        let mut log = TestLog::new(1);
        let mut older = [0, 1, size / 2, size.saturating_sub(1), size].map(|n| n.min(size));
        older.sort_unstable();
        let notes = older.map(|n| log.grow_to(n).to_string());
        let checkpoint = log.grow_to(size);
        let since: Vec<&[u8]> = notes.iter().rev().map(String::as_bytes).collect();
        let mut seen = 0;
        let mut visit = |index: u64, bytes: &[u8]| {
            assert_eq!((index, bytes), (seen, &entry(seen)[..]));
            seen += 1;
        };
        let keys = [log.key()];
        let report =
            verify(&log.files, checkpoint.to_string().as_bytes(), &keys, &since, &mut visit).unwrap();
        assert_eq!(seen, size);
        assert_eq!((report.head, report.continues.as_slice()), (checkpoint.head(), older.as_slice()));
        assert_eq!(report.signed_by.as_ref(), Some(&keys[0]));
        assert_eq!(report.origin, "log.example/audit/1");
        let unsigned =
            verify(&log.files, checkpoint.to_string().as_bytes(), &[], &[], &mut |_, _| ()).unwrap();
        assert!(unsigned.is_self_consistent_only() && !report.is_self_consistent_only());
        assert_eq!(unsigned.files, report.files);
    }
}

/// A log whose partial files of a former checkpoint gave way to full ones verifies at both.
#[test]
fn former_checkpoints_of_a_grown_log_verify() {
    let mut log = TestLog::new(1);
    let former = log.grow_to(300);
    let now = log.grow_to(600);
    log.files.retain(|path, _| !path.starts_with("tile/0/001.p") && !path.starts_with("tile/entries/001.p"));
    for checkpoint in [former, now] {
        let mut seen = 0;
        let mut visit = |_: u64, _: &[u8]| seen += 1;
        verify(&log.files, checkpoint.to_string().as_bytes(), &[log.key()], &[], &mut visit).unwrap();
        assert_eq!(seen, checkpoint.head().size);
    }
}

#[test]
fn findings_name_the_place() {
    let (log, checkpoint) = TestLog::of(600);
    let note = checkpoint.to_string();
    let run = |files: &BTreeMap<String, Vec<u8>>, since: &[&[u8]]| {
        verify(files, note.as_bytes(), &[log.key()], since, &mut |_, _| ()).unwrap_err()
    };
    let flipped = |path: &str, place: usize| {
        let mut files = log.files.clone();
        files.get_mut(path).unwrap()[place] ^= 1;
        run(&files, &[]).to_string()
    };
    assert_eq!(flipped("tile/entries/001", 2), "entry 256 does not have the hash that tile/0/001 says");
    assert_eq!(
        flipped("tile/0/002.p/88", 32 * 87),
        "entry 599 does not have the hash that tile/0/002.p/88 says"
    );
    assert_eq!(flipped("tile/1/000.p/2", 32), "hash 1 in tile/1/000.p/2 is not that of the tile below");
    assert_eq!(flipped("tile/entries/000", 0), "tile/entries/000 is not a bundle of entries");
    // A whole entry more or less keeps the bundle well-formed, but not what its name says.
    for (path, bundle) in [
        ("tile/entries/002.p/88", [&log.files["tile/entries/002.p/88"][..], &[0, 0]].concat()),
        ("tile/entries/001", log.files["tile/entries/001"][2 + entry(256).len()..].to_vec()),
    ] {
        let mut files = log.files.clone();
        files.insert(path.to_owned(), bundle);
        assert_eq!(run(&files, &[]).to_string(), format!("{path} is not a bundle of entries"));
    }
    let without = |path: &str| {
        let mut files = log.files.clone();
        files.remove(path).unwrap();
        run(&files, &[]).to_string()
    };
    assert_eq!(without("tile/entries/002.p/88"), "tile/entries/002.p/88 is missing");
    assert_eq!(without("tile/1/000.p/2"), "tile/1/000.p/2 is missing");

    let mut longer = TestLog::new(1);
    let later = longer.grow_to(601).to_string();
    let rolled_back = run(&log.files, &[later.as_bytes()]);
    assert!(matches!(rolled_back, VerifyError::RolledBack { size: 600, older: 601 }));
    let foreign =
        SignedNote::sign("other.example/log\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", &key(1));
    let foreign = foreign.unwrap().to_string();
    let not_ours = run(&log.files, &[note.as_bytes(), foreign.as_bytes()]);
    assert!(matches!(not_ours, VerifyError::OlderCheckpoint { position: 2, .. }), "{not_ours}");
    let not_ours =
        verify(&log.files, note.as_bytes(), &[], &[foreign.as_bytes()], &mut |_, _| ()).unwrap_err();
    assert!(matches!(not_ours, VerifyError::OtherLog { position: 1, .. }), "{not_ours}");
}

/// A checkpoint that claims an absurd size costs nothing but the search for its first missing file.
#[test]
fn an_absurd_size_ends_at_the_first_missing_file() {
    let note = "log.example/audit/1\n18446744073709551615\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n";
    let note = SignedNote::sign(note, &key(1)).unwrap().to_string();
    let (log, _) = TestLog::of(256);
    let error = verify(&log.files, note.as_bytes(), &[log.key()], &[], &mut |_, _| ()).unwrap_err();
    assert!(matches!(error, VerifyError::Tile(TileError::Missing { path }) if path.index() == 1), "{error}");
}
