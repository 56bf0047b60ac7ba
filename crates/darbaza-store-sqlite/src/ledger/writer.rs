//! The thread that owns the only writing connection.
//!
//! 1. It waits for one leaf, then takes everything else that waits already, up to a bound. An outcome,
//!    for which nobody waits, gives a decision a few milliseconds to come along: else every request
//!    would cost two syncs, and the next decision would wait for the former's outcome.
//! 2. It writes them in one transaction; the commit syncs the log once for all of them.
//! 3. Only then it tells each waiter. While the disk syncs, the next ones gather: under load many
//!    leaves share one sync, alone a leaf waits for nobody.
//!
//! A full disk is told to the waiters and the thread goes on, looking every second whether there is
//! space again; outcomes and notes wait for it. Any other failure of the file ends the thread: after
//! a failed sync nobody knows what the disk holds (the kernel may have dropped the pages and marked
//! them clean), so nothing is retried, not even by closing the connection.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use darbaza_ledger::{Frontier, TreeHead};
use darbaza_store::{
    AppendError, Durations, Health, LeafKind, LedgerFailed, NewLeaf, SignedHead, StoreError, Ticket,
    TicketHolder, ticket,
};
use rusqlite::{Connection, ErrorCode, ffi};
use tokio::sync::watch;

use crate::open::engine;

use super::{batch, read};

/// Leaves in one transaction. More would make the first of them wait for the last.
const BATCH: usize = 1024;
/// Leaves that may wait. Beyond it the gate refuses instead of promising what it cannot keep.
const QUEUE: usize = 64 * 1024;
/// Outcomes and notes that are kept in memory while the disk is full.
const OWED: usize = 64 * 1024;
/// How long outcomes wait for something that is waited for.
const COMPANY: Duration = Duration::from_millis(5);
/// How often a file that could not be written is tried again where nobody else does.
const PROBE: Duration = Duration::from_secs(1);
/// The log is folded back into the database when it is larger than this, so that it stays small.
const WAL_BYTES: u64 = 16 * 1024 * 1024;

enum Command {
    Append(NewLeaf, TicketHolder),
    Sign(SignedHead, SyncSender<Result<(), StoreError>>),
    Stop,
}

struct Shared {
    waiting: AtomicUsize,
    writable: AtomicBool,
    head: Mutex<TreeHead>,
    failed: watch::Sender<bool>,
    appends: Arc<Durations>,
}

/// The handle to the thread; dropping it waits until everything handed in is written.
pub(super) struct Writer {
    commands: Sender<Command>,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub(super) fn start(connection: Connection, path: &Path) -> Result<Writer, StoreError> {
        let tree = batch::load_tree(&connection)?;
        let signed = read::signed_head(&connection)?.map_or(0, |head| head.head.size);
        let shared = Arc::new(Shared {
            waiting: AtomicUsize::new(0),
            writable: AtomicBool::new(true),
            head: Mutex::new(tree.head()),
            failed: watch::Sender::new(false),
            appends: Arc::default(),
        });
        let (commands, inbox) = channel();
        let wal = path.with_extension("db-wal");
        let desk = Desk {
            connection,
            tree,
            signed,
            owed: Vec::new(),
            shared: Arc::clone(&shared),
            wal,
            checkpointed: Instant::now(),
        };
        let thread =
            std::thread::Builder::new().name("ledger".to_owned()).spawn(move || desk.work(&inbox)).map_err(
                |source| StoreError::Engine { doing: "starting the writer", source: Box::new(source) },
            )?;
        Ok(Writer { commands, shared, thread: Some(thread) })
    }

    pub(super) fn submit(&self, leaf: NewLeaf) -> Ticket {
        let (holder, ticket) = ticket();
        if self.shared.waiting.fetch_add(1, Ordering::AcqRel) >= QUEUE {
            self.shared.waiting.fetch_sub(1, Ordering::AcqRel);
            holder.resolve(Err(AppendError::Overloaded));
            return ticket;
        }
        // A failed send drops the holder, which resolves the ticket to `Closed`.
        if self.commands.send(Command::Append(leaf, holder)).is_err() {
            self.shared.waiting.fetch_sub(1, Ordering::AcqRel);
        }
        ticket
    }

