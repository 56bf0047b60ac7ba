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

#[cfg(test)]
mod tests {
    use tokio::net::TcpSocket;

    use super::*;

    async fn connect(private: bool, target: &str) -> io::Result<TokioIo<TcpStream>> {
        let limit = Duration::from_millis(300);
        CheckedConnector { private, limit }.call(target.parse().unwrap()).await
    }

    #[tokio::test]
    async fn a_vendor_that_takes_no_connection_is_given_up() {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let listener = socket.listen(1).unwrap();
        let target = format!("http://{}/v1", listener.local_addr().unwrap());
        // Nobody accepts, so the system's queue is soon full and answers no more.
        let mut queued = Vec::new();
        let error = loop {
            assert!(queued.len() < 64, "the queue never filled");
            match connect(true, &target).await {
                Ok(stream) => queued.push(stream),
                Err(error) => break error,
            }
        };
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn an_address_on_the_wrong_side_is_not_connected_to() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        assert!(connect(true, &format!("http://localhost:{port}/v1")).await.is_ok());
        for host in ["localhost", "127.0.0.1", "[::ffff:127.0.0.1]"] {
            let refused = connect(false, &format!("https://{host}:{port}/v1")).await;
            assert_eq!(
                refused.map(drop).map_err(|e| e.kind()),
                Err(io::ErrorKind::PermissionDenied),
                "{host}"
            );
        }
        let public = connect(true, "http://93.184.216.34:80/v1").await;
        assert_eq!(public.map(drop).map_err(|e| e.kind()), Err(io::ErrorKind::PermissionDenied));
    }
}
