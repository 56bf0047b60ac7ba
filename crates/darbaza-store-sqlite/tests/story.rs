//! The story suite on SQLite, and what only SQLite can show.

use std::sync::Arc;

use darbaza_store::{KeyStore, LedgerStore, StoreError};
use darbaza_store_sqlite::{SqliteKeys, SqliteLedger};

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
    let open = || Arc::new(SqliteKeys::open(folder.path()).unwrap()) as Arc<dyn KeyStore>;
    darbaza_store::story::keys(open);
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

fn note() -> darbaza_store::NewLeaf {
    darbaza_store::NewLeaf {
        organisation: None,
        system: None,
        receipt: None,
        kind: darbaza_store::LeafKind::Note,
        at: jiff::Timestamp::UNIX_EPOCH,
        bytes: b"note".to_vec(),
    }
}
