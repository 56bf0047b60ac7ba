//! Where a command does its work: at the running server of the data folder, which is asked over its
//! socket, else at a desk of its own in a folder that it takes for itself.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use darbaza_gateway::{Clock, HeldClock, InForce, KeyBook, LastRecorded};
use darbaza_policy::Policy;
use darbaza_store::{LedgerStore, RegisterStore, StoreError};
use darbaza_store_sqlite::{Database, SqliteLedger, SqliteMain};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::runtime;
use crate::cli::Data;
use crate::data_folder::{DataFolder, NotOwned};
use crate::failure::{Failure, with_sources};
use crate::key_desk::KeyDesk;
use crate::noted::Noted;
use crate::owner_socket::ask;
use crate::register_desk::{RegisterDesk, compile};
use crate::secret_files::SecretFiles;
use crate::system_desk::SystemDesk;

/// A data folder that no server runs on.
pub(super) struct Own {
    folder: DataFolder,
    keys: PathBuf,
}

/// Asks the running server, or does it where none runs.
pub(super) fn at_desk<Q: Serialize, A: DeserializeOwned>(
    data: &Data,
    address: &str,
    question: &Q,
    own: impl FnOnce(&Own) -> Result<Noted<A>, Failure>,
) -> Result<A, Failure> {
    let folder = data.folder()?;
    let keys = data.keys_folder(&folder)?;
    if !folder.join("main.db").exists() {
        return Err(Failure::usage(
            format!("{} is not the data folder of a gate", folder.display()),
            "no server was ever started with it",
            "start one with `darbaza serve` or `darbaza demo`, or name its folder with --data",
        ));
    }
    match DataFolder::own(&folder) {
        Ok(folder) => {
            let own = own(&Own { folder, keys })?;
            runtime()?.block_on(own.durable())
        }
        Err(NotOwned::Busy) => runtime()?.block_on(ask(&folder, address, question)),
        Err(NotOwned::Failed(failure)) => Err(failure),
    }
}

impl Own {
    /// Its keys and acts.
    pub(super) fn store(&self) -> Result<Arc<SqliteMain>, Failure> {
        SqliteMain::open(self.folder.path()).map(Arc::new).map_err(unopened)
    }

    /// The register in force.
    pub(super) fn policy(&self) -> Result<Policy, Failure> {
        let current = self.store()?.in_force().map_err(unopened)?;
        let current = current.ok_or_else(|| {
            Failure::usage(
                "no register is in force",
                "no server was started with this data folder since registers are kept in it",
                "start one with `darbaza serve` or `darbaza demo`",
            )
        })?;
        compile(&current.register.text)
    }

    /// Where its keys are issued and ended.
    pub(super) fn key_desk(&self) -> Result<KeyDesk, Failure> {
        let keys = self.keys.clone();
        let (ledger, clock) = self.ledger()?;
        Ok(KeyDesk {
            store: self.store()?,
            book: Arc::new(KeyBook::default()),
            ledger,
            lookup: Box::new(move |key| Ok(SecretFiles::open(&keys, false)?.gate_keys()?.lookup(key))),
            in_force: Arc::new(InForce::new(self.policy()?)),
            clock,
            one_at_a_time: Mutex::default(),
        })
    }

    /// Where its systems are suspended and resumed.
    pub(super) fn system_desk(&self) -> Result<SystemDesk, Failure> {
        let (ledger, clock) = self.ledger()?;
        Ok(SystemDesk {
            store: self.store()?,
            book: Arc::new(KeyBook::default()),
            ledger,
            in_force: Arc::new(InForce::new(self.policy()?)),
            clock,
            one_at_a_time: Mutex::default(),
        })
    }

    /// Where its registers are put in force.
    pub(super) fn register_desk(&self) -> Result<RegisterDesk, Failure> {
        let (ledger, clock) = self.ledger()?;
        Ok(RegisterDesk {
            store: self.store()?,
            ledger,
            in_force: Arc::new(InForce::new(self.policy()?)),
            clock,
            // The next start looks at the addresses.
            reaches: Box::new(|_, _| true),
            one_at_a_time: Mutex::default(),
        })
    }

    /// Its ledger, and the time that goes on from the last record.
    fn ledger(&self) -> Result<(Arc<dyn LedgerStore>, Arc<HeldClock>), Failure> {
        if !self.folder.path().join(Database::Ledger.file()).exists() {
            return Err(Failure::environment(
                "the ledger is missing",
                format!("there is no {} in {}", Database::Ledger.file(), self.folder.path().display()),
                "restore the data folder from a backup; a command begins no new ledger",
            ));
        }
        let ledger = SqliteLedger::open(self.folder.path()).map_err(unopened)?;
        let recorded = LastRecorded::read(&ledger).map_err(unopened)?;
        Ok((Arc::new(ledger), Arc::new(HeldClock::after(recorded, Clock::default()))))
    }
}

fn unopened(why: StoreError) -> Failure {
    Failure::environment(
        "the data folder cannot be opened",
        with_sources(&why),
        "look at its permissions and free space, and at the version that wrote it",
    )
}
