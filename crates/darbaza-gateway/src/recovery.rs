//! At the start: decisions whose end nobody saw.

use darbaza_store::{LeafKind, LedgerStore, NewLeaf, OutcomeLeaf, StoreError};

use crate::clock::Clock;

/// Closes every decision that has no outcome with the leaf "outcome unknown"; how many there were.
///
/// # Errors
///
/// The store's; the gate must not open then.
pub async fn close_open_decisions(ledger: &dyn LedgerStore, clock: Clock) -> Result<usize, StoreError> {
    const AT_ONCE: usize = 1024;
    let mut closed = 0;
    loop {
        let open = ledger.open_decisions(AT_ONCE)?;
        if open.is_empty() {
            return Ok(closed);
        }
        closed += open.len();
        let tickets: Vec<_> = open
            .into_iter()
            .map(|decision| {
                let at = clock.now();
                let leaf = OutcomeLeaf::unknown(decision.receipt, decision.organisation, at);
                let bytes = serde_json::to_vec(&leaf)
                    .map_err(|e| StoreError::Engine { doing: "writing a leaf", source: Box::new(e) })?;
                Ok(ledger.submit(NewLeaf {
                    organisation: Some(decision.organisation),
                    system: Some(decision.system),
                    receipt: Some(decision.receipt),
                    kind: LeafKind::Outcome,
                    at,
                    bytes,
                }))
            })
            .collect::<Result<_, StoreError>>()?;
        for ticket in tickets {
            ticket.await?;
        }
    }
}
