//! One keep-alive connection and one exchange on it.

use std::net::SocketAddr;
use std::time::Instant;

use anyhow::Context;
use bytes::{Bytes, BytesMut};
use http::{HeaderMap, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// A connection; requests on it follow each other.
pub(crate) struct Connection(SendRequest<Full<Bytes>>);

/// An answer that was read to its end.
#[derive(Debug)]
pub(crate) struct Exchange {
    /// When the first bytes of its body were there.
    pub(crate) first: Instant,
    /// When its last byte was.
    pub(crate) last: Instant,
    /// The headers.
    pub(crate) headers: HeaderMap,
    /// The body.
    pub(crate) body: Bytes,
}

impl Connection {
    /// Connects. Has to be called within a `LocalSet`.
    pub(crate) async fn open(address: SocketAddr) -> anyhow::Result<Connection> {
        let stream = TcpStream::connect(address).await.with_context(|| format!("connecting to {address}"))?;
        stream.set_nodelay(true)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        tokio::task::spawn_local(connection);
        Ok(Connection(sender))
    }

    /// Sends a request and reads its answer to the end.
    ///
    /// # Errors
    ///
    /// Where the connection breaks or the answer is no success: a run with one is no measurement.
    pub(crate) async fn exchange(&mut self, request: Request<Full<Bytes>>) -> anyhow::Result<Exchange> {
        self.0.ready().await?;
        let response = self.0.send_request(request).await?;
        let (head, mut body) = response.into_parts();
        let mut first = None;
        let mut whole = BytesMut::new();
        while let Some(frame) = body.frame().await {
            if let Ok(data) = frame?.into_data() {
                first.get_or_insert_with(Instant::now);
                whole.extend_from_slice(&data);
            }
        }
        let last = Instant::now();
        let body = whole.freeze();
        anyhow::ensure!(
            head.status == StatusCode::OK,
            "the answer was {}: {}",
            head.status,
            String::from_utf8_lossy(&body)
        );
        Ok(Exchange { first: first.unwrap_or(last), last, headers: head.headers, body })
    }
}
