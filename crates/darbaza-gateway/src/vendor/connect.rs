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
use tokio::net::TcpStream;
use tower_service::Service;

use super::address::is_public;
use super::resolve::{Resolve, System};

/// Opens TCP connections to checked addresses.
#[derive(Clone, Copy, Debug)]
pub(super) struct CheckedConnector<R = System> {
    /// What is asked for the addresses of a name.
    pub(super) resolver: R,
    /// Whether the vendor is inside the company's network: then only addresses inside private
    /// ranges are allowed, else only public ones.
    pub(super) private: bool,
    /// How long resolving and connecting may take together.
    pub(super) limit: Duration,
}

impl<R: Resolve> Service<Uri> for CheckedConnector<R> {
    type Response = TokioIo<TcpStream>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<TokioIo<TcpStream>>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, target: Uri) -> Self::Future {
        let connector = self.clone();
        Box::pin(async move {
            let stream = tokio::time::timeout(connector.limit, connector.connect(target)).await??;
            // Small pieces of a stream must not wait for each other.
            stream.set_nodelay(true)?;
            Ok(TokioIo::new(stream))
        })
    }
}

impl<R: Resolve> CheckedConnector<R> {
    async fn connect(&self, target: Uri) -> io::Result<TcpStream> {
        let host = target.host().unwrap_or_default().trim_matches(['[', ']']).to_owned();
        let port = target.port_u16().unwrap_or(if target.scheme_str() == Some("https") { 443 } else { 80 });
        let allowed = |address: &SocketAddr| self.private != is_public(address.ip());
        let addresses = self.resolver.resolve(host, port).await?.into_iter().filter(allowed);
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
    use std::collections::VecDeque;
    use std::sync::{Arc, Mutex};

    use tokio::net::TcpSocket;

    use super::super::resolve::Resolving;
    use super::*;

    async fn connect(private: bool, target: &str) -> io::Result<TokioIo<TcpStream>> {
        let limit = Duration::from_millis(300);
        CheckedConnector { resolver: System, private, limit }.call(target.parse().unwrap()).await
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
        // No configuration lets these through; were one to, the resolver's reading of them is checked.
        for host in
            ["2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0x7f.1", "0", "localhost.", "LOCALHOST"]
        {
            assert!(connect(false, &format!("https://{host}:{port}/v1")).await.is_err(), "{host}");
        }
        assert!(listener.accept().await.is_ok(), "the first, from above");
        assert!(tokio::time::timeout(Duration::from_millis(50), listener.accept()).await.is_err());
        let public = connect(true, "http://93.184.216.34:80/v1").await;
        assert_eq!(public.map(drop).map_err(|e| e.kind()), Err(io::ErrorKind::PermissionDenied));
    }
    /// A name whose owner answers with one list of addresses after the other.
    #[derive(Clone)]
    struct Owner(Arc<Mutex<VecDeque<Vec<SocketAddr>>>>);

    impl Resolve for Owner {
        fn resolve(&self, _: String, _: u16) -> Resolving {
            let answer = self.0.lock().unwrap().pop_front();
            Box::pin(async move { answer.ok_or_else(|| io::Error::other("asked more than once")) })
        }
    }

    #[tokio::test]
    async fn a_name_that_turns_to_a_private_address_is_not_followed_there() {
        let canary = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let private = canary.local_addr().unwrap();
        let mapped: SocketAddr = format!("[::ffff:127.0.0.1]:{}", private.port()).parse().unwrap();
        // RFC 5737: an address out in the public network at which nobody is.
        let public: SocketAddr = "192.0.2.1:443".parse().unwrap();
        let owner = Owner(Arc::new(Mutex::new(VecDeque::from([
            vec![public],
            vec![private],
            vec![public, private, mapped],
            vec![mapped],
            vec![],
        ]))));
        let limit = Duration::from_millis(100);
        let mut connector = CheckedConnector { resolver: owner.clone(), private: false, limit };
        for left in (0..5).rev() {
            assert!(connector.call("https://vendor.example/v1".parse().unwrap()).await.is_err());
            assert_eq!(owner.0.lock().unwrap().len(), left, "each connection asks once");
        }
        let nobody = tokio::time::timeout(Duration::from_millis(50), canary.accept()).await;
        assert!(nobody.is_err(), "somebody came: {nobody:?}");

        // The same address is reached where the vendor is marked local, so the canary does listen.
        let owner = Owner(Arc::new(Mutex::new(VecDeque::from([vec![public, private]]))));
        let mut connector = CheckedConnector { resolver: owner, private: true, limit };
        assert!(connector.call("http://vendor.example/v1".parse().unwrap()).await.is_ok());
        assert!(canary.accept().await.is_ok());
    }
}
