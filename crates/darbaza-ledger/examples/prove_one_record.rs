//! Builds a log of three entries, proves one of them and verifies both the proof and the log.
//!
//! `cargo run -p darbaza-ledger --example prove_one_record`

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::collections::BTreeMap;
use std::error::Error;

use darbaza_ledger::{CheckpointSigner, RecordProof, SignerKey, TileReader, TileWriter, verify};

/// A real seed comes from the operating system's random numbers and is wiped after use.
const SEED: [u8; 32] = [7; 32];

fn main() -> Result<(), Box<dyn Error>> {
    let key = SignerKey::from_seed("retailer.example/audit/1", &SEED)?;
    let pinned = [key.verifier().clone()];
    println!("The auditor pins the key\n\n{}\n", pinned[0]);

    // A checkpoint after two entries, which the auditor keeps; then the log grows.
    let mut writer = TileWriter::new();
    let mut signer = CheckpointSigner::new(key, None);
    let mut files = BTreeMap::new();
    writer.append(b"masked PERSON=2 for support-chat")?;
    writer.append(b"refused no_legal_basis for marketing")?;
    files.extend(writer.publish().into_iter().map(|file| (file.path.to_string(), file.bytes)));
    let kept = signer.sign(writer.head(), &[])?.to_string();

    writer.append(b"passed to credit-scoring")?;
    files.extend(writer.publish().into_iter().map(|file| (file.path.to_string(), file.bytes)));
    let growth = TileReader::new(&files, writer.size()).consistency_path(2)?;
    let checkpoint = signer.sign(writer.head(), &growth)?;

    let proof = RecordProof::make(&files, checkpoint.clone(), 1)?.to_string();
    println!("The proof file of entry 1\n\n{proof}");
    let head =
        RecordProof::parse(proof.as_bytes())?.verify(b"refused no_legal_basis for marketing", &pinned)?;
    println!("It holds: the record is one of {}.", head.size);

    let note = checkpoint.to_string();
    let report = verify(&files, note.as_bytes(), &pinned, &[kept.as_bytes()], &mut |index, entry| {
        println!("  {index} {}", entry.escape_ascii());
    })?;
    println!("The log holds, in {} files, and continues the checkpoint the auditor kept.", report.files);
    Ok(())
}
