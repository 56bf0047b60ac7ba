use darbaza_ledger::{TileError, TileReader, TileWriter, leaf_hash};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::support::{TestLog, entry};

/// The widths of the specification's example, and one more level than small logs have.
#[test]
fn a_log_of_70_000_entries_has_the_files_of_the_specification() {
    let (log, checkpoint) = TestLog::of(70_000);
    let expected: Vec<String> = (0..273)
        .flat_map(|index| [format!("tile/0/{index:03}"), format!("tile/entries/{index:03}")])
        .chain(["tile/0/273.p/112", "tile/1/000", "tile/1/001.p/17", "tile/2/000.p/1"].map(str::to_owned))
        .chain(["tile/entries/273.p/112".to_owned()])
        .collect();
    assert_eq!(log.files.len(), expected.len());
    for path in expected {
        let bytes = &log.files[&path];
        let width = path.split_once(".p/").map_or(256, |(_, width)| width.parse().unwrap());
        assert!(path.contains("entries") || bytes.len() == 32 * width, "{path}");
    }
    let mut reader = TileReader::new(&log.files, 70_000);
    assert_eq!(reader.root().unwrap(), checkpoint.head().root);
    for index in [0, 255, 256, 65_535, 65_536, 69_999] {
        assert_eq!(reader.entry(index).unwrap(), entry(index));
        let path = reader.inclusion_path(index).unwrap();
        let leaf = leaf_hash(&entry(index));
        darbaza_ledger::verify_inclusion(&leaf, index, &checkpoint.head(), &path).unwrap();
    }
}

#[test]
fn a_full_file_serves_for_a_partial_one_that_was_deleted() {
    let (mut log, first) = TestLog::of(300);
    log.grow_to(600);
    log.files.retain(|path, _| !path.starts_with("tile/0/001.p") && !path.starts_with("tile/entries/001.p"));
    let mut reader = TileReader::new(&log.files, 300);
    assert_eq!(reader.root().unwrap(), first.head().root);
    assert_eq!(reader.entry(299).unwrap(), entry(299));
    assert!(matches!(reader.entry(300), Err(TileError::BeyondLog { asked: 300, size: 300 })));
    assert_eq!(TileWriter::resume(&log.files, 300).unwrap().head(), first.head());
}

#[test]
fn resuming_sees_a_damaged_edge() {
    let (log, _) = TestLog::of(300);
    let check = |path: &str, place: usize, expected: fn(&TileError) -> bool| {
        let mut files = log.files.clone();
        files.get_mut(path).unwrap()[place] ^= 1;
        let error = TileWriter::resume(&files, 300).unwrap_err();
        assert!(expected(&error), "{path}: {error}");
    };
    check("tile/entries/001.p/44", 2, |e| matches!(e, TileError::EntryHash { index: 256, .. }));
    check("tile/entries/001.p/44", 0, |e| matches!(e, TileError::Bundle { .. }));
    check("tile/0/001.p/44", 32 * 43, |e| matches!(e, TileError::EntryHash { index: 299, .. }));
    let mut files = log.files.clone();
    files.remove("tile/1/000.p/1");
    assert!(matches!(TileWriter::resume(&files, 300), Err(TileError::Missing { .. })));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// However a log is cut into batches and restarts, its files are those of the log written at once.
    #[test]
    fn files_depend_on_the_entries_alone(batches in vec(0..400_u64, 1..6)) {
        let mut log = TestLog::new(1);
        let mut size = 0;
        for batch in batches {
            let mut resumed = TileWriter::resume(&log.files, size).unwrap();
            for index in size..size + batch {
                resumed.append(&entry(index)).unwrap();
            }
            size += batch;
            let before = log.files.clone();
            log.grow_to(size);
            let written = resumed.publish();
            prop_assert!(resumed.publish().is_empty());
            let mut by_resumed = before;
            by_resumed.extend(written.into_iter().map(|file| (file.path.to_string(), file.bytes)));
            prop_assert_eq!(&by_resumed, &log.files);
        }
        let (at_once, _) = TestLog::of(size);
        for (path, bytes) in &at_once.files {
            prop_assert_eq!(log.files.get(path), Some(bytes), "{}", path);
        }
        let other: Vec<_> = log.files.keys().filter(|path| !at_once.files.contains_key(*path)).collect();
        prop_assert!(other.iter().all(|path| path.contains(".p/")), "{:?}", other);
    }
}
