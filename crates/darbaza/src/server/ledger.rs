//! Opening the ledger: its file, its signing key, what went out of it, what was left open.

use std::sync::Arc;

use darbaza_gateway::{HeldClock, LastRecorded, close_open_decisions};
use darbaza_ledger::SignerKey;
use darbaza_publisher::{Export, Publisher, PublisherError, TileFolder};
use darbaza_store::{LedgerStore, StoreError};
use darbaza_store_sqlite::SqliteLedger;

use super::{LEDGER_FOLDER, Setup};
use crate::failure::{Failure, with_sources};
use crate::public_keys::PublicKeys;
use crate::secret_files::SecretFiles;

/// Opens the ledger and brings it in order: nothing that went out is contradicted, every decision
/// has an outcome, and all of it is published. With it comes the time, which goes on from its last record.
///
/// # Errors
///
/// What is wrong with it; the gate must not open then.
pub(super) async fn open(
    setup: &Setup,
    secrets: &SecretFiles,
) -> Result<(Arc<dyn LedgerStore>, Publisher, Arc<HeldClock>), Failure> {
    let (seed, seed_is_new) = secrets.checkpoint_seed()?;
    let signer = signer(&setup.origin, &seed)?;
    let current = signer.verifier().clone();
    let public_keys = PublicKeys::read(setup)?;
    public_keys.check_origin(&setup.origin)?;
    let ledger: Arc<dyn LedgerStore> = Arc::new(SqliteLedger::open(&setup.data).map_err(unusable)?);
    if !seed_is_new {
        public_keys.check_known(&current, &setup.keys)?;
    }
    let tiles = TileFolder::new(setup.data.join(LEDGER_FOLDER));
    let export = Export::new(&setup.export);
    let mut publisher = Publisher::open(Arc::clone(&ledger), tiles, export, signer, public_keys.former())
        .map_err(|why| unpublished(&why))?;
    // Only now, when what was exported is known to be this ledger's.
    public_keys.keep(&current)?;
    let recorded = LastRecorded::read(&*ledger).map_err(unusable)?;
    let clock = Arc::new(HeldClock::after(recorded, setup.clock));
    let unknown = close_open_decisions(&*ledger, &clock).await.map_err(unusable)?;
    if unknown > 0 {
        tracing::warn!(decisions = unknown, "ledger.recovered decisions without an outcome");
    }
    publisher.publish().map_err(|why| unpublished(&why))?;
    Ok((ledger, publisher, clock))
}

/// Refuses a name that no ledger can have.
///
/// # Errors
///
/// What is wrong with it.
pub(crate) fn check_origin(origin: &str) -> Result<(), Failure> {
    signer(origin, &[0; 32]).map(drop)
}

fn signer(origin: &str, seed: &[u8; 32]) -> Result<SignerKey, Failure> {
    SignerKey::from_seed(origin, seed).map_err(|why| {
        Failure::usage(
            format!("{origin:?} cannot be the ledger's origin"),
            why,
            "write it like a URL without its scheme, such as gate.example.kz/audit/1",
        )
    })
}

/// A ledger that failed while it was open.
pub(super) fn failed() -> Failure {
    Failure::environment(
        "the ledger could not be written, so the gate stopped",
        "after a failed write or sync nobody knows what the disk holds",
        "look at the disk and the system's log, then start again; the ledger recovers from its file",
    )
}

fn unpublished(why: &PublisherError) -> Failure {
    let remedy = match why {
        PublisherError::Folder { .. } | PublisherError::Export { .. } => {
            "make that folder readable and writable for the user that runs Darbaza"
        }
        PublisherError::SetBack { .. } => {
            "put back a newer backup of the data folder. Where there is none, give the configuration a new \
             origin and export and run `darbaza ledger begin`: it keeps what is left as a closed ledger \
             (docs/operations.md)"
        }
        PublisherError::ForeignExport(_) => {
            "name the folder that this ledger's checkpoints are exported to, or an empty one"
        }
        _ => {
            "do not start with this data folder before it is clear who changed it; compare it with the \
             exported checkpoints by `darbaza ledger verify --since`"
        }
    };
    Failure::environment("the ledger cannot be published", with_sources(why), remedy)
}

/// A store that cannot be used, as the failure of a start.
pub(super) fn unusable(why: StoreError) -> Failure {
    let remedy = match &why {
        StoreError::Newer { .. } => {
            "start that version; to go back to this one, restore the backup that was made before the upgrade \
             (docs/operations.md)"
        }
        StoreError::Damaged(_) => "restore the newest backup into another folder; keep this one",
        _ => "look at the disk's free space and at the system's log",
    };
    Failure::environment("the data folder cannot be used", with_sources(&why), remedy)
}
