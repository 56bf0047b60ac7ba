//! Refusals by a key's limits, of which at most one a minute has a leaf: who is over a limit may ask
//! as fast as the network carries, and a leaf each would be a way to fill the disk.
//!
//! The first refusal of a span of a minute is recorded like any other. Those that follow in the span
//! are told its receipt and counted; the next refusal that is recorded says how many they were, or a
//! note does where none came.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use darbaza_core::Receipt;
use darbaza_store::Further;
use tokio::sync::OnceCell;

const SPAN: Duration = Duration::from_secs(60);

/// The refusals of one key.
#[derive(Default)]
pub(crate) struct Limited(Mutex<Option<Arc<Span>>>);

/// A minute with at least one refusal.
pub(crate) struct Span {
    since: Instant,
    /// What the span before left untold.
    before: Option<Further>,
    recorded: OnceCell<Receipt>,
    further: AtomicU64,
}

impl Limited {
    /// The span that a refusal belongs to.
    pub(crate) fn span(&self, now: Instant) -> Arc<Span> {
        let mut current = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(span) = current.as_ref().filter(|span| now.duration_since(span.since) < SPAN) {
            return Arc::clone(span);
        }
        let before = current.take().and_then(|span| span.untold());
        let further = AtomicU64::new(0);
        let span = Arc::new(Span { since: now, before, recorded: OnceCell::new(), further });
        *current = Some(Arc::clone(&span));
        span
    }

    /// What a span left untold that ended a minute ago, or any. Younger ones wait for the next
    /// refusal with a leaf.
    pub(super) fn take(&self, now: Instant, any: bool) -> Option<Further> {
        let mut current = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let over = current.as_ref().is_some_and(|span| any || now.duration_since(span.since) >= 2 * SPAN);
        if over { current.take()?.untold() } else { None }
    }
}

impl Span {
    /// What the refusal of this span has to tell of the ones before.
    pub(crate) fn before(&self) -> Option<Further> {
        self.before
    }

    /// The receipt of the span's refusal. The first one to come records it; the others wait for
    /// that, and are counted.
    pub(crate) async fn receipt<E>(
        &self,
        record: impl Future<Output = Result<Receipt, E>>,
    ) -> Result<Receipt, E> {
        let mut first = false;
        let receipt = self.recorded.get_or_try_init(|| {
            first = true;
            record
        });
        let receipt = *receipt.await?;
        if !first {
            self.further.fetch_add(1, Ordering::Relaxed);
        }
        Ok(receipt)
    }

    fn untold(&self) -> Option<Further> {
        let Some(receipt) = self.recorded.get() else { return self.before };
        let count = self.further.load(Ordering::Relaxed);
        (count > 0).then_some(Further { receipt: *receipt, count })
    }
}