    pub(super) fn keep_signed_head(&self, head: SignedHead) -> Result<(), StoreError> {
        let (reply, answer) = sync_channel(1);
        let closed = |_| StoreError::Append(AppendError::Closed);
        self.commands.send(Command::Sign(head, reply)).map_err(|_| AppendError::Closed)?;
        answer.recv().map_err(closed)?
    }

    pub(super) fn health(&self) -> Health {
        Health {
            waiting: self.shared.waiting.load(Ordering::Acquire),
            writable: self.shared.writable.load(Ordering::Acquire),
        }
    }

    pub(super) fn append_durations(&self) -> Arc<Durations> {
        Arc::clone(&self.shared.appends)
    }

    pub(super) fn failed(&self) -> LedgerFailed {
        let mut failed = self.shared.failed.subscribe();
        Box::pin(async move {
            if failed.wait_for(|failed| *failed).await.is_err() {
                // The store was closed in order, so it can fail no more.
                std::future::pending::<()>().await;
            }
        })
    }

    pub(super) fn head(&self) -> TreeHead {
        *self.shared.head.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        drop(self.commands.send(Command::Stop));
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

/// What waits for one transaction.
#[derive(Default)]
struct Pile {
    leaves: Vec<NewLeaf>,
    holders: Vec<TicketHolder>,
    sign: Option<(SignedHead, SyncSender<Result<(), StoreError>>)>,
    stop: bool,
    /// Whether somebody waits for it: anything but an outcome is in it.
    waited_for: bool,
}

impl Pile {
    fn put(&mut self, command: Command) {
        self.waited_for |= !matches!(&command, Command::Append(leaf, _) if leaf.kind == LeafKind::Outcome);
        match command {
            Command::Append(leaf, holder) => {
                self.leaves.push(leaf);
                self.holders.push(holder);
            }
            Command::Sign(head, reply) => self.sign = Some((head, reply)),
            Command::Stop => self.stop = true,
        }
    }

    fn is_full(&self) -> bool {
        self.leaves.len() >= BATCH || self.sign.is_some() || self.stop
    }
}

/// The thread's own things.
struct Desk {
    connection: Connection,
    tree: Frontier,
    signed: u64,
    /// Outcomes and notes that found the disk full.
    owed: Vec<NewLeaf>,
    shared: Arc<Shared>,
    wal: PathBuf,
    checkpointed: Instant,
}

/// Whether the thread goes on after it touched the file.
#[derive(PartialEq, Eq)]
enum After {
    GoOn,
    Failed,
}

impl Desk {
    fn work(mut self, inbox: &Receiver<Command>) {
        while let Some(pile) = self.next_pile(inbox) {
            let stop = pile.stop;
            if self.write(pile) == After::Failed {
                return self.fail();
            }
            if stop {
                if self.fold_log("TRUNCATE") == After::Failed {
                    self.fail();
                }
                return;
            }
            if self.keep_log_small() == After::Failed {
                return self.fail();
            }
        }
    }

    /// What waits; an empty pile where the file is to be tried again.
    fn next_pile(&self, inbox: &Receiver<Command>) -> Option<Pile> {
        let mut pile = Pile::default();
        if self.shared.writable.load(Ordering::Acquire) {
            pile.put(inbox.recv().ok()?);
        } else {
            match inbox.recv_timeout(PROBE) {
                Ok(command) => pile.put(command),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return None,
            }
        }
        let until = Instant::now() + COMPANY;
        while !pile.is_full() {
            let next = match inbox.try_recv() {
                Err(_) if !pile.waited_for && !pile.leaves.is_empty() => {
                    inbox.recv_timeout(until.saturating_duration_since(Instant::now())).ok()
                }
                next => next.ok(),
            };
            let Some(next) = next else { break };
            pile.put(next);
        }
        Some(pile)
    }

    fn write(&mut self, pile: Pile) -> After {
        let Pile { leaves: new, holders, mut sign, stop, waited_for: _ } = pile;
        if let Some((head, reply)) = sign.take_if(|(head, _)| head.head.size < self.signed) {
            let text =
                format!("a head of {} leaves was to be signed after one of {}", head.head.size, self.signed);
            drop(reply.send(Err(StoreError::Damaged(text))));
        }
        let writable = self.shared.writable.load(Ordering::Acquire);
        if new.is_empty() && sign.is_none() && (writable || (stop && self.owed.is_empty())) {
            return After::GoOn;
        }
        let before = self.owed.len();
        let mut leaves = std::mem::take(&mut self.owed);
        leaves.extend(new);
        let result = batch::write(&mut self.connection, &self.tree, &leaves, sign.as_ref().map(|(h, _)| h));
        self.shared.waiting.fetch_sub(holders.len(), Ordering::AcqRel);
        match result {
            Ok(written) => {
                self.tree = written.tree;
                *self.shared.head.lock().unwrap_or_else(PoisonError::into_inner) = self.tree.head();
                if !self.shared.writable.swap(true, Ordering::AcqRel) {
                    tracing::info!(kept = before, "ledger.writable again");
                }
                if let Some((head, reply)) = sign {
                    self.signed = head.head.size;
                    drop(reply.send(Ok(())));
                }
                let places = written.places.into_iter().skip(before);
                for (holder, place) in holders.into_iter().zip(places) {
                    self.shared.appends.count(holder.waited());
                    holder.resolve(place);
                }
                After::GoOn
            }
            Err(error) => {
                let told = told(&error);
                // Said once, not with every request for as long as the disk is full.
                if self.shared.writable.swap(false, Ordering::AcqRel) || told == AppendError::Failed {
                    tracing::error!(error = %error, leaves = leaves.len(), "the ledger could not be written");
                }
                holders.into_iter().for_each(|holder| holder.resolve(Err(told)));
                if let Some((_, reply)) = sign {
                    drop(reply.send(Err(engine("keeping the signed head")(error))));
                }
                if told == AppendError::Failed {
                    return After::Failed;
                }
                leaves.retain(|leaf| matches!(leaf.kind, LeafKind::Outcome | LeafKind::Note));
                leaves.truncate(OWED);
                self.owed = leaves;
                After::GoOn
            }
        }
    }

    /// Folds the log back when it has grown large.
    fn keep_log_small(&mut self) -> After {
        const LOOK_EVERY: Duration = Duration::from_millis(500);
        if self.checkpointed.elapsed() < LOOK_EVERY {
            return After::GoOn;
        }
        self.checkpointed = Instant::now();
        let large = std::fs::metadata(&self.wal).is_ok_and(|file| file.len() > WAL_BYTES);
        if large { self.fold_log("PASSIVE") } else { After::GoOn }
    }

    /// A full disk or a busy reader loses nothing here: the log keeps what the database file lacks.
    /// A failed sync is one like any other.
    fn fold_log(&self, mode: &str) -> After {
        let folded = self.connection.query_row(&format!("PRAGMA wal_checkpoint({mode})"), [], |_| Ok(()));
        let Err(error) = folded else { return After::GoOn };
        tracing::warn!(error = %error, "the ledger's log could not be folded back");
        if told(&error) == AppendError::Failed { After::Failed } else { After::GoOn }
    }

    /// The end after a failure. Closing the connection would sync again, so it is left open for the
    /// process's end, which is near. From here on every submission finds the thread gone.
    fn fail(self) {
        self.shared.writable.store(false, Ordering::Release);
        self.shared.failed.send_replace(true);
        std::mem::forget(self.connection);
    }
}

/// What an error means to whoever waits.
fn told(error: &rusqlite::Error) -> AppendError {
    let extended = error.sqlite_error().map(|e| e.extended_code);
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => AppendError::Full,
        // The index of the log could not grow. The log itself is written from its old end again.
        _ if extended == Some(ffi::SQLITE_IOERR_SHMSIZE) => AppendError::Full,
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => AppendError::Busy,
        _ => AppendError::Failed,
    }
}
