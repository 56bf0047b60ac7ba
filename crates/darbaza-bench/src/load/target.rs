//! Where requests go and what they say.

use std::net::SocketAddr;

use anyhow::Context;
use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use http::{HeaderValue, Method, Request};
use http_body_util::Full;

/// An address that speaks the chat-completions protocol, with the bodies to send in turn.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    /// The address.
    pub(crate) address: SocketAddr,
    host: HeaderValue,
    authorization: HeaderValue,
    bodies: Vec<Bytes>,
}

impl Target {
    /// A target; `key` is the API key.
    pub(crate) fn new(address: SocketAddr, key: &str, bodies: Vec<Bytes>) -> anyhow::Result<Target> {
        Ok(Target {
            address,
            host: HeaderValue::from_str(&address.to_string())?,
            authorization: HeaderValue::from_str(&format!("Bearer {key}")).context("the key")?,
            bodies,
        })
    }

    /// The request with that number.
    pub(crate) fn request(&self, number: u64) -> anyhow::Result<Request<Full<Bytes>>> {
        let turn = number.checked_rem(self.bodies.len() as u64).context("nothing to send")?;
        let body = self.bodies.get(usize::try_from(turn)?).cloned().unwrap_or_default();
        Request::builder()
            .method(Method::POST)
            .uri("/v1/chat/completions")
            .header(HOST, self.host.clone())
            .header(AUTHORIZATION, self.authorization.clone())
            .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
            .body(Full::new(body))
            .context("a request")
    }

    /// How many different requests there are.
    pub(crate) fn variety(&self) -> u64 {
        self.bodies.len() as u64
    }
}
