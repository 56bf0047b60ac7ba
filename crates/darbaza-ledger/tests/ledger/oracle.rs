//! Differential tests against `ct-merkle`, which shares no line with this crate.

use ct_merkle::mem_backed_tree::MemoryBackedTree;
use darbaza_ledger::{
    Frontier, Hash, ProofError, TileReader, TreeHead, leaf_hash, verify_consistency, verify_inclusion,
};
use proptest::prelude::*;
use sha2::Sha256;

use crate::support::{TestLog, entry};

/// All sizes up to here are compared with the oracle.
const EVERY_SIZE: u64 = 300;

fn hashes(bytes: &[u8]) -> Vec<Hash> {
    bytes.chunks(Hash::LENGTH).map(|hash| hash.try_into().unwrap()).collect()
}

/// The oracle's tree of the first `size` entries.
fn oracle(size: u64) -> MemoryBackedTree<Sha256, Vec<u8>> {
    let mut tree = MemoryBackedTree::new();
    (0..size).for_each(|index| tree.push(entry(index)));
    tree
}

fn head(tree: &MemoryBackedTree<Sha256, Vec<u8>>) -> TreeHead {
    let root = if tree.is_empty() { Hash::EMPTY_LOG } else { Hash((*tree.root().as_bytes()).into()) };
    TreeHead { size: tree.len(), root }
}

/// Compares the proof with the oracle's, and sees that it fits this entry only.
fn check_inclusion(reader: &mut TileReader<'_>, tree: &MemoryBackedTree<Sha256, Vec<u8>>, index: u64) {
    let (head, leaf) = (head(tree), leaf_hash(&entry(index)));
    let path = reader.inclusion_path(index).unwrap();
    assert_eq!(path, hashes(tree.prove_inclusion(index as usize).as_bytes()), "{index} of {}", head.size);
    assert_eq!(verify_inclusion(&leaf, index, &head, &path), Ok(()));
    assert!(verify_inclusion(&leaf_hash(b"other"), index, &head, &path).is_err());
    assert!(verify_inclusion(&leaf, index ^ 1, &head, &path).is_err());
    assert!(verify_inclusion(&leaf, index, &head, &[&path[..], &[leaf]].concat()).is_err());
    if let Some((_, shorter)) = path.split_last() {
        assert_eq!(verify_inclusion(&leaf, index, &head, shorter), Err(ProofError::Length));
    }
}

/// Compares the proof with the oracle's, and sees that it fits these two heads only.
fn check_consistency(reader: &mut TileReader<'_>, tree: &MemoryBackedTree<Sha256, Vec<u8>>, old: &TreeHead) {
    let new = head(tree);
    let path = reader.consistency_path(old.size).unwrap();
    if old.size > 0 {
        let by_oracle = tree.prove_consistency((new.size - old.size) as usize);
        assert_eq!(path, hashes(by_oracle.as_bytes()), "{} to {}", old.size, new.size);
    }
    assert_eq!(verify_consistency(old, &new, &path), Ok(()));
    let other = leaf_hash(b"other");
    assert!(verify_consistency(&TreeHead { root: other, ..*old }, &new, &path).is_err());
    assert!(verify_consistency(&TreeHead { size: old.size + 1, ..*old }, &new, &path).is_err());
    assert!(verify_consistency(old, &new, &[&path[..], &[other]].concat()).is_err());
    if old.size > 0 {
        assert!(verify_consistency(old, &TreeHead { root: other, ..new }, &path).is_err());
    }
}

#[test]
fn roots_and_proofs_at_every_size() {
    let mut log = TestLog::new(1);
    let mut frontier = Frontier::new();
    let mut heads = Vec::new();
    let mut tree = oracle(0);
    for size in 0..=EVERY_SIZE {
        let expected = head(&tree);
        assert_eq!((frontier.head(), log.grow_to(size).head()), (expected, expected));
        let mut reader = TileReader::new(&log.files, size);
        assert_eq!(reader.frontier().unwrap(), frontier);
        assert_eq!(reader.root().unwrap(), expected.root);
        (0..size).for_each(|index| check_inclusion(&mut reader, &tree, index));
        heads.push(expected);
        heads.iter().for_each(|old| check_consistency(&mut reader, &tree, old));
        assert!(reader.inclusion_path(size).is_err() && reader.consistency_path(size + 1).is_err());
        frontier.append(leaf_hash(&entry(size)));
        tree.push(entry(size));
    }
}

/// The roots of the eight leaves with which RFC 6962 implementations are compared.
#[test]
fn known_roots_of_certificate_transparency() {
    let leaves =
        ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
    let roots = [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];
    let mut frontier = Frontier::new();
    assert_eq!(frontier.root(), Hash::EMPTY_LOG);
    for (leaf, root) in leaves.iter().zip(roots) {
        let bytes: Vec<u8> = leaf
            .as_bytes()
            .chunks(2)
            .map(|pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap())
            .collect();
        frontier.append(leaf_hash(&bytes));
        assert_eq!(frontier.root().to_hex(), root);
    }
}

#[test]
fn the_empty_log_has_one_root_only() {
    let other = TreeHead { size: 0, root: leaf_hash(b"") };
    assert_eq!(verify_consistency(&TreeHead::EMPTY, &TreeHead::EMPTY, &[]), Ok(()));
    assert_eq!(verify_consistency(&TreeHead::EMPTY, &other, &[]), Err(ProofError::Root));
    assert_eq!(verify_consistency(&other, &other, &[]), Err(ProofError::OldRoot));
    assert_eq!(
        verify_inclusion(&leaf_hash(b""), 0, &TreeHead::EMPTY, &[]),
        Err(ProofError::BeyondLog { asked: 0, size: 0 })
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn roots_and_proofs_at_random_sizes(size in 301..2000_u64, index: prop::sample::Index, old: prop::sample::Index) {
        let (log, checkpoint) = TestLog::of(size);
        let tree = oracle(size);
        prop_assert_eq!(checkpoint.head(), head(&tree));
        let mut reader = TileReader::new(&log.files, size);
        check_inclusion(&mut reader, &tree, index.index(size as usize) as u64);
        let old = head(&oracle(old.index(size as usize + 1) as u64));
        check_consistency(&mut reader, &tree, &old);
    }

    #[test]
    fn random_proofs_prove_nothing(index: u64, size: u64, length in 0..70_usize, old: u64) {
        let new = TreeHead { size, root: leaf_hash(b"root") };
        let path = vec![leaf_hash(b"path"); length];
        prop_assert!(verify_inclusion(&leaf_hash(b"leaf"), index, &new, &path).is_err());
        let old = TreeHead { size: old, root: leaf_hash(b"old") };
        prop_assert!(verify_consistency(&old, &new, &path).is_err());
    }
}
