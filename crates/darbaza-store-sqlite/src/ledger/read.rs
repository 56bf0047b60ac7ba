//! What readers ask of the ledger.

use darbaza_core::{OrganisationId, Receipt};
use darbaza_ledger::TreeHead;
use darbaza_store::{OpenDecision, SignedHead, StoreError, StoredLeaf};
use rusqlite::{Connection, OptionalExtension, params};

use crate::convert::{damaged, hash, signed, unsigned, uuid};
use crate::open::engine;

pub(super) fn head(connection: &Connection) -> Result<TreeHead, StoreError> {
    connection
        .query_row("SELECT size, root FROM head", [], |row| {
            Ok(TreeHead { size: unsigned(row.get(0)?), root: hash(row, 1)? })
        })
        .map_err(engine("reading the head"))
}

pub(super) fn leaves(
    connection: &Connection,
    from: u64,
    limit: usize,
) -> Result<Vec<StoredLeaf>, StoreError> {
    let mut statement = connection
        .prepare_cached("SELECT idx, bytes FROM leaf WHERE idx >= ? ORDER BY idx LIMIT ?")
        .map_err(engine("reading leaves"))?;
    let rows = statement
        .query_map(params![signed(from), signed(limit as u64)], |row| {
            Ok(StoredLeaf { index: unsigned(row.get(0)?), bytes: row.get(1)? })
        })
        .map_err(engine("reading leaves"))?;
    rows.collect::<rusqlite::Result<_>>().map_err(engine("reading leaves"))
}

pub(super) fn decision(connection: &Connection, receipt: Receipt) -> Result<Option<StoredLeaf>, StoreError> {
    connection
        .prepare_cached(
            "SELECT leaf.idx, leaf.bytes FROM journal JOIN leaf ON leaf.idx = journal.decision
             WHERE journal.receipt = ?",
        )
        .and_then(|mut statement| {
            let read =
                |row: &rusqlite::Row<'_>| Ok(StoredLeaf { index: unsigned(row.get(0)?), bytes: row.get(1)? });
            statement.query_row([receipt.0.as_bytes()], read).optional()
        })
        .map_err(engine("reading a decision"))
}

pub(super) fn open_decisions(connection: &Connection, limit: usize) -> Result<Vec<OpenDecision>, StoreError> {
    let mut statement = connection
        .prepare_cached(
            "SELECT receipt, organisation, system FROM journal WHERE outcome IS NULL
             ORDER BY receipt LIMIT ?",
        )
        .map_err(engine("reading open decisions"))?;
    let rows = statement
        .query_map([signed(limit as u64)], |row| Ok((uuid(row, 0)?, uuid(row, 1)?, row.get::<_, String>(2)?)))
        .map_err(engine("reading open decisions"))?;
    rows.map(|row| {
        let (receipt, organisation, system) = row.map_err(engine("reading open decisions"))?;
        Ok(OpenDecision {
            receipt: Receipt(receipt),
            organisation: OrganisationId(organisation),
            system: system.parse().map_err(|_| damaged("the system of a decision"))?,
        })
    })
    .collect()
}

pub(super) fn signed_head(connection: &Connection) -> Result<Option<SignedHead>, StoreError> {
    connection
        .query_row("SELECT size, root, note FROM signed_head", [], |row| {
            let head = TreeHead { size: unsigned(row.get(0)?), root: hash(row, 1)? };
            Ok(SignedHead { head, note: row.get(2)? })
        })
        .optional()
        .map_err(engine("reading the signed head"))
}
