use darbaza_ledger::{
    CheckpointError, NotAProofFile, NoteError, RecordProof, RecordProofError, SignedCheckpoint, TreeHead,
};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::support::{TestLog, entry, key};

fn proof(size: u64, index: u64) -> RecordProof {
    let (log, checkpoint) = TestLog::of(size);
    RecordProof::make(&log.files, checkpoint, index).unwrap()
}

#[test]
fn a_proof_file_has_the_lines_of_the_specification() {
    let proof = proof(3, 1).with_extra(b"receipt".to_vec()).unwrap();
    let [first, second] = proof.path() else { panic!("a log of three entries has two rows below its root") };
    let checkpoint = proof.checkpoint();
    assert_eq!(
        proof.to_string(),
        format!("c2sp.org/tlog-proof@v1\nextra cmVjZWlwdA==\nindex 1\n{first}\n{second}\n\n{checkpoint}")
    );
    let (_, checkpoint) = TestLog::of(3);
    assert_eq!(proof.verify(&entry(1), &[key(1).verifier().clone()]).unwrap(), checkpoint.head());
}

#[test]
fn a_proof_convinces_of_one_record_of_one_log_only() {
    let keys = [key(1).verifier().clone()];
    let proof = proof(600, 300);
    assert!(proof.to_string().len() < 1024);
    assert_eq!(proof.verify(&entry(300), &keys).unwrap().size, 600);
    assert!(matches!(proof.verify(&entry(301), &keys), Err(RecordProofError::Proof(_))));
    let stranger = [key(2).verifier().clone()];
    let error = proof.verify(&entry(300), &stranger).unwrap_err();
    assert!(matches!(error, RecordProofError::Checkpoint(CheckpointError::Note(NoteError::NotSigned))));
    let renumbered = proof.to_string().replace("index 300", "index 301");
    let renumbered = RecordProof::parse(renumbered.as_bytes()).unwrap();
    assert!(matches!(renumbered.verify(&entry(300), &keys), Err(RecordProofError::Proof(_))));
}

#[test]
fn no_proof_is_made_of_a_damaged_log() {
    let (log, checkpoint) = TestLog::of(600);
    for (path, place) in [("tile/0/001", 32), ("tile/entries/001", 10), ("tile/1/000.p/2", 0)] {
        let mut files = log.files.clone();
        files.get_mut(path).unwrap()[place] ^= 1;
        let error = RecordProof::make(&files, checkpoint.clone(), 256).unwrap_err();
        assert!(matches!(error, RecordProofError::Proof(_)), "{path}: {error}");
    }
    let beyond = RecordProof::make(&log.files, checkpoint, 600).unwrap_err();
    assert!(matches!(beyond, RecordProofError::Tile(_)));
    // The empty log proves nothing about anybody.
    let (empty, checkpoint) = TestLog::of(0);
    assert_eq!(checkpoint.head(), TreeHead::EMPTY);
    assert!(RecordProof::make(&empty.files, checkpoint, 0).is_err());
}

#[test]
fn malformed_files_are_refused() {
    let good = proof(5, 2).to_string();
    assert!(RecordProof::parse(good.as_bytes()).is_ok());
    let hash = good.lines().nth(2).unwrap().to_owned();
    for wrong in [
        String::new(),
        "\n\n".to_owned(),
        good.replace("@v1", "@v2"),
        good.replace("index 2\n", ""),
        good.replace("index 2", "index 02"),
        good.replace("index 2", "index -2"),
        good.replace("index 2", "extra \nindex 2"),
        good.replace("index 2", "extra ?\nindex 2"),
        good.replace("index 2", "extra AA==\nextra AA==\nindex 2"),
        good.replace("index 2", "index 2\nextra AA=="),
        good.replace("index 2\n", &format!("index 2\n{}", format!("{hash}\n").repeat(64))),
        good.replace(&hash, &hash[1..]),
        good.replace('\n', "\r\n"),
        good.replace("index 2", &format!("extra {}\nindex 2", "A".repeat(87_384))),
    ] {
        let error = RecordProof::parse(wrong.as_bytes()).unwrap_err();
        assert!(matches!(error, RecordProofError::Form(NotAProofFile)), "{error}: {wrong:.200}");
    }
    let unsigned = good.split_once("\n\n").unwrap().0;
    assert!(RecordProof::parse(format!("{unsigned}\n\nlog\n1\n").as_bytes()).is_err());
    assert_eq!(proof(1, 0).with_extra(vec![0; 65_536]), Err(NotAProofFile));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn proof_files_read_back_and_no_change_of_a_byte_passes(
        size in 1..300_u64,
        index: prop::sample::Index,
        extra in proptest::option::of(vec(any::<u8>(), 1..40)),
        place: prop::sample::Index,
        flip in 1..=255_u8,
    ) {
        let index = index.index(size as usize) as u64;
        let proof = proof(size, index);
        let proof = match extra { Some(extra) => proof.with_extra(extra).unwrap(), None => proof };
        let text = proof.to_string();
        prop_assert_eq!(&RecordProof::parse(text.as_bytes()).unwrap(), &proof);

        let mut changed = text.into_bytes();
        let place = place.index(changed.len());
        changed[place] ^= flip;
        let keys = [key(1).verifier().clone()];
        if let Ok(read) = RecordProof::parse(&changed)
            && read.verify(&entry(index), &keys).is_ok()
        {
            // Only the extra bytes, which nothing vouches for, can be others.
            prop_assert_eq!((read.index(), read.path()), (index, proof.path()));
            prop_assert_eq!(read.checkpoint(), proof.checkpoint());
            prop_assert_ne!(read.extra(), proof.extra());
        }
    }

    #[test]
    fn hostile_bytes_are_read_without_a_panic(text in "c2sp.org/tlog-proof@v1\n(extra [A-Za-z=]{0,8}\n)?(index [0-9]{0,22}\n)?\\PC{0,40}\n\n\\PC{0,60}", bytes in vec(any::<u8>(), 0..200)) {
        let _ = RecordProof::parse(&bytes);
        let _ = SignedCheckpoint::parse(&bytes);
        if let Ok(read) = RecordProof::parse(text.as_bytes()) {
            prop_assert_eq!(read.to_string(), text);
        }
    }
}
