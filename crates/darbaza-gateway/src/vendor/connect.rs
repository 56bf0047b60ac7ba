//! Connecting: names are resolved once, every address is checked, and the connection goes to the
//! address that was checked. A name that answers with a private address the second time it is
//! asked (DNS rebinding) has no second time here.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpStream, lookup_host};
use tower_service::Service;

use super::address::is_public;

/// Opens TCP connections to checked addresses.
#[derive(Clone, Copy, Debug)]
pub(super) struct CheckedConnector {
    /// Whether the vendor is inside the company's network: then only addresses inside private
    /// ranges are allowed, else only public ones.
    pub(super) private: bool,
    /// How long resolving and connecting may take together.
    pub(super) limit: Duration,
}

impl Service<Uri> for CheckedConnector {
    type Response = TokioIo<TcpStream>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<TokioIo<TcpStream>>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, target: Uri) -> Self::Future {
        let connector = *self;
        Box::pin(async move {
            let stream = tokio::time::timeout(connector.limit, connector.connect(target)).await??;
            // Small pieces of a stream must not wait for each other.
            stream.set_nodelay(true)?;
            Ok(TokioIo::new(stream))
        })
    }
}

impl CheckedConnector {
    async fn connect(self, target: Uri) -> io::Result<TcpStream> {
        let host = target.host().unwrap_or_default().trim_matches(['[', ']']).to_owned();
        let port = target.port_u16().unwrap_or(if target.scheme_str() == Some("https") { 443 } else { 80 });
        let allowed = |address: &SocketAddr| self.private != is_public(address.ip());
        let addresses: Vec<SocketAddr> = lookup_host((host.as_str(), port)).await?.filter(allowed).collect();
        let mut last = io::Error::new(io::ErrorKind::PermissionDenied, "no address of that name is allowed");
        for address in addresses {
            match TcpStream::connect(address).await {
                Ok(stream) => return Ok(stream),
                Err(error) => last = error,
            }
        }
        Err(last)
    }
}
