//! The whole server put together: stores, publisher, gate, listeners, the owner's socket.

mod chores;
mod desks;
mod ledger;
mod phase;
mod register;
mod vitals;

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use darbaza_core::SystemKey;
use darbaza_gateway::{Clock, Gate, GateParts, Limits, Times, VendorTable, gate_router, operations_router};
use darbaza_publisher::PublisherThread;
use darbaza_store::LedgerStore;
use darbaza_store_sqlite::SqliteMain;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::config::{Listener, Waits};
use crate::data_folder::DataFolder;
use crate::failure::{Exit, Failure};
use crate::key_desk::{IssuedKey, KeyDesk, KeyRequest, Revocation};
use crate::listen::{Open, most_connections};
use crate::noted::Noted;
use crate::os_user::os_user;
use crate::owner_socket;
use crate::register_desk::{Reaches, compile};
use crate::secret_files::SecretFiles;

pub(crate) use ledger::check_origin;
pub use register::FirstRegister;

use vitals::DiskWatch;

use chores::{KeptUses, every_few_seconds};
use desks::Desks;
use phase::{Phase, reached};

/// The ledger's public files in the data folder.
pub(crate) const LEDGER_FOLDER: &str = "ledger";
/// Connections to health and metrics: a few scrapers, apart from the traffic's.
const OPERATORS_CONNECTIONS: usize = 32;
/// After the patience with open requests has ended, they have this long to be told.
const CUT_OFF: Duration = Duration::from_secs(2);
/// After a failed write, open requests have this long to be told; the process ends within a second.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// What a server is started with.
pub struct Setup {
    /// The data folder.
    pub data: PathBuf,
    /// The folder of the secret keys.
    pub keys: PathBuf,
    /// Where checkpoints are exported to.
    pub export: PathBuf,
    /// The name of the ledger in its checkpoints.
    pub origin: String,
    /// The register to begin with.
    pub register: FirstRegister,
    /// The vendors' addresses and secrets.
    pub vendors: VendorTable,
    /// How long vendors may take.
    pub times: Times,
    /// Bounds on requests.
    pub limits: Limits,
    /// How long clients are waited for.
    pub waits: Waits,
    /// Free space on the data folder's disk below which the alarm is raised, in bytes.
    pub disk_free_bytes: u64,
    /// The clock.
    pub clock: Clock,
    /// Where the gate listens.
    pub gateway: Listener,
    /// Where health and metrics listen.
    pub operations: Listener,
}

/// A running server.
pub struct Server {
    gateway: String,
    operations: String,
    desk: Arc<KeyDesk>,
    gate: Arc<Gate>,
    drain: Duration,
    phase: watch::Sender<Phase>,
    tasks: Vec<JoinHandle<io::Result<()>>>,
    uses: Arc<KeptUses>,
    chores: JoinHandle<()>,
    watch: JoinHandle<()>,
    // Dropped in this order: the publisher reads the ledger, the ledger writes in the folder.
    _publisher: PublisherThread,
    ledger: Arc<dyn LedgerStore>,
    _folder: DataFolder,
}

impl Server {
    /// Starts everything; when this returns, every listener accepts.
    ///
    /// # Errors
    ///
    /// What cannot be started, and what to do.
    pub async fn start(setup: Setup) -> Result<Server, Failure> {
        // What can be found wrong without touching anything comes first, so that a start that
        // fails leaves nothing half-made.
        compile(&setup.register.text)?;
        check_origin(&setup.origin)?;
        owner_socket::check_length(&setup.data)?;
        let folder = DataFolder::own(&setup.data).map_err(|e| e.into_failure(&setup.data))?;
        let gateway = Open::bind("gateway", &setup.gateway).await?;
        let operations = Open::bind("operations listener", &setup.operations).await?;

        let secrets = SecretFiles::open(&setup.keys, !setup.data.join("ledger.db").exists())?;
        let gate_keys = secrets.gate_keys()?;
        let (ledger, publisher, clock) = ledger::open(&setup, &secrets).await?;
        let store = Arc::new(SqliteMain::open(folder.path()).map_err(ledger::unusable)?);
        let in_force = Arc::new(register::begin(&setup.register, &store, &ledger, &clock).await?);
        let publisher = PublisherThread::start(publisher).map_err(|why| {
            Failure::environment("no thread for the ledger", why, "look at the system's limits")
        })?;

        let reaches = reaches(&setup.vendors);
        let desks = Desks::open(&store, &ledger, &in_force, &clock, secrets.gate_keys()?, reaches)?;
        let gate = Arc::new(
            Gate::new(GateParts {
                in_force,
                ledger: Arc::clone(&ledger),
                keybook: Arc::clone(&desks.book),
                keys: gate_keys,
                masking_keys: Box::new(secrets),
                vendors: setup.vendors,
                times: setup.times,
                limits: setup.limits,
                clock,
            })
            .map_err(|why| Failure::environment("TLS to vendors cannot be set up", why, "report this"))?,
        );

        let mut disk = DiskWatch::new(&setup.data, setup.disk_free_bytes);
        disk.look(&gate);
        let socket = owner_socket::bind(folder.path())?;
        let (phase, phases) = watch::channel(Phase::Serving);
        let until = |phase| reached(phases.clone(), phase);
        let (gateway_url, operations_url) = (gateway.base_url(), operations.base_url());
        let tasks = vec![
            gateway.serve(
                gate_router(Arc::clone(&gate), setup.gateway.names()),
                most_connections(),
                setup.waits,
                until(Phase::Draining),
                until(Phase::Cut),
            ),
            operations.serve(
                operations_router(Arc::clone(&gate), setup.operations.names()),
                OPERATORS_CONNECTIONS,
                setup.waits,
                until(Phase::Draining),
                until(Phase::Cut),
            ),
            tokio::spawn({
                let (router, until) = (
                    owner_socket::router(Arc::clone(&desks.keys), desks.systems, desks.registers),
                    until(Phase::Draining),
                );
                async move { axum::serve(socket, router).with_graceful_shutdown(until).await }
            }),
        ];
        Ok(Server {
            gateway: gateway_url,
            operations: operations_url,
            desk: desks.keys,
            chores: tokio::spawn(every_few_seconds(Arc::clone(&gate), Arc::clone(&desks.uses))),
            uses: desks.uses,
            watch: tokio::spawn(vitals::watch(Arc::clone(&gate), disk, publisher.status())),
            gate,
            drain: setup.waits.drain,
            phase,
            tasks,
            _publisher: publisher,
            ledger,
            _folder: folder,
        })
    }

