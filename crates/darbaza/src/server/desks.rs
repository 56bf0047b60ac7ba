//! The desks of a running server: where its owner's commands are done, and what they change.

use std::sync::{Arc, Mutex};

use darbaza_gateway::{GateKeys, HeldClock, InForce, KeyBook};
use darbaza_store::{KeyStore, LedgerStore, RegisterStore, SystemStore};
use darbaza_store_sqlite::SqliteMain;

use super::chores::KeptUses;
use super::ledger::unusable;
use crate::failure::Failure;
use crate::key_desk::KeyDesk;
use crate::register_desk::{Reaches, RegisterDesk};
use crate::system_desk::SystemDesk;

pub(super) struct Desks {
    /// The keys as the gate holds them.
    pub(super) book: Arc<KeyBook>,
    pub(super) keys: Arc<KeyDesk>,
    pub(super) systems: Arc<SystemDesk>,
    pub(super) registers: Arc<RegisterDesk>,
    pub(super) uses: Arc<KeptUses>,
}

impl Desks {
    /// Opens them with what the store knows.
    ///
    /// # Errors
    ///
    /// Where the store cannot be read.
    pub(super) fn open(
        store: &Arc<SqliteMain>,
        ledger: &Arc<dyn LedgerStore>,
        in_force: &Arc<InForce>,
        clock: &Arc<HeldClock>,
        gate_keys: GateKeys,
        reaches: Reaches,
    ) -> Result<Desks, Failure> {
        let keys = store.keys().map_err(unusable)?;
        let uses = store.last_use().map_err(unusable)?;
        let book = Arc::new(KeyBook::new(keys, &uses, store.suspended().map_err(unusable)?));
        Ok(Desks {
            keys: Arc::new(KeyDesk {
                store: Arc::clone(store) as Arc<dyn KeyStore>,
                book: Arc::clone(&book),
                ledger: Arc::clone(ledger),
                lookup: Box::new(move |key| Ok(gate_keys.lookup(key))),
                in_force: Arc::clone(in_force),
                clock: Arc::clone(clock),
                one_at_a_time: Mutex::default(),
            }),
            systems: Arc::new(SystemDesk {
                store: Arc::clone(store) as Arc<dyn SystemStore>,
                book: Arc::clone(&book),
                ledger: Arc::clone(ledger),
                in_force: Arc::clone(in_force),
                clock: Arc::clone(clock),
                one_at_a_time: Mutex::default(),
            }),
            registers: Arc::new(RegisterDesk {
                store: Arc::clone(store) as Arc<dyn RegisterStore>,
                ledger: Arc::clone(ledger),
                in_force: Arc::clone(in_force),
                clock: Arc::clone(clock),
                reaches,
                one_at_a_time: Mutex::default(),
            }),
            uses: KeptUses::new(Arc::clone(store) as Arc<dyn KeyStore>, Arc::clone(&book)),
            book,
        })
    }
}
