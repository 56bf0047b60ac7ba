use darbaza_ledger::{
    Checkpoint, CheckpointError, CheckpointSigner, Hash, KeyError, NoteError, SignError, SignedCheckpoint,
    SignedNote, SignerKey, TreeHead, VerifierKey, leaf_hash,
};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::support::{TestLog, key};

// The worked example of Go's note package, which C2SP signed-note describes.
const GO_SECRET: &str = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
const GO_PUBLIC: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const GO_TEXT: &str = "If you think cryptography is the answer to your problem,\n\
                       then you don't know what your problem is.\n";
const GO_SIGNATURE: &str = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
// The example of the C2SP repository.
const C2SP_PUBLIC: &str = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
const C2SP_NOTE: &str = "This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";

fn verify(note: &str, keys: &[&str]) -> Result<Vec<String>, NoteError> {
    let keys: Vec<VerifierKey> = keys.iter().map(|key| key.parse().unwrap()).collect();
    let note = SignedNote::parse(note.as_bytes())?;
    Ok(note.verify(&keys)?.into_iter().map(|key| key.name().to_owned()).collect())
}

#[test]
fn known_notes_and_keys_of_others() {
    let secret: SignerKey = GO_SECRET.parse().unwrap();
    assert_eq!(secret.to_secret_text().as_str(), GO_SECRET);
    assert_eq!(secret.verifier().to_string(), GO_PUBLIC);
    let note = SignedNote::sign(GO_TEXT, &secret).unwrap();
    assert_eq!(note.to_string(), format!("{GO_TEXT}\n{GO_SIGNATURE}"));
    assert_eq!(verify(&note.to_string(), &[C2SP_PUBLIC, GO_PUBLIC]), Ok(vec!["PeterNeumann".to_owned()]));
    assert_eq!(verify(C2SP_NOTE, &[GO_PUBLIC, C2SP_PUBLIC]), Ok(vec!["example.com/foo".to_owned()]));
    assert_eq!(SignedNote::parse(C2SP_NOTE.as_bytes()).unwrap().to_string(), C2SP_NOTE);
}

#[test]
fn unknown_signatures_are_ignored_and_wrong_ones_of_known_keys_are_not() {
    let wrong = || Err(NoteError::WrongSignature { name: "PeterNeumann".to_owned() });
    let signed = format!("{GO_TEXT}\n{GO_SIGNATURE}");
    assert_eq!(verify(&signed, &[]), Err(NoteError::NotSigned));
    assert_eq!(verify(&signed, &[C2SP_PUBLIC]), Err(NoteError::NotSigned));
    assert_eq!(verify(&signed.replace("answer", "Answer"), &[GO_PUBLIC]), wrong());
    // The right name with an unknown id, and the right id with another name.
    for stranger in ["— PeterNeumann AAAAAAAA\n", "— PeterNeumann2 x08gowAA\n"] {
        assert!(verify(&format!("{signed}{stranger}"), &[GO_PUBLIC]).is_ok(), "{stranger}");
    }
    // One good signature does not excuse a bad one by the same key, before or after it.
    assert_eq!(verify(&format!("{signed}— PeterNeumann x08gowAA\n"), &[GO_PUBLIC]), wrong());
    assert_eq!(verify(&format!("{GO_TEXT}\n— PeterNeumann x08gowAA\n{GO_SIGNATURE}"), &[GO_PUBLIC]), wrong());
    // The same line twice is one signature.
    assert_eq!(verify(&format!("{signed}{GO_SIGNATURE}"), &[GO_PUBLIC]).unwrap().len(), 1);
}

