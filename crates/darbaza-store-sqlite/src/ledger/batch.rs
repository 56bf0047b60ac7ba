//! One transaction of the writer: the leaves that waited, in order, and the head they lead to.

use darbaza_ledger::{Frontier, Hash, leaf_hash};
use darbaza_store::{AppendError, LeafKind, NewLeaf, SignedHead, StoreError};
use rusqlite::{Connection, Transaction, TransactionBehavior, params};

use crate::convert::{damaged, microseconds, signed, unsigned};
use crate::open::engine;

/// What a transaction would leave behind, once it is committed.
pub(super) struct Written {
    /// The tree with the new leaves.
    pub(super) tree: Frontier,
    /// For each leaf its index, or why it has no place.
    pub(super) places: Vec<Result<u64, AppendError>>,
}

/// Writes the leaves and the signed head in one transaction, which is durable when this returns.
/// With neither, it writes the head as it is, to see whether the file can be written.
pub(super) fn write(
    connection: &mut Connection,
    tree: &Frontier,
    leaves: &[NewLeaf],
    signed_head: Option<&SignedHead>,
) -> rusqlite::Result<Written> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut written = Written { tree: tree.clone(), places: Vec::with_capacity(leaves.len()) };
    for leaf in leaves {
        let place = append(&transaction, &mut written.tree, leaf)?;
        written.places.push(place);
    }
    if written.tree.size() > tree.size() || (leaves.is_empty() && signed_head.is_none()) {
        advance_head(&transaction, tree, &written.tree)?;
    }
    if let Some(head) = signed_head {
        transaction
            .prepare_cached(
                "INSERT INTO signed_head (one, size, root, note) VALUES (1, ?, ?, ?)
                 ON CONFLICT (one) DO UPDATE SET size = excluded.size, root = excluded.root, note = excluded.note",
            )?
            .execute(params![signed(head.head.size), head.head.root.0, head.note])?;
    }
    transaction.commit()?;
    Ok(written)
}

fn append(
    transaction: &Transaction<'_>,
    tree: &mut Frontier,
    leaf: &NewLeaf,
) -> rusqlite::Result<Result<u64, AppendError>> {
    let index = tree.size();
    let receipt = leaf.receipt.map(|r| *r.0.as_bytes());
    let organisation = leaf.organisation.map(|o| *o.0.as_bytes());
    match leaf.kind {
        LeafKind::Note => {}
        LeafKind::Outcome => {
            let closed = transaction
                .prepare_cached("UPDATE journal SET outcome = ? WHERE receipt = ? AND outcome IS NULL")?
                .execute(params![signed(index), receipt])?;
            if closed == 0 {
                return Ok(Err(AppendError::NotOpen));
            }
        }
        LeafKind::Decision | LeafKind::FinalDecision => {
            let outcome = (leaf.kind == LeafKind::FinalDecision).then_some(signed(index));
            transaction
                .prepare_cached(
                    "INSERT INTO journal (receipt, organisation, system, decision, outcome)
                     VALUES (?, ?, ?, ?, ?)",
                )?
                .execute(params![
                    receipt,
                    organisation,
                    leaf.system.as_ref().map(|s| s.as_str()),
                    signed(index),
                    outcome
                ])?;
        }
    }
    transaction
        .prepare_cached(
            "INSERT INTO leaf (idx, organisation, kind, receipt, at, bytes) VALUES (?, ?, ?, ?, ?, ?)",
        )?
        .execute(params![
            signed(index),
            organisation,
            kind_word(leaf.kind),
            receipt,
            microseconds(leaf.at),
            leaf.bytes
        ])?;
    tree.append(leaf_hash(&leaf.bytes));
    Ok(Ok(index))
}

const fn kind_word(kind: LeafKind) -> &'static str {
    match kind {
        LeafKind::Decision | LeafKind::FinalDecision => "decision",
        LeafKind::Outcome => "outcome",
        LeafKind::Note => "note",
    }
}

/// Compare and swap: where the head on disk is not the one in memory, somebody else wrote, and the
/// transaction must not be committed.
fn advance_head(transaction: &Transaction<'_>, from: &Frontier, to: &Frontier) -> rusqlite::Result<()> {
    let edge: Vec<u8> = to.edge().iter().flat_map(|hash| hash.0).collect();
    let head = to.head();
    let changed = transaction
        .prepare_cached(
            "UPDATE head SET size = ?, root = ?, edge = ? WHERE one = 1 AND size = ? AND root = ?",
        )?
        .execute(params![
            signed(head.size),
            head.root.0,
            edge,
            signed(from.head().size),
            from.head().root.0
        ])?;
    if changed == 1 { Ok(()) } else { Err(rusqlite::Error::StatementChangedRows(changed)) }
}

/// The tree as the file has it; an empty one where the file is new.
pub(super) fn load_tree(connection: &Connection) -> Result<Frontier, StoreError> {
    let empty = Frontier::new();
    connection
        .execute(
            "INSERT INTO head (one, size, root, edge) VALUES (1, 0, ?, x'') ON CONFLICT DO NOTHING",
            [empty.head().root.0],
        )
        .map_err(engine("reading the head"))?;
    let (size, root, edge): (i64, [u8; 32], Vec<u8>) = connection
        .query_row("SELECT size, root, edge FROM head", [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .map_err(engine("reading the head"))?;
    let edge: Vec<Hash> = edge.as_chunks::<32>().0.iter().map(|c| Hash(*c)).collect();
    let tree = Frontier::from_edge(unsigned(size), edge).map_err(|_| damaged("the edge of the tree"))?;
    if tree.head().root != Hash(root) {
        return Err(damaged("the root of the tree"));
    }
    let last: Option<i64> = connection
        .query_row("SELECT max(idx) FROM leaf", [], |row| row.get(0))
        .map_err(engine("reading the last leaf"))?;
    let leaves = last.map_or(0, |index| unsigned(index) + 1);
    if leaves != unsigned(size) {
        return Err(StoreError::Damaged(format!("the head counts {size} leaves, the file holds {leaves}")));
    }
    Ok(tree)
}
