//! The thread that owns the only writing connection.
//!
//! 1. It waits for one leaf, then takes everything else that waits already, up to a bound.
//! 2. It writes them in one transaction; the commit syncs the log once for all of them.
//! 3. Only then it tells each waiter. While the disk syncs, the next ones gather: under load many
//!    leaves share one sync, alone a leaf waits for nobody.
//!
//! A full disk is told to the waiters and the thread goes on. Any other failure of the file ends it:
//! after a failed sync nobody knows what the disk holds (the kernel may have dropped the pages and
//! marked them clean), so nothing is retried, not even by closing the connection.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use darbaza_ledger::{Frontier, TreeHead};
use darbaza_store::{AppendError, Health, NewLeaf, SignedHead, StoreError, Ticket, TicketHolder, ticket};
use rusqlite::{Connection, ErrorCode};

use crate::open::engine;

use super::{batch, read};

/// Leaves in one transaction. More would make the first of them wait for the last.
const BATCH: usize = 1024;
/// Leaves that may wait. Beyond it the gate refuses instead of promising what it cannot keep.
const QUEUE: usize = 64 * 1024;
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
}

/// The handle to the thread; dropping it waits until everything handed in is written.
pub(super) struct Writer {
    commands: Sender<Command>,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub(super) fn start(
        connection: Connection,
        path: PathBuf,
        on_failure: Box<dyn FnOnce() + Send>,
    ) -> Result<Writer, StoreError> {
        let tree = batch::load_tree(&connection)?;
        let signed = read::signed_head(&connection)?.map_or(0, |head| head.head.size);
        let shared = Arc::new(Shared {
            waiting: AtomicUsize::new(0),
            writable: AtomicBool::new(true),
            head: Mutex::new(tree.head()),
        });
        let (commands, inbox) = channel();
        let wal = path.with_extension("db-wal");
        let desk =
            Desk { connection, tree, signed, shared: Arc::clone(&shared), wal, checkpointed: Instant::now() };
        let thread = std::thread::Builder::new()
            .name("ledger".to_owned())
            .spawn(move || desk.work(&inbox, on_failure))
            .map_err(|source| StoreError::Engine {
                doing: "starting the writer",
                source: Box::new(source),
            })?;
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
}

impl Pile {
    fn put(&mut self, command: Command) {
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
    shared: Arc<Shared>,
    wal: PathBuf,
    checkpointed: Instant,
}

/// Whether the thread goes on after a transaction.
enum After {
    GoOn,
    Failed,
}

impl Desk {
    fn work(mut self, inbox: &Receiver<Command>, on_failure: Box<dyn FnOnce() + Send>) {
        while let Ok(first) = inbox.recv() {
            let mut pile = Pile::default();
            pile.put(first);
            while !pile.is_full()
                && let Ok(next) = inbox.try_recv()
            {
                pile.put(next);
            }
            let stop = pile.stop;
            if let After::Failed = self.write(pile) {
                // Closing the connection would sync again; the process is about to end.
                std::mem::forget(self.connection);
                on_failure();
                return;
            }
            if stop {
                self.fold_log("TRUNCATE");
                return;
            }
            self.keep_log_small();
        }
    }

    fn write(&mut self, pile: Pile) -> After {
        let Pile { leaves, holders, mut sign, .. } = pile;
        if let Some((head, reply)) = sign.take_if(|(head, _)| head.head.size < self.signed) {
            let text =
                format!("a head of {} leaves was to be signed after one of {}", head.head.size, self.signed);
            drop(reply.send(Err(StoreError::Damaged(text))));
        }
        if leaves.is_empty() && sign.is_none() {
            return After::GoOn;
        }
        let result = batch::write(&mut self.connection, &self.tree, &leaves, sign.as_ref().map(|(h, _)| h));
        self.shared.waiting.fetch_sub(holders.len(), Ordering::AcqRel);
        match result {
            Ok(written) => {
                self.tree = written.tree;
                *self.shared.head.lock().unwrap_or_else(PoisonError::into_inner) = self.tree.head();
                self.shared.writable.store(true, Ordering::Release);
                if let Some((head, reply)) = sign {
                    self.signed = head.head.size;
                    drop(reply.send(Ok(())));
                }
                holders.into_iter().zip(written.places).for_each(|(holder, place)| holder.resolve(place));
                After::GoOn
            }
            Err(error) => {
                let full = error.sqlite_error_code() == Some(ErrorCode::DiskFull);
                let told = if full { AppendError::Full } else { AppendError::Failed };
                self.shared.writable.store(false, Ordering::Release);
                tracing::error!(error = %error, leaves = holders.len(), "the ledger could not be written");
                holders.into_iter().for_each(|holder| holder.resolve(Err(told)));
                if let Some((_, reply)) = sign {
                    drop(reply.send(Err(engine("keeping the signed head")(error))));
                }
                if full { After::GoOn } else { After::Failed }
            }
        }
    }

    /// Folds the log back while nobody waits, or when it has grown large.
    fn keep_log_small(&mut self) {
        const LOOK_EVERY: Duration = Duration::from_millis(500);
        if self.checkpointed.elapsed() < LOOK_EVERY {
            return;
        }
        self.checkpointed = Instant::now();
        let large = std::fs::metadata(&self.wal).is_ok_and(|file| file.len() > WAL_BYTES);
        if large {
            self.fold_log("PASSIVE");
        }
    }

    /// A failure here loses nothing: the log keeps what the database file lacks.
    fn fold_log(&self, mode: &str) {
        if let Err(error) =
            self.connection.query_row(&format!("PRAGMA wal_checkpoint({mode})"), [], |_| Ok(()))
        {
            tracing::warn!(error = %error, "the ledger's log could not be folded back");
        }
    }
}
