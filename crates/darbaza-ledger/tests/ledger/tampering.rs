//! Every way to tamper with a log is found, by someone without its key and by its owner.

use std::collections::BTreeMap;

use darbaza_ledger::{
    Report, SignedCheckpoint, SignedNote, SignerKey, TileWriter, VerifyError, decode_bundle, verify,
};
use proptest::prelude::*;
use proptest::sample::Index;

use crate::support::{TestLog, key};

const SIZE: u64 = 600;
const OLDER: u64 = 300;

type Files = BTreeMap<String, Vec<u8>>;

/// What an attacker finds, and what the auditor kept.
struct Scene {
    files: Files,
    checkpoint: SignedCheckpoint,
    older: SignedCheckpoint,
}

fn scene() -> Scene {
    let (log, checkpoint) = TestLog::of(SIZE);
    let (_, older) = TestLog::of(OLDER);
    Scene { files: log.files, checkpoint, older }
}

fn entries(files: &Files) -> Vec<Vec<u8>> {
    let bundles = files.iter().filter(|(path, _)| path.starts_with("tile/entries/"));
    bundles.flat_map(|(_, bundle)| decode_bundle(bundle).unwrap()).map(<[u8]>::to_vec).collect()
}

/// All files of a log made anew from entries, and its unsigned checkpoint text.
fn rewritten(entries: &[Vec<u8>]) -> (Files, String) {
    let mut writer = TileWriter::new();
    entries.iter().for_each(|entry| {
        writer.append(entry).unwrap();
    });
    let files = writer.publish().into_iter().map(|file| (file.path.to_string(), file.bytes)).collect();
    let head = writer.head();
    (files, format!("log.example/audit/1\n{}\n{}\n", head.size, head.root))
}

fn sign(text: &str, key: &SignerKey) -> String {
    SignedNote::sign(text, key).unwrap().to_string()
}

/// What the auditor does, with the pinned key and perhaps the older checkpoint.
fn audit(files: &Files, note: &[u8], older: Option<&SignedCheckpoint>) -> Result<Report, VerifyError> {
    let older = older.map(ToString::to_string);
    let since: Vec<&[u8]> = older.iter().map(String::as_bytes).collect();
    verify(files, note, &[key(1).verifier().clone()], &since, &mut |_, _| ())
}

/// One blind change of bytes or files, by someone without the key.
#[derive(Debug, Clone)]
enum Damage {
    Flip(Index, Index, u8),
    Truncate(Index, Index),
    Extend(Index, u8),
    Remove(Index),
    Swap(Index, Index),
}

fn damage() -> impl Strategy<Value = Damage> {
    let place = any::<Index>;
    prop_oneof![
        4 => (place(), place(), 1..=255_u8).prop_map(|(file, at, bits)| Damage::Flip(file, at, bits)),
        1 => (place(), place()).prop_map(|(file, at)| Damage::Truncate(file, at)),
        1 => (place(), any::<u8>()).prop_map(|(file, byte)| Damage::Extend(file, byte)),
        1 => place().prop_map(Damage::Remove),
        1 => (place(), place()).prop_map(|(one, other)| Damage::Swap(one, other)),
    ]
}

impl Damage {
    /// Damages the files, among them the checkpoint.
    fn apply(&self, files: &mut Files) {
        let paths: Vec<String> = files.keys().cloned().collect();
        let path = |index: &Index| index.get(&paths).clone();
        match self {
            Self::Flip(file, place, bits) => {
                let bytes = files.get_mut(&path(file)).unwrap();
                *place.get_mut(bytes) ^= bits;
            }
            Self::Truncate(file, place) => {
                let bytes = files.get_mut(&path(file)).unwrap();
                bytes.truncate(place.index(bytes.len()));
            }
            Self::Extend(file, byte) => files.get_mut(&path(file)).unwrap().push(*byte),
            Self::Remove(file) => drop(files.remove(&path(file))),
            Self::Swap(one, other) => {
                let (one, other) = (path(one), path(other));
                let held = files[&one].clone();
                let moved = files.insert(other, held).unwrap();
                files.insert(one, moved);
            }
        }
    }
}

/// One change of what the log says, after which its files are made anew to fit.
#[derive(Debug, Clone)]
enum Rewrite {
    Alter(Index),
    Remove(Index),
    Insert(Index),
    Reorder(Index, Index),
    CutEnd(Index),
}

fn rewrite() -> impl Strategy<Value = Rewrite> {
    let place = any::<Index>;
    prop_oneof![
        place().prop_map(Rewrite::Alter),
        place().prop_map(Rewrite::Remove),
        place().prop_map(Rewrite::Insert),
        (place(), place()).prop_map(|(one, other)| Rewrite::Reorder(one, other)),
        place().prop_map(Rewrite::CutEnd),
    ]
}

