//! What a person does to keys and systems, with the ledger's notes of it.

use darbaza_core::{OrganisationId, SystemKey};
use darbaza_store::{Act, AppendError, LeafKind, LedgerStore, NewLeaf, Ticket};
use jiff::Timestamp;
use serde::Serialize;
use uuid::Uuid;

use crate::failure::{Failure, with_sources};

/// An act of that person at that time.
pub(crate) fn act(who: &str, at: Timestamp) -> Act {
    Act { id: Uuid::now_v7(), at, who: who.to_owned() }
}

/// Something that was done, and whose notes are on their way to the ledger.
#[must_use = "what was done is told once the ledger has its note"]
pub(crate) struct Noted<T> {
    done: T,
    tickets: Vec<Ticket>,
}

impl<T> Noted<T> {
    pub(crate) fn new(done: T, tickets: Vec<Ticket>) -> Noted<T> {
        Noted { done, tickets }
    }

    /// What was done, once its notes are durable.
    ///
    /// # Errors
    ///
    /// Where the ledger does not take them; what was done is done.
    pub(crate) async fn durable(self) -> Result<T, Failure> {
        for ticket in self.tickets {
            ticket.await.map_err(|why| unnoted(&why))?;
        }
        Ok(self.done)
    }

    /// What was done, for who serves on beside the ledger's writer and need not wait for it.
    pub(crate) fn told(self) -> T {
        self.done
    }
}

fn unnoted(why: &AppendError) -> Failure {
    Failure::environment(
        "this was done, but the ledger could not take its note",
        why,
        "free space for the data folder and mend its permissions, then look at what is in force with \
         `darbaza key list` and do it again where it is not",
    )
}

/// Hands a note about a system to the ledger.
pub(crate) fn note(
    ledger: &dyn LedgerStore,
    organisation: OrganisationId,
    system: &SystemKey,
    at: Timestamp,
    leaf: &impl Serialize,
) -> Result<Ticket, Failure> {
    let bytes = serde_json::to_vec(leaf).map_err(|why| {
        Failure::environment("the note for the ledger cannot be written", why, "report this")
    })?;
    let (organisation, system) = (Some(organisation), Some(system.clone()));
    Ok(ledger.submit(NewLeaf { organisation, system, receipt: None, kind: LeafKind::Note, at, bytes }))
}

/// A store that does not do what it is asked.
pub(crate) fn unkept(what: &str, why: &darbaza_store::StoreError) -> Failure {
    Failure::environment(what, with_sources(why), "look at permissions and free space of the data folder")
}
