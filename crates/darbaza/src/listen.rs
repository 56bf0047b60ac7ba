//! Listeners: TCP, or TLS over it.

mod connections;
mod patience;
mod tls;

use std::io;
use std::net::SocketAddr;

use axum::Router;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

use crate::config::{Listener, Waits};
use crate::failure::Failure;
use connections::Connections;

pub(crate) use connections::most_connections;
pub(crate) use tls::acceptor;

/// An open listener.
pub(crate) struct Open {
    tcp: TcpListener,
    tls: Option<TlsAcceptor>,
    address: SocketAddr,
}

impl Open {
    /// Opens what the configuration asks for.
    pub(crate) async fn bind(name: &str, listener: &Listener) -> Result<Open, Failure> {
        let unusable = |why: io::Error| {
            Failure::environment(
                format!("the {name} cannot listen on {}", listener.listen),
                why,
                "choose a free address, or end the process that holds it",
            )
        };
        if !listener.is_protected() {
            return Err(Failure::usage(
                format!("the {name} would be open to the network on {} without TLS", listener.listen),
                "prompts and keys could be read on the way",
                "give it tls files, set behind_tls_proxy = true, or listen on 127.0.0.1",
            ));
        }
        let tls = listener.tls.as_ref().map(acceptor).transpose()?;
        let tcp = TcpListener::bind(listener.listen).await.map_err(unusable)?;
        let address = tcp.local_addr().map_err(unusable)?;
        Ok(Open { tcp, tls, address })
    }

    /// The base URL for clients on this machine.
    pub(crate) fn base_url(&self) -> String {
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        format!("{scheme}://{}", self.address)
    }

    /// Serves until `stop` resolves, then lets open requests end until `cut` does.
    pub(crate) fn serve(
        self,
        router: Router,
        most: usize,
        waits: Waits,
        stop: impl Future<Output = ()> + Send + 'static,
        cut: impl Future<Output = ()> + Send + 'static,
    ) -> JoinHandle<io::Result<()>> {
        tokio::spawn(Connections::new(self.tcp, self.tls, router, most, waits).serve_until(stop, cut))
    }
}
