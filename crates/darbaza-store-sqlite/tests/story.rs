//! The story suite on SQLite, and what only SQLite can show.

use std::sync::Arc;
use std::time::Duration;

use darbaza_core::{OrganisationId, Receipt};
use darbaza_store::{
    AppendError, KeyLimits, KeyStore, LeafKind, LedgerReader, LedgerStore, NewLeaf, RegisterStore,
    StoreError, SystemStore,
};
use darbaza_store_sqlite::{SqliteLedger, SqliteMain};
use uuid::Uuid;

fn ledger(folder: &std::path::Path) -> Result<SqliteLedger, StoreError> {
    SqliteLedger::open(folder)
}

#[tokio::test]
async fn the_ledger_lives_through_the_story() {
    let folder = tempfile::tempdir().unwrap();
    let open = || Arc::new(ledger(folder.path()).unwrap()) as Arc<dyn LedgerStore>;
    darbaza_store::story::ledger(open).await;
}

#[test]
fn the_keys_live_through_the_story() {
    let folder = tempfile::tempdir().unwrap();
    let open = || Arc::new(SqliteMain::open(folder.path()).unwrap()) as Arc<dyn KeyStore>;
    darbaza_store::story::keys(open);
}

#[test]
fn the_acts_on_systems_live_through_the_story() {
    let folder = tempfile::tempdir().unwrap();
    let open = || Arc::new(SqliteMain::open(folder.path()).unwrap()) as Arc<dyn SystemStore>;
    darbaza_store::story::systems(open);
}

#[test]
fn the_registers_live_through_the_story() {
    let folder = tempfile::tempdir().unwrap();
    let open = || Arc::new(SqliteMain::open(folder.path()).unwrap()) as Arc<dyn RegisterStore>;
    darbaza_store::story::registers(open);
}

#[test]
fn keys_of_the_first_schema_are_still_there_after_the_second() {
    let folder = tempfile::tempdir().unwrap();
    let connection = rusqlite::Connection::open(folder.path().join("main.db")).unwrap();
    connection.execute_batch(include_str!("../migrations/main/0001_api_keys.sql")).unwrap();
    let row = "INSERT INTO api_key VALUES (?, ?, 'chat', 'somebody', '[\"answers\"]', ?, 5, 9000000, NULL)";
    connection.execute(row, ([1_u8; 16], [2_u8; 16], [3_u8; 32])).unwrap();
    connection.pragma_update(None, "user_version", 1).unwrap();
    drop(connection);
    let keys = SqliteMain::open(folder.path()).unwrap().keys().unwrap();
    assert_eq!((keys.len(), keys[0].issued.owner.as_str()), (1, "somebody"));
    assert_eq!(keys[0].issued.limits, KeyLimits::default());
    assert_eq!((keys[0].ends_at, keys[0].revoked_at), (None, None));
}

#[test]
fn a_file_of_a_newer_version_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    drop(ledger(folder.path()).unwrap());
    let connection = rusqlite::Connection::open(folder.path().join("ledger.db")).unwrap();
    connection.pragma_update(None, "user_version", 99).unwrap();
    drop(connection);
    let Err(error) = ledger(folder.path()) else { panic!("it was opened") };
    assert!(matches!(error, StoreError::Newer { found: 99, .. }), "{error}");
}

#[tokio::test]
async fn a_head_that_does_not_fit_the_leaves_is_found_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let store = ledger(folder.path()).unwrap();
    store.submit(note()).await.unwrap();
    drop(store);
    let connection = rusqlite::Connection::open(folder.path().join("ledger.db")).unwrap();
    connection.execute("DELETE FROM leaf", []).unwrap();
    drop(connection);
    let Err(error) = ledger(folder.path()) else { panic!("it was opened") };
    assert!(matches!(error, StoreError::Damaged(_)), "{error}");
}

#[tokio::test]
async fn a_file_that_cannot_be_written_for_a_while_costs_no_outcome() {
    let folder = tempfile::tempdir().unwrap();
    let store = ledger(folder.path()).unwrap();
    let leaf = |receipt: u128, kind| NewLeaf {
        organisation: Some(OrganisationId(Uuid::from_u128(7))),
        system: Some("chat".parse().unwrap()),
        receipt: Some(Receipt(Uuid::from_u128(receipt))),
        kind,
        ..note()
    };
    store.submit(leaf(1, LeafKind::Decision)).await.unwrap();
    let other = rusqlite::Connection::open(folder.path().join("ledger.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert_eq!(store.submit(leaf(1, LeafKind::Outcome)).await, Err(AppendError::Busy));
    assert_eq!(store.submit(leaf(2, LeafKind::Decision)).await, Err(AppendError::Busy));
    assert!(!store.health().writable);
    other.execute_batch("ROLLBACK").unwrap();
    // Nobody hands anything in, and it takes up its work again.
    while !store.health().writable {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(store.open_decisions(10).unwrap(), [], "the outcome was kept");
    assert_eq!(store.decision(Receipt(Uuid::from_u128(2))).unwrap(), None, "the refused decision was not");
    assert_eq!(store.head().unwrap().size, 2);
    assert_eq!(store.submit(leaf(3, LeafKind::Decision)).await, Ok(2));
}

fn note() -> NewLeaf {
    NewLeaf {
        organisation: None,
        system: None,
        receipt: None,
        kind: LeafKind::Note,
        at: jiff::Timestamp::UNIX_EPOCH,
        bytes: b"note".to_vec(),
    }
}