#[test]
fn malformed_notes_say_why() {
    let check = |note: &str, expected: NoteError| {
        assert_eq!(SignedNote::parse(note.as_bytes()).unwrap_err(), expected, "{note}");
    };
    let line = |number| NoteError::SignatureLine { number };
    check("", NoteError::Form);
    check("text\n", NoteError::Form);
    check("text\n\n", NoteError::Form);
    check("text\n\n\n", NoteError::Form);
    check("text\n\n— name AAAAAAAA", NoteError::Form);
    check("text\n\n— name AAAAAAAA\n— name AAAAAA==\n", line(2));
    check("text\n\n— name AAAAAAA\n", line(1));
    check("text\n\n— a+b AAAAAAAA\n", line(1));
    check("text\n\n— a\u{2003}b AAAAAAAA\n", line(1));
    check("text\n\n-- name AAAAAAAA\n", line(1));
    check("te\rxt\n\n— name AAAAAAAA\n", NoteError::NotText);
    check(&format!("text\n\n{}", "— name AAAAAAAA\n".repeat(101)), NoteError::TooLarge);
    check(&format!("{}\n\n— name AAAAAAAA\n", "x".repeat(1 << 20)), NoteError::TooLarge);
    assert_eq!(SignedNote::parse(b"\xff\n\n").unwrap_err(), NoteError::NotText);
    assert_eq!(SignedNote::sign("text", &key(1)).unwrap_err(), NoteError::Form);
    assert_eq!(SignedNote::sign("te\0xt\n", &key(1)).unwrap_err(), NoteError::NotText);
}

#[test]
fn altered_keys_say_why() {
    let check = |text: &str, expected: fn(&KeyError) -> bool| {
        let error = text.parse::<VerifierKey>().unwrap_err();
        assert!(expected(&error), "{text}: {error}");
    };
    check("", |e| *e == KeyError::Form);
    check("PeterNeumann+c74f20a3", |e| *e == KeyError::Form);
    check(&GO_PUBLIC.replace("Peter", "Pater"), |e| *e == KeyError::WrongHash);
    check(&GO_PUBLIC.replace("c74f20a3", "C74F20A3"), |e| *e == KeyError::WrongHash);
    check(&GO_PUBLIC.replace("Peter", "Peter "), |e| matches!(e, KeyError::Name(_)));
    check(&GO_PUBLIC.replace("+ARpc", "+BBpc"), |e| *e == KeyError::SignatureType(4));
    // The neutral element of the curve verifies every message.
    assert_eq!(
        VerifierKey::new("name", &[[1].as_slice(), &[0; 31]].concat().try_into().unwrap()),
        Err(KeyError::Unsafe)
    );
    assert_eq!(GO_PUBLIC.parse::<SignerKey>().unwrap_err(), KeyError::Form);
    assert_eq!(GO_SECRET.replace("a3+", "a4+").parse::<SignerKey>().unwrap_err(), KeyError::WrongHash);
}

#[test]
fn a_private_key_does_not_show_itself() {
    let shown = format!("{:?}", GO_SECRET.parse::<SignerKey>().unwrap());
    assert!(!shown.contains("AYEKFALV") && shown.contains(GO_PUBLIC), "{shown}");
}

#[test]
fn checkpoints_are_read_strictly() {
    let root = Hash::EMPTY_LOG;
    let good = format!("log.example/audit/1\n0\n{root}\n");
    assert_eq!(good.parse::<Checkpoint>().unwrap().to_string(), good);
    let extended = format!("{good}extension\n");
    assert_eq!(extended.parse::<Checkpoint>().unwrap().extensions(), ["extension"]);
    for wrong in [
        String::new(),
        good.trim_end().to_owned(),
        format!("\n0\n{root}\n"),
        format!("log\n00\n{root}\n"),
        format!("log\n-1\n{root}\n"),
        format!("log\n18446744073709551616\n{root}\n"),
        format!("log\n1\n{}\n", root.to_hex()),
        format!("log\n1\n{root} \n"),
        format!("log\n1\n{root}\n\n"),
        "log\n1\n".to_owned(),
        format!("{}\n0\n{root}\n", "x".repeat(1025)),
    ] {
        assert!(wrong.parse::<Checkpoint>().is_err(), "{wrong}");
    }
}

