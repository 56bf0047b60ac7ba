//! At the start: how far the records go, and decisions whose end nobody saw.

use darbaza_core::Receipt;
use darbaza_store::{LeafKind, LedgerStore, NewLeaf, OutcomeLeaf, StoreError};
use jiff::Timestamp;
use serde::Deserialize;

use crate::clock::HeldClock;

/// The latest times that stand in the ledger.
#[derive(Clone, Copy, Debug, Default)]
pub struct LastRecorded {
    /// When the last record was made.
    pub(crate) at: Option<Timestamp>,
    /// The time within the last receipt, which is later where a clock ahead of its time was corrected.
    pub(crate) receipt: Option<Timestamp>,
}

impl LastRecorded {
    /// Reads the last records; those of one moment are written in no particular order.
    ///
    /// # Errors
    ///
    /// The store's.
    pub fn read(ledger: &dyn LedgerStore) -> Result<LastRecorded, StoreError> {
        const LAST: usize = 1024;
        #[derive(Deserialize)]
        struct Times {
            at: Option<Timestamp>,
            receipt: Option<Receipt>,
        }
        let from = ledger.head()?.size.saturating_sub(LAST as u64);
        let mut last = LastRecorded::default();
        for leaf in ledger.leaves(from, LAST)? {
            // A leaf of another form tells no time; `ledger verify` says whether it belongs there.
            let Ok(times) = serde_json::from_slice::<Times>(&leaf.bytes) else { continue };
            last.at = last.at.max(times.at);
            last.receipt = last.receipt.max(times.receipt.and_then(time_of));
        }
        Ok(last)
    }
}

/// The time within a receipt (RFC 9562, 5.7), in milliseconds.
fn time_of(receipt: Receipt) -> Option<Timestamp> {
    let (seconds, nanoseconds) = receipt.0.get_timestamp()?.to_unix();
    Timestamp::new(i64::try_from(seconds).ok()?, i32::try_from(nanoseconds).ok()?).ok()
}

/// Closes every decision that has no outcome with the leaf "outcome unknown"; how many there were.
///
/// # Errors
///
/// The store's; the gate must not open then.
pub async fn close_open_decisions(ledger: &dyn LedgerStore, clock: &HeldClock) -> Result<usize, StoreError> {
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
