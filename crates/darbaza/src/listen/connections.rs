//! Connections of one listener: how many at once, and how long each may keep the gate waiting.
//!
//! Whoever has no key can still open connections. So their number is bounded, a handshake and the
//! head of a request have to come within a time, and beyond the bound the system's queue waits.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use super::patience::Patience;
use crate::config::Waits;

/// Headers of one request.
const HEADERS: usize = 100;
/// Bytes of a head, and of what is read ahead of a body.
const HEAD_BYTES: usize = 64 * 1024;
/// After a failed accept (no file descriptor is left), before the next.
const BREATH: Duration = Duration::from_millis(100);

/// The connections of one listener.
pub(super) struct Connections {
    tcp: TcpListener,
    tls: Option<TlsAcceptor>,
    router: Router,
    places: Arc<Semaphore>,
    waits: Waits,
}

impl Connections {
    pub(super) fn new(
        tcp: TcpListener,
        tls: Option<TlsAcceptor>,
        router: Router,
        most: usize,
        waits: Waits,
    ) -> Connections {
        Connections { tcp, tls, router, places: Arc::new(Semaphore::new(most)), waits }
    }

    /// Takes connections until `stop` resolves, then waits for the requests that are under way; once
    /// `cut` resolves, drops what is still open. When this returns, no connection holds anything.
    pub(super) async fn serve_until(
        self,
        stop: impl Future<Output = ()> + Send + 'static,
        cut: impl Future<Output = ()> + Send + 'static,
    ) -> io::Result<()> {
        let graceful = GracefulShutdown::new();
        let mut open = JoinSet::new();
        let mut stop = std::pin::pin!(stop);
        loop {
            let next = async {
                let place = Arc::clone(&self.places).acquire_owned().await.map_err(io::Error::other)?;
                self.tcp.accept().await.map(|(stream, _)| (stream, place))
            };
            tokio::select! {
                () = &mut stop => break,
                accepted = next => match accepted {
                    Ok((stream, place)) => {
                        open.spawn(self.take(stream, place, &graceful));
                    }
                    Err(error) => {
                        tracing::warn!(error = %error, "listener.accept failed");
                        tokio::time::sleep(BREATH).await;
                    }
                },
                Some(_) = open.join_next() => {}
            }
        }
        drop(self.tcp);
        let ended = async {
            graceful.shutdown().await;
            // Each of them says its last bytes, and lets go of what it held.
            while open.join_next().await.is_some() {}
        };
        tokio::select! {
            () = ended => {}
            () = cut => open.shutdown().await,
        }
        Ok(())
    }

    fn take(
        &self,
        stream: TcpStream,
        place: OwnedSemaphorePermit,
        graceful: &GracefulShutdown,
    ) -> impl Future<Output = ()> + Send + 'static {
        // Small pieces of a stream must not wait for each other.
        let _ = stream.set_nodelay(true);
        let watcher = graceful.watcher();
        let (router, tls, waits) = (self.router.clone(), self.tls.clone(), self.waits);
        async move {
            match tls {
                None => serve(stream, router, watcher, waits).await,
                Some(tls) => {
                    if let Ok(Ok(stream)) = tokio::time::timeout(waits.handshake, tls.accept(stream)).await {
                        serve(stream, router, watcher, waits).await;
                    }
                }
            }
            drop(place);
        }
    }
}

/// One connection, request after request. What goes wrong on it is the client's to see.
async fn serve<S>(stream: S, router: Router, watcher: Watcher, waits: Waits)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(waits.head)
        .max_headers(HEADERS)
        .max_buf_size(HEAD_BYTES)
        .serve_connection(
            TokioIo::new(Patience::new(stream, waits.client)),
            TowerToHyperService::new(router),
        );
    let _ = watcher.watch(connection).await;
}

/// Connections that the process can hold beside what else it has open: each request may need one to
/// its vendor too. `LimitNOFILE` of the service raises it.
pub(crate) fn most_connections() -> usize {
    const USUAL: usize = 1024;
    const BESIDE: usize = 64;
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let files = limits.lines().find_map(|line| {
        line.strip_prefix("Max open files")?.split_whitespace().next()?.parse::<usize>().ok()
    });
    files.unwrap_or(USUAL).saturating_sub(BESIDE).max(BESIDE) / 2
}
