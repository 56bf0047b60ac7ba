//! The story that every engine must live through, each in its own tests.

#![expect(clippy::unwrap_used, clippy::panic, reason = "the suite is test code, compiled only for tests")]

mod keys;
mod registers;
mod systems;

use std::sync::Arc;

use darbaza_core::{OrganisationId, Receipt};
use darbaza_ledger::{Frontier, leaf_hash};
use jiff::Timestamp;
use uuid::Uuid;

use crate::{Act, AppendError, LeafKind, LedgerStore, NewLeaf, SignedHead};

pub use keys::keys;
pub use registers::registers;
pub use systems::systems;

fn receipt(n: u128) -> Receipt {
    Receipt(Uuid::from_u128((1 << 100) + n))
}

fn organisation() -> OrganisationId {
    OrganisationId(Uuid::from_u128(7))
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn act(n: u128, second: i64) -> Act {
    Act { id: Uuid::from_u128(n), at: at(second), who: "somebody".to_owned() }
}

fn leaf(n: u128, kind: LeafKind, text: &str) -> NewLeaf {
    NewLeaf {
        organisation: Some(organisation()),
        system: Some("chat".parse().unwrap()),
        receipt: Some(receipt(n)),
        kind,
        at: Timestamp::UNIX_EPOCH,
        bytes: text.as_bytes().to_vec(),
    }
}

/// The ledger's part of the story. `open` opens the same store again and again; the one before is
/// dropped first.
pub async fn ledger(open: impl Fn() -> Arc<dyn LedgerStore>) {
    let store = open();
    assert_eq!(store.head().unwrap().size, 0);
    let mut tree = Frontier::new();

    // Leaves get contiguous indexes in the order of one caller, and are counted once durable.
    let tickets: Vec<_> =
        (0..100).map(|n| (n, store.submit(leaf(n, LeafKind::Decision, &format!("d{n}"))))).collect();
    for (n, ticket) in tickets {
        assert_eq!(ticket.await, Ok(n as u64));
        tree.append(leaf_hash(format!("d{n}").as_bytes()));
    }
    assert_eq!(store.head().unwrap(), tree.head());
    assert!(store.health().writable);

    // An outcome closes its decision; a second one for the same decision changes nothing.
    for n in 0..99 {
        tree.append(leaf_hash(b"o"));
        store.submit(leaf(n, LeafKind::Outcome, "o")).await.unwrap();
    }
    assert_eq!(store.submit(leaf(5, LeafKind::Outcome, "again")).await, Err(AppendError::NotOpen));
    store.submit(leaf(100, LeafKind::FinalDecision, "r")).await.unwrap();
    tree.append(leaf_hash(b"r"));
    assert_eq!(store.head().unwrap(), tree.head(), "the second outcome took no place in the tree");
    let open_ones: Vec<_> = store.open_decisions(10).unwrap().into_iter().map(|d| d.receipt).collect();
    assert_eq!(open_ones, [receipt(99)]);

    // Two outcomes for one decision in one batch: the first stands.
    let first = store.submit(leaf(99, LeafKind::Outcome, "first"));
    let second = store.submit(leaf(99, LeafKind::Outcome, "second"));
    first.await.unwrap();
    assert_eq!(second.await, Err(AppendError::NotOpen));
    tree.append(leaf_hash(b"first"));
    assert_eq!(store.head().unwrap(), tree.head());

    // An outcome of a decision that the store never saw is refused a place as well.
    let foreign = store.submit(leaf(4242, LeafKind::Outcome, "whose?"));
    assert_eq!(foreign.await, Err(AppendError::NotOpen));
    assert_eq!(store.head().unwrap(), tree.head());

    // Reading.
    assert_eq!(store.decision(receipt(3)).unwrap().unwrap().bytes, b"d3");
    assert_eq!(store.decision(receipt(4242)).unwrap(), None);
    let some = store.leaves(98, 3).unwrap();
    assert_eq!(some.iter().map(|l| l.index).collect::<Vec<_>>(), [98, 99, 100]);
    assert_eq!(some[2].bytes, b"o");

    // A signed head only grows.
    let signed = SignedHead { head: store.head().unwrap(), note: "note".to_owned() };
    store.keep_signed_head(&signed).unwrap();
    let mut smaller = signed.clone();
    smaller.head.size -= 1;
    assert!(store.keep_signed_head(&smaller).is_err(), "a ledger never signs less than before");

    // Everything is there again after the end.
    let head = store.head().unwrap();
    drop(store);
    let store = open();
    assert_eq!(store.head().unwrap(), head);
    assert_eq!(store.signed_head().unwrap(), Some(signed));
    assert_eq!(store.submit(leaf(200, LeafKind::Decision, "d200")).await, Ok(head.size));
    tree.append(leaf_hash(b"d200"));
    assert_eq!(store.head().unwrap(), tree.head(), "the tree goes on where it ended");
}
