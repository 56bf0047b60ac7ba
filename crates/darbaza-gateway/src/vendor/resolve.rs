//! Names to addresses.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;

/// The addresses of a name, to come.
pub(super) type Resolving = Pin<Box<dyn Future<Output = io::Result<Vec<SocketAddr>>> + Send>>;

/// What tells the addresses of a name. A seam for tests: whoever owns a name decides what it answers,
/// and may answer something else the next time.
pub(super) trait Resolve: Clone + Send + Sync + 'static {
    /// Asks once.
    fn resolve(&self, host: String, port: u16) -> Resolving;
}

/// The machine's own resolver: its hosts file and name servers.
#[derive(Clone, Copy, Debug)]
pub(super) struct System;

impl Resolve for System {
    fn resolve(&self, host: String, port: u16) -> Resolving {
        Box::pin(async move { Ok(tokio::net::lookup_host((host, port)).await?.collect()) })
    }
}
