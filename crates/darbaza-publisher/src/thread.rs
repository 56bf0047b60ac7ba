//! The publisher's thread.

use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use darbaza_core::with_sources;

use crate::publisher::{Publisher, PublisherError};
use crate::status::PublisherStatus;

/// Checkpoints stand at most a second apart while the ledger grows; half of it is left for writing.
const ROUND: Duration = Duration::from_millis(500);

/// A thread that publishes again and again, until it is dropped; then once more.
pub struct PublisherThread {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
    status: Arc<PublisherStatus>,
}

impl PublisherThread {
    /// Starts the thread.
    ///
    /// # Errors
    ///
    /// Where the system gives no thread.
    pub fn start(mut publisher: Publisher) -> std::io::Result<PublisherThread> {
        let (stop, stopped) = channel();
        let status = Arc::new(PublisherStatus::new(publisher.signed_records()));
        let told = Arc::clone(&status);
        let thread = std::thread::Builder::new().name("publisher".to_owned()).spawn(move || {
            let mut failing = false;
            let mut begun = Instant::now();
            loop {
                // Counted from the beginning of the last round, however long its writing took.
                let pause = ROUND.saturating_sub(begun.elapsed());
                let ends = stopped.recv_timeout(pause) != Err(RecvTimeoutError::Timeout);
                begun = Instant::now();
                let published = publisher.publish();
                if published.is_ok() {
                    told.published(publisher.signed_records());
                }
                match published {
                    Ok(_) if failing => {
                        failing = false;
                        tracing::info!("ledger.published again");
                    }
                    Ok(_) => {}
                    // Said once, not twice a second for as long as a share is away.
                    Err(error) if !failing => {
                        failing = true;
                        complain(&error);
                    }
                    Err(_) => {}
                }
                if ends {
                    return;
                }
            }
        })?;
        Ok(PublisherThread { stop: Some(stop), thread: Some(thread), status })
    }

    /// How it is doing.
    pub fn status(&self) -> Arc<PublisherStatus> {
        Arc::clone(&self.status)
    }
}

fn complain(error: &PublisherError) {
    tracing::error!(error = %with_sources(error), "the ledger could not be published");
}

impl Drop for PublisherThread {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}
