//! The whole server put together: stores, publisher, gate, listeners, the owner's socket.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use darbaza_core::SystemKey;
use darbaza_gateway::{
    Clock, Gate, GateParts, KeyBook, Limits, Times, VendorTable, close_open_decisions, gate_router,
    operations_router,
};
use darbaza_ledger::SignerKey;
use darbaza_publisher::{Export, Publisher, PublisherThread, TileFolder};
use darbaza_register::Register;
use darbaza_store::{KeyStore, LedgerStore};
use darbaza_store_sqlite::{SqliteKeys, SqliteLedger};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::config::Listener;
use crate::data_folder::DataFolder;
use crate::failure::{Failure, with_sources};
use crate::key_desk::{IssuedKey, KeyDesk, KeyRequest};
use crate::listen::Open;
use crate::owner_socket;
use crate::secret_files::SecretFiles;

/// The register in force, kept in the data folder for commands that run beside no server.
pub(crate) const REGISTER_IN_FORCE: &str = "register-in-force.yaml";
/// The ledger's public files in the data folder.
pub(crate) const LEDGER_FOLDER: &str = "ledger";
/// The ledger's public key, beside its tiles and beside its exported checkpoints.
pub(crate) const PUBLIC_KEY_FILE: &str = "ledger.vkey";

/// How long open requests may go on after the end was asked for.
const DRAIN: Duration = Duration::from_secs(30);
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
    /// The text of the register.
    pub register: String,
    /// The vendors' addresses and secrets.
    pub vendors: VendorTable,
    /// How long vendors may take.
    pub times: Times,
    /// Bounds on requests.
    pub limits: Limits,
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
    stop: watch::Sender<bool>,
    failed: watch::Receiver<bool>,
    tasks: Vec<JoinHandle<io::Result<()>>>,
    minute: JoinHandle<()>,
    // Dropped in this order: the publisher reads the ledger, the ledger writes in the folder.
    _publisher: PublisherThread,
    _ledger: Arc<dyn LedgerStore>,
    _folder: DataFolder,
}

