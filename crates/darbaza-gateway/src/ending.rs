//! The end of the gate's patience: whoever still waits for an answer when the server has waited long
//! enough for its open requests is told, not cut off in silence.

use std::future::Future;

use tokio::sync::watch;

pub(crate) struct Ending(watch::Sender<bool>);

impl Default for Ending {
    fn default() -> Self {
        Ending(watch::Sender::new(false))
    }
}

impl Ending {
    pub(crate) fn begin(&self) {
        self.0.send_replace(true);
    }

    pub(crate) fn has_begun(&self) -> bool {
        *self.0.borrow()
    }

    /// Resolves once it has begun.
    pub(crate) fn begun(&self) -> impl Future<Output = ()> + Send + 'static {
        let mut begun = self.0.subscribe();
        async move {
            if begun.wait_for(|begun| *begun).await.is_err() {
                // The gate is gone, and with it whoever could begin the end.
                std::future::pending::<()>().await;
            }
        }
    }
}
