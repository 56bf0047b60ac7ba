//! The registers' part of the story.

use std::sync::Arc;

use super::at;
use crate::{NewRegister, RegisterError, RegisterStore};

fn register(version: &str, second: i64) -> NewRegister {
    NewRegister {
        version: version.to_owned(),
        text: format!("# {version}"),
        at: at(second),
        by: "a person".to_owned(),
        reason: "a reason".to_owned(),
    }
}

/// The registers' part of the story. `open` opens the same store again and again; the one before is
/// dropped first.
pub fn registers(open: impl Fn() -> Arc<dyn RegisterStore>) {
    let store = open();
    assert_eq!(store.in_force().unwrap(), None);
    assert_eq!(store.put_in_force(&register("a", 1), None).unwrap().number, 1);
    assert_eq!(store.put_in_force(&register("b", 2), Some("a")).unwrap().number, 2);

    // Who planned against what is no longer in force is told what is, and nothing is changed.
    for expected in [None, Some("a"), Some("never")] {
        match store.put_in_force(&register("c", 3), expected) {
            Err(RegisterError::Changed(current)) => assert_eq!(current.register, register("b", 2)),
            other => panic!("{expected:?}: {other:?}"),
        }
    }
    // An earlier one may come back; its version is then found in its later form.
    assert_eq!(store.put_in_force(&register("a", 4), Some("b")).unwrap().number, 3);
    drop(store);

    let store = open();
    assert_eq!(store.in_force().unwrap().unwrap().number, 3);
    assert_eq!(store.number(2).unwrap().unwrap().register, register("b", 2));
    assert_eq!(store.number(9).unwrap(), None);
    assert_eq!(store.version("a").unwrap().unwrap().number, 3);
    assert_eq!(store.version("never").unwrap(), None);
    let numbers = |versions: Vec<crate::RegisterVersion>| -> Vec<u64> {
        versions.into_iter().map(|version| version.number).collect()
    };
    assert_eq!(numbers(store.history(2).unwrap()), [3, 2]);
    assert_eq!(numbers(store.unrecorded().unwrap()), [1, 2, 3]);
    store.recorded(2).unwrap();
    assert_eq!(numbers(store.unrecorded().unwrap()), [1, 3]);
}
