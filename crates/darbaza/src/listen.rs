//! Listeners: TCP, or TLS over it.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::serve::ListenerExt;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::config::{Listener, Tls};
use crate::failure::Failure;

/// A handshake that takes longer is given up.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// Connections that wait for the server after their handshake.
const WAITING: usize = 256;

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

    /// Serves until `stop` resolves, then lets open requests end.
    pub(crate) fn serve(
        self,
        router: Router,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> JoinHandle<io::Result<()>> {
        // Small pieces of a stream must not wait for each other.
        let tcp = self.tcp.tap_io(|stream| {
            let _ = stream.set_nodelay(true);
        });
        match self.tls {
            None => tokio::spawn(async move { axum::serve(tcp, router).with_graceful_shutdown(stop).await }),
            Some(tls) => {
                let listener = TlsListener::start(tcp, tls, self.address);
                tokio::spawn(async move { axum::serve(listener, router).with_graceful_shutdown(stop).await })
            }
        }
    }
}

/// What speaks TLS with these files.
///
/// # Errors
///
/// Where one of them cannot be read or used.
pub(crate) fn acceptor(files: &Tls) -> Result<TlsAcceptor, Failure> {
    let unusable = |path: &std::path::Path, why: String| {
        Failure::environment(
            format!("the TLS file {} cannot be used", path.display()),
            why,
            "name PEM files: the certificate chain and its private key",
        )
    };
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(&files.certificate)
        .and_then(Iterator::collect)
        .map_err(|e| unusable(&files.certificate, e.to_string()))?;
    let key = PrivateKeyDer::from_pem_file(&files.key).map_err(|e| unusable(&files.key, e.to_string()))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key))
        .map_err(|e| unusable(&files.certificate, e.to_string()))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// Hands out connections whose handshake is done. Handshakes run beside each other, so that one
/// slow client keeps nobody waiting.
struct TlsListener {
    ready: mpsc::Receiver<(TlsStream<TcpStream>, SocketAddr)>,
    address: SocketAddr,
    accepting: JoinHandle<()>,
}

impl TlsListener {
    fn start<L>(mut tcp: L, tls: TlsAcceptor, address: SocketAddr) -> TlsListener
    where
        L: axum::serve::Listener<Io = TcpStream, Addr = SocketAddr>,
    {
        let (sender, ready) = mpsc::channel(WAITING);
        let accepting = tokio::spawn(async move {
            loop {
                let (stream, peer) = tcp.accept().await;
                let (tls, sender) = (tls.clone(), sender.clone());
                tokio::spawn(async move {
                    if let Ok(Ok(stream)) = tokio::time::timeout(HANDSHAKE, tls.accept(stream)).await {
                        let _ = sender.send((stream, peer)).await;
                    }
                });
            }
        });
        TlsListener { ready, address, accepting }
    }
}

impl Drop for TlsListener {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl axum::serve::Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.ready.recv().await {
            Some(connection) => connection,
            // The accepting task ends only with this listener.
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        Ok(self.address)
    }
}