#[test]
fn a_checkpoint_is_that_of_the_log_whose_key_is_pinned() {
    let (log, checkpoint) = TestLog::of(3);
    let pinned = [log.key()];
    let again = SignedCheckpoint::parse(checkpoint.to_string().as_bytes()).unwrap();
    assert_eq!(again, checkpoint);
    assert_eq!(again.verify(&pinned), Ok(&pinned[0]));
    let stranger = [key(2).verifier().clone()];
    assert_eq!(again.verify(&stranger), Err(CheckpointError::Note(NoteError::NotSigned)));
    // A trusted key that signs for a log not its own.
    let other = SignedNote::sign(again.note().text(), &GO_SECRET.parse().unwrap()).unwrap();
    let other = SignedCheckpoint::parse(other.to_string().as_bytes()).unwrap();
    let origin = "log.example/audit/1".to_owned();
    assert_eq!(other.verify(&[GO_PUBLIC.parse().unwrap()]), Err(CheckpointError::OtherLog { origin }));
}

#[test]
fn the_signer_signs_nothing_that_contradicts_its_last_checkpoint() {
    let head = |size, text: &[u8]| TreeHead { size, root: leaf_hash(text) };
    let mut signer = CheckpointSigner::new(key(1), Some(head(5, b"five")));
    assert_eq!(signer.sign(head(4, b"four"), &[]), Err(SignError::Shrunk { last: 5, new: 4 }));
    assert_eq!(signer.sign(head(5, b"other"), &[]), Err(SignError::Forked { size: 5 }));
    assert!(matches!(signer.sign(head(6, b"six"), &[]), Err(SignError::Inconsistent(_))));
    assert!(matches!(signer.sign(head(6, b"six"), &[Hash::EMPTY_LOG; 4]), Err(SignError::Inconsistent(_))));
    assert_eq!(signer.last(), Some(head(5, b"five")));
    assert_eq!(signer.sign(head(5, b"five"), &[]).unwrap().head(), head(5, b"five"));
    // The first checkpoint has nothing to contradict, and binds the next.
    let mut signer = CheckpointSigner::new(key(1), None);
    signer.sign(head(5, b"five"), &[]).unwrap();
    assert_eq!(signer.last(), Some(head(5, b"five")));
    assert_eq!(signer.sign(head(4, b"four"), &[]), Err(SignError::Shrunk { last: 5, new: 4 }));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_text_signs_and_reads_back(text in "[^\\p{Cc}]{0,60}(\n[^\\p{Cc}]{0,20}){0,5}\n", seed: [u8; 32]) {
        let key = SignerKey::from_seed("name", &seed).unwrap();
        let again: SignerKey = key.to_secret_text().parse().unwrap();
        prop_assert_eq!(again.verifier(), key.verifier());
        prop_assert_eq!(&key.verifier().to_string().parse::<VerifierKey>().unwrap(), key.verifier());
        let note = SignedNote::sign(&text, &again).unwrap();
        let read = SignedNote::parse(note.to_string().as_bytes()).unwrap();
        prop_assert_eq!(&read, &note);
        prop_assert!(read.verify(&[key.verifier().clone()]).is_ok());
    }

    #[test]
    fn hostile_texts_are_read_without_a_panic(text in "([— +\n0-9A-Za-z=]|\\PC){0,80}", bytes in vec(any::<u8>(), 0..80)) {
        let _ = SignedNote::parse(&bytes);
        let _ = (text.parse::<VerifierKey>(), text.parse::<SignerKey>());
        if let Ok(note) = SignedNote::parse(text.as_bytes()) {
            prop_assert_eq!(note.to_string(), text.clone());
        }
        if let Ok(checkpoint) = text.parse::<Checkpoint>() {
            prop_assert_eq!(checkpoint.to_string(), text);
        }
    }

    #[test]
    fn no_change_of_one_byte_passes(place: prop::sample::Index, flip in 1..=255_u8) {
        let mut note = format!("{GO_TEXT}\n{GO_SIGNATURE}").into_bytes();
        let place = place.index(note.len());
        note[place] ^= flip;
        let passed = SignedNote::parse(&note).is_ok_and(|note| note.verify(&[GO_PUBLIC.parse().unwrap()]).is_ok());
        prop_assert!(!passed);
    }
}
