//! A promise that a leaf will be durable.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use crate::AppendError;

/// Resolves once the leaf is on disk, to its index in the ledger.
///
/// Dropping a ticket does not take the leaf back: whoever asked to record something that happened
/// cannot un-happen it.
#[derive(Debug)]
#[must_use = "an answer may leave only after its record is durable"]
pub struct Ticket(oneshot::Receiver<Result<u64, AppendError>>);

/// The engine's end of a ticket.
#[derive(Debug)]
pub struct TicketHolder {
    waiter: oneshot::Sender<Result<u64, AppendError>>,
    since: Instant,
}

/// Makes a ticket and the end that resolves it.
pub fn ticket() -> (TicketHolder, Ticket) {
    let (sender, receiver) = oneshot::channel();
    (TicketHolder { waiter: sender, since: Instant::now() }, Ticket(receiver))
}

impl TicketHolder {
    /// Tells the waiter what became of the leaf.
    pub fn resolve(self, result: Result<u64, AppendError>) {
        // Nobody waits for an outcome leaf; that is no error.
        let _ = self.waiter.send(result);
    }

    /// How long the waiter has waited.
    pub fn waited(&self) -> Duration {
        self.since.elapsed()
    }
}

impl Future for Ticket {
    type Output = Result<u64, AppendError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(context).map(|r| r.unwrap_or(Err(AppendError::Closed)))
    }
}
