//! Between the vocabulary and what SQLite keeps.

use darbaza_ledger::Hash;
use darbaza_store::StoreError;
use jiff::Timestamp;
use rusqlite::Row;
use uuid::Uuid;

/// SQLite's integers are signed; sizes and indexes never come near the limit.
pub(crate) fn signed(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

pub(crate) fn unsigned(n: i64) -> u64 {
    u64::try_from(n).unwrap_or_default()
}

pub(crate) fn microseconds(at: Timestamp) -> i64 {
    at.as_microsecond()
}

pub(crate) fn timestamp(microseconds: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_microsecond(microseconds).map_err(|_| damaged("a time"))
}

pub(crate) fn hash(row: &Row<'_>, column: usize) -> rusqlite::Result<Hash> {
    row.get::<_, [u8; 32]>(column).map(Hash)
}

pub(crate) fn uuid(row: &Row<'_>, column: usize) -> rusqlite::Result<Uuid> {
    row.get::<_, [u8; 16]>(column).map(Uuid::from_bytes)
}

pub(crate) fn damaged(what: &str) -> StoreError {
    StoreError::Damaged(format!("{what} in the database cannot be read"))
}