impl Server {
    /// Starts everything; when this returns, every listener accepts.
    ///
    /// # Errors
    ///
    /// What cannot be started, and what to do.
    pub async fn start(setup: Setup) -> Result<Server, Failure> {
        let folder = DataFolder::own(&setup.data).map_err(|e| e.into_failure(&setup.data))?;
        let fresh = !setup.data.join("ledger.db").exists();
        let secrets = SecretFiles::open(&setup.keys, fresh)?;
        let gate_keys = secrets.gate_keys()?;
        let signer = SignerKey::from_seed(&setup.origin, &*secrets.checkpoint_seed()?).map_err(|why| {
            Failure::usage(
                format!("{:?} cannot be the ledger's origin", setup.origin),
                why,
                "write it like a URL without its scheme",
            )
        })?;
        let register = Arc::new(Register::read(&setup.register).map_err(|why| {
            Failure::usage("the register cannot be used", why, "`darbaza check` lists every problem")
        })?);

        let (failure_told, failed) = watch::channel(false);
        let ledger: Arc<dyn LedgerStore> = Arc::new(
            SqliteLedger::open(folder.path(), move || {
                let _ = failure_told.send(true);
            })
            .map_err(store_failure)?,
        );
        let keys: Arc<dyn KeyStore> = Arc::new(SqliteKeys::open(folder.path()).map_err(store_failure)?);
        let unknown = close_open_decisions(&*ledger, setup.clock).await.map_err(store_failure)?;
        if unknown > 0 {
            tracing::warn!(decisions = unknown, "ledger.recovered decisions without an outcome");
        }
        keep_public_files(&setup, &signer)?;
        let publisher = publish(&setup, Arc::clone(&ledger), signer)?;

        let book = Arc::new(KeyBook::new(keys.current().map_err(store_failure)?));
        let lookup_keys = secrets.gate_keys()?;
        let desk = Arc::new(KeyDesk {
            store: keys,
            book: Arc::clone(&book),
            lookup: Box::new(move |key| lookup_keys.lookup(key)),
            register: Arc::clone(&register),
        });
        let gate = Arc::new(
            Gate::new(GateParts {
                register,
                ledger: Arc::clone(&ledger),
                keybook: book,
                keys: gate_keys,
                masking_keys: Box::new(secrets),
                vendors: setup.vendors,
                times: setup.times,
                limits: setup.limits,
                clock: setup.clock,
            })
            .map_err(|why| Failure::environment("TLS to vendors cannot be set up", why, "report this"))?,
        );

        let gateway = Open::bind("gateway", &setup.gateway).await?;
        let operations = Open::bind("operations listener", &setup.operations).await?;
        let socket = owner_socket::bind(folder.path())?;
        let (stop, stopped) = watch::channel(false);
        let until = |mut stopped: watch::Receiver<bool>| async move {
            let _ = stopped.wait_for(|stop| *stop).await;
        };
        let (gateway_url, operations_url) = (gateway.base_url(), operations.base_url());
        let tasks = vec![
            gateway.serve(gate_router(Arc::clone(&gate), setup.gateway.names()), until(stopped.clone())),
            operations.serve(
                operations_router(Arc::clone(&gate), setup.operations.names()),
                until(stopped.clone()),
            ),
            tokio::spawn({
                let (router, until) = (owner_socket::router(Arc::clone(&desk)), until(stopped));
                async move { axum::serve(socket, router).with_graceful_shutdown(until).await }
            }),
        ];
        Ok(Server {
            gateway: gateway_url,
            operations: operations_url,
            desk,
            minute: tokio::spawn(every_minute(Arc::clone(&gate))),
            gate,
            stop,
            failed,
            tasks,
            _publisher: publisher,
            _ledger: ledger,
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
        self.desk.issue(request)
    }

    /// Revokes every key of a system.
    ///
    /// # Errors
    ///
    /// Where that cannot be kept.
    pub fn revoke_keys(&self, system: &SystemKey) -> Result<usize, Failure> {
        self.desk.revoke_system(system)
    }

    /// Runs until `end` resolves or the ledger fails, then lets open requests end.
    ///
    /// # Errors
    ///
    /// Where the ledger failed: the process must end then, with exit code 3 and within a second.
    pub async fn run_until(mut self, end: impl Future<Output = ()>) -> Result<(), Failure> {
        let failed = tokio::select! {
            () = end => false,
            failed = self.failed.wait_for(|failed| *failed) => failed.is_ok(),
        };
        let _ = self.stop.send(true);
        self.minute.abort();
        let patience = if failed { LAST_WORDS } else { DRAIN };
        let all = async {
            for task in &mut self.tasks {
                let _ = task.await;
            }
        };
        if tokio::time::timeout(patience, all).await.is_err() {
            self.tasks.iter().for_each(JoinHandle::abort);
        }
        if failed {
            return Err(Failure::environment(
                "the ledger could not be written, so the gate stopped",
                "after a failed write or sync nobody knows what the disk holds",
                "look at the disk and the system's log, then start again; the ledger recovers from its file",
            ));
        }
        self.gate.record_refused_keys();
        Ok(())
    }
}

async fn every_minute(gate: Arc<Gate>) {
    let mut minutes = tokio::time::interval(Duration::from_secs(60));
    loop {
        minutes.tick().await;
        gate.record_refused_keys();
    }
}

/// The register in force and the ledger's public key, for commands and for whoever verifies.
fn keep_public_files(setup: &Setup, signer: &SignerKey) -> Result<(), Failure> {
    let vkey = format!("{}\n", signer.verifier());
    let tiles = setup.data.join(LEDGER_FOLDER);
    let kept = std::fs::write(setup.data.join(REGISTER_IN_FORCE), &setup.register)
        .and_then(|()| std::fs::create_dir_all(&tiles))
        .and_then(|()| std::fs::write(tiles.join(PUBLIC_KEY_FILE), &vkey))
        .and_then(|()| std::fs::create_dir_all(&setup.export))
        .and_then(|()| std::fs::write(setup.export.join(PUBLIC_KEY_FILE), &vkey));
    kept.map_err(|why| {
        Failure::environment(
            "the data folder or the export folder cannot be written",
            why,
            "make both writable for the user that runs Darbaza",
        )
    })
}

fn publish(
    setup: &Setup,
    ledger: Arc<dyn LedgerStore>,
    signer: SignerKey,
) -> Result<PublisherThread, Failure> {
    let tiles = TileFolder::new(setup.data.join(LEDGER_FOLDER));
    let export = Export::new(&setup.export);
    let remedy = "do not start with this data folder before it is clear who changed it; compare it with the \
                  exported checkpoints by `darbaza ledger verify --since`";
    let publisher = Publisher::open(ledger, tiles, export, signer)
        .map_err(|why| Failure::environment("the ledger cannot be published", with_sources(&why), remedy))?;
    PublisherThread::start(publisher)
        .map_err(|why| Failure::environment("no thread for the ledger", why, "look at the system's limits"))
}

fn store_failure(why: darbaza_store::StoreError) -> Failure {
    Failure::environment(
        "the data folder cannot be used",
        with_sources(&why),
        "look at its permissions and free space, and at the version that wrote it",
    )
}