impl Rewrite {
    /// Changes the entries; gives the first index at which they differ from before.
    fn apply(&self, entries: &mut Vec<Vec<u8>>) -> usize {
        let count = entries.len();
        match self {
            Self::Alter(place) => {
                entries[place.index(count)].push(b'!');
                place.index(count)
            }
            Self::Remove(place) => {
                entries.remove(place.index(count));
                place.index(count)
            }
            Self::Insert(place) => {
                entries.insert(place.index(count), b"never happened".to_vec());
                place.index(count)
            }
            Self::Reorder(one, other) => {
                let (one, other) = (one.index(count), other.index(count));
                entries.swap(one, other);
                if one == other { count } else { one.min(other) }
            }
            Self::CutEnd(place) => {
                entries.truncate(place.index(count));
                place.index(count)
            }
        }
    }
}

#[test]
fn the_scene_itself_is_in_order() {
    let Scene { files, checkpoint, older } = scene();
    let report = audit(&files, checkpoint.to_string().as_bytes(), Some(&older)).unwrap();
    assert_eq!(report.continues, [OLDER]);
}

#[test]
fn a_rollback_is_found_by_what_the_auditor_kept() {
    let now = scene().checkpoint;
    let (log, older) = TestLog::of(OLDER);
    let note = older.to_string();
    // Everything in such a log is genuine: without an older checkpoint nobody can tell.
    assert!(audit(&log.files, note.as_bytes(), None).is_ok());
    let error = audit(&log.files, note.as_bytes(), Some(&now)).unwrap_err();
    assert!(matches!(error, VerifyError::RolledBack { size: OLDER, older: SIZE }), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(250))]

    #[test]
    fn every_damage_is_found(damage in damage()) {
        let Scene { mut files, checkpoint, .. } = scene();
        files.insert("checkpoint".to_owned(), checkpoint.to_string().into_bytes());
        let before = files.clone();
        damage.apply(&mut files);
        let note = files.remove("checkpoint").unwrap_or_default();
        let damaged: Vec<&str> = before
            .iter()
            .filter(|(path, bytes)| path.as_str() != "checkpoint" && files.get(*path) != Some(bytes))
            .map(|(path, _)| path.as_str())
            .collect();
        let untouched = damaged.is_empty() && note == before["checkpoint"];
        match audit(&files, &note, None) {
            Ok(_) => prop_assert!(untouched, "not found: {:?}", damaged),
            Err(error) => prop_assert!(!untouched, "false alarm: {}", error),
        }
        // Even without a key, the log's own files do not fit together any more.
        if note == before["checkpoint"] && !untouched {
            prop_assert!(verify(&files, &note, &[], &[], &mut |_, _| ()).is_err());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn every_rewriting_is_found(rewrite in rewrite()) {
        let Scene { files, checkpoint, older } = scene();
        let mut changed = entries(&files);
        let first = rewrite.apply(&mut changed) as u64;
        prop_assume!(first < SIZE);
        let (files, text) = rewritten(&changed);

        // The old checkpoint, the new text under the old signature, and a signature by another key.
        let genuine = checkpoint.to_string();
        let (_, signature) = genuine.rsplit_once("\n\n").unwrap();
        for note in [genuine.clone(), format!("{text}\n{signature}"), sign(&text, &key(2))] {
            prop_assert!(audit(&files, note.as_bytes(), None).is_err());
        }

        // The owner signs what he rewrote: only the older checkpoint tells, of what it covers.
        let by_owner = sign(&text, &key(1));
        prop_assert!(audit(&files, by_owner.as_bytes(), None).is_ok());
        let found = audit(&files, by_owner.as_bytes(), Some(&older));
        if first < OLDER {
            let named = matches!(
                found,
                Err(VerifyError::Rewritten { older: OLDER, .. } | VerifyError::RolledBack { older: OLDER, .. })
            );
            prop_assert!(named, "{:?}", found);
        } else {
            prop_assert!(found.is_ok());
        }
        // A checkpoint of today tells of everything.
        prop_assert!(audit(&files, by_owner.as_bytes(), Some(&checkpoint)).is_err());

        // And a journal beside the log tells which entry it is, whatever else is wrong.
        let journal = entries(&scene().files);
        let (mut differs, mut shown) = (None, 0);
        let mut compare = |index: u64, entry: &[u8]| {
            shown = index + 1;
            if journal.get(index as usize).is_none_or(|kept| kept != entry) {
                differs = differs.or(Some(index));
            }
        };
        verify(&files, by_owner.as_bytes(), &[], &[], &mut compare).unwrap();
        prop_assert_eq!(differs.unwrap_or(shown), first);
    }
}