    /// The gate's base URL.
    pub fn gateway(&self) -> &str {
        &self.gateway
    }

    /// The base URL of health and metrics.
    pub fn operations(&self) -> &str {
        &self.operations
    }

    /// Issues an API key.
    ///
    /// # Errors
    ///
    /// Where the register has no such system or purpose, or the key cannot be kept.
    pub fn issue_key(&self, request: &KeyRequest) -> Result<IssuedKey, Failure> {
        self.desk.issue(request, &os_user()).map(Noted::told)
    }

    /// Revokes every key of a system; how many there were.
    ///
    /// # Errors
    ///
    /// Where that cannot be kept.
    pub fn revoke_keys(&self, system: &SystemKey) -> Result<usize, Failure> {
        let asked = Revocation { system: system.clone(), key: None };
        match self.desk.revoke(&asked, &os_user()) {
            Ok(noted) => Ok(noted.told().len()),
            Err(failure) if failure.exit() == Exit::Negative => Ok(0),
            Err(failure) => Err(failure),
        }
    }

    /// Runs until `end` resolves or the ledger fails, then lets open requests end.
    ///
    /// # Errors
    ///
    /// Where the ledger failed: the process must end then, with exit code 3 and within a second.
    pub async fn run_until(mut self, end: impl Future<Output = ()>) -> Result<(), Failure> {
        let ledger = Arc::clone(&self.ledger);
        let failed = tokio::select! {
            () = end => false,
            () = ledger.failed() => true,
        };
        self.chores.abort();
        self.watch.abort();
        // A ledger that fails while the last requests end is a failure like any other.
        let failed = failed || {
            self.phase.send_replace(Phase::Draining);
            tokio::select! {
                () = self.drain() => false,
                () = ledger.failed() => true,
            }
        };
        if failed {
            // The listeners stay open, so that whoever comes now is told and not cut off.
            tokio::time::sleep(LAST_WORDS).await;
            // Closing the databases would sync again, and a disk that fails may hang at it.
            std::mem::forget(self);
            return Err(ledger::failed());
        }
        self.gate.record_counts(true);
        self.uses.keep();
        self.wait_for_ledger().await;
        Ok(())
    }

    /// Until every request ended; those that do not in time are told so, and at last cut off.
    async fn drain(&mut self) {
        if !self.wait_for_tasks(self.drain).await {
            tracing::warn!(
                seconds = self.drain.as_secs(),
                "server.drain took too long; open requests are cut off"
            );
            self.gate.end_open_requests();
            if self.wait_for_tasks(CUT_OFF).await {
                return;
            }
            self.phase.send_replace(Phase::Cut);
            if !self.wait_for_tasks(CUT_OFF).await {
                self.tasks.iter().for_each(JoinHandle::abort);
            }
        }
    }

    /// Whether every task ended within that time.
    async fn wait_for_tasks(&mut self, patience: Duration) -> bool {
        let all = async {
            for task in self.tasks.iter_mut().filter(|task| !task.is_finished()) {
                let _ = task.await;
            }
        };
        tokio::time::timeout(patience, all).await.is_ok()
    }

    /// Until the last leaves are written, so that the last checkpoint covers them.
    async fn wait_for_ledger(&self) {
        let written = async {
            while self.ledger.health().waiting > 0 {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        let _ = tokio::time::timeout(Duration::from_secs(1), written).await;
    }
}

/// Which vendors the configuration has an address for.
fn reaches(vendors: &VendorTable) -> Reaches {
    let local: BTreeMap<_, bool> =
        vendors.iter().map(|(key, address)| (key.clone(), address.is_local())).collect();
    Box::new(move |key, must_be_local| local.get(key).is_some_and(|local| *local || !must_be_local))
}
