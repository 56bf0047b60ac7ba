//! The systems' part of the story.

use std::sync::Arc;

use super::{act, at, organisation};
use crate::{Suspension, SystemAct, SystemActKind, SystemStore};

/// The systems' part of the story. `open` opens the same store again and again; the one before is
/// dropped first.
pub fn systems(open: impl Fn() -> Arc<dyn SystemStore>) {
    let store = open();
    assert_eq!(store.suspended().unwrap(), []);
    // The clock is set back in between: the order is that of the acts, not of their times.
    let acts = [
        (1, 10, "chat", SystemActKind::Suspended),
        (2, 11, "scoring", SystemActKind::Suspended),
        (3, 9, "chat", SystemActKind::Resumed),
        (4, 8, "chat", SystemActKind::Suspended),
        (5, 7, "chat", SystemActKind::Suspended),
        (6, 6, "scoring", SystemActKind::Resumed),
    ];
    for (n, second, system, kind) in acts {
        let (act, organisation) = (act(n, second), organisation());
        let reason = (n == 1).then(|| "a reason".to_owned());
        let act = SystemAct { act, organisation, system: system.parse().unwrap(), kind, reason };
        store.keep(&act).unwrap();
        assert!(store.keep(&act).is_err(), "an act is kept once");
    }
    drop(store);
    let organisation = organisation();
    let chat = Suspension { organisation, system: "chat".parse().unwrap(), since: at(8) };
    assert_eq!(open().suspended().unwrap(), [chat]);
}
