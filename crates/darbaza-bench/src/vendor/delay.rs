//! Waiting to within a tenth of a millisecond. The runtime's timer counts whole milliseconds, and its
//! rounding would be in every difference between two runs.

use std::sync::mpsc::{Sender, channel};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

/// A thread that wakes whoever waited long enough. All wait equally long, so they are woken in the
/// order in which they came.
pub(super) struct Delay {
    length: Duration,
    waiting: Sender<(Instant, oneshot::Sender<()>)>,
}

impl Delay {
    pub(super) fn start(length: Duration) -> std::io::Result<Delay> {
        let (waiting, queue) = channel::<(Instant, oneshot::Sender<()>)>();
        std::thread::Builder::new().name("delay".to_owned()).spawn(move || {
            for (due, waiter) in queue {
                std::thread::sleep(due.saturating_duration_since(Instant::now()));
                let _ = waiter.send(());
            }
        })?;
        Ok(Delay { length, waiting })
    }

    pub(super) async fn wait(&self) {
        let (waiter, woken) = oneshot::channel();
        if self.waiting.send((Instant::now() + self.length, waiter)).is_ok() {
            let _ = woken.await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn everybody_waits_as_long_whoever_came_between() {
        let delay = Delay::start(Duration::from_millis(20)).unwrap();
        let begun = Instant::now();
        let later = async {
            tokio::time::sleep(Duration::from_millis(10)).await;
            delay.wait().await;
            begun.elapsed()
        };
        let ((), second) = tokio::join!(delay.wait(), later);
        assert!(second >= Duration::from_millis(30), "{second:?}");
    }
}
