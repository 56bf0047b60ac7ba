//! The register at the start: the one that the store has in force, or the first one.

use std::sync::Arc;

use darbaza_gateway::{HeldClock, InForce};
use darbaza_store::{LedgerStore, NewRegister, RegisterStore, RegisterVersion};
use darbaza_store_sqlite::SqliteMain;

use super::ledger::unusable;
use crate::failure::{Failure, with_sources};
use crate::os_user::os_user;
use crate::register_desk::{compile, note};

/// The register that a server is started with.
pub struct FirstRegister {
    /// Its text.
    pub text: String,
    /// Whether it replaces what is in force, or only begins where nothing is: then later ones are
    /// put in force by `darbaza register apply` alone.
    pub replaces: bool,
    /// Why, for the history.
    pub reason: String,
}

/// Puts in force what is to be in force from the start, with its records in the ledger.
///
/// # Errors
///
/// Where no register can be used or kept.
pub(super) async fn begin(
    first: &FirstRegister,
    store: &Arc<SqliteMain>,
    ledger: &Arc<dyn LedgerStore>,
    clock: &Arc<HeldClock>,
) -> Result<InForce, Failure> {
    let offered = compile(&first.text)?;
    let current = store.in_force().map_err(unusable)?;
    let policy = match current {
        Some(current) if current.register.version == offered.register().version() => offered,
        Some(current) if !first.replaces => {
            tracing::warn!(
                register.number = current.number,
                "the register file differs from the register in force, which is obeyed; \
                 `darbaza register plan FILE` shows the difference, `apply` puts the file in force"
            );
            compile(&current.register.text)?
        }
        current => {
            let new = NewRegister {
                version: offered.register().version().to_owned(),
                text: first.text.clone(),
                at: clock.now(),
                by: os_user(),
                reason: first.reason.clone(),
            };
            let expected = current.as_ref().map(|c: &RegisterVersion| c.register.version.as_str());
            store.put_in_force(&new, expected).map_err(|why| {
                let remedy = "look at permissions and free space of the data folder";
                Failure::environment("the register cannot be kept", with_sources(&why), remedy)
            })?;
            offered
        }
    };
    record(&**store, &**ledger).await?;
    Ok(InForce::new(policy))
}

/// Records every register that the ledger has no record of: a process may have ended in between.
async fn record(store: &dyn RegisterStore, ledger: &dyn LedgerStore) -> Result<(), Failure> {
    for kept in store.unrecorded().map_err(unusable)? {
        note(ledger, &kept)?.await.map_err(|why| unusable(why.into()))?;
        store.recorded(kept.number).map_err(unusable)?;
    }
    Ok(())
}
