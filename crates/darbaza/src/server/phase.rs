//! How far the end of a server has come.

use tokio::sync::watch;

/// What a server does with its connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Phase {
    /// It takes them.
    Serving,
    /// It takes no new ones and waits for the requests that are under way.
    Draining,
    /// It waits for nobody any more. What a connection held is let go of before its listener ends, so
    /// that the outcome of its request still reaches the ledger.
    Cut,
}

/// Resolves once the server has come that far, or is gone.
pub(super) async fn reached(mut phases: watch::Receiver<Phase>, phase: Phase) {
    let _ = phases.wait_for(|now| *now >= phase).await;
}
