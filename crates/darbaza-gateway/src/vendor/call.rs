//! One call to a vendor: what goes out, what comes back, and what can go wrong.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use darbaza_core::VendorKey;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, USER_AGENT};
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode};
use http_body::Body;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;

use super::connect::CheckedConnector;
use super::endpoint::{Endpoint, VendorAddress};
use super::mirror;
use super::resolve::System;

/// How long a vendor may take.
#[derive(Clone, Copy, Debug)]
pub struct Times {
    /// To be reached.
    pub connect: Duration,
    /// To begin its answer.
    pub first_byte: Duration,
    /// Between two pieces of its answer.
    pub idle: Duration,
}

/// The addresses of the vendors that the register names.
pub type VendorTable = BTreeMap<VendorKey, VendorAddress>;

/// What goes out to a vendor. Nothing of the client's headers is in it.
#[derive(Debug)]
pub(crate) struct Outbound {
    /// The body, masked.
    pub(crate) body: Bytes,
    /// Whether a stream of events is asked for.
    pub(crate) stream: bool,
}

/// The head of a vendor's answer, and its body to come.
pub(crate) struct VendorAnswer {
    pub(crate) status: StatusCode,
    pub(crate) form: Form,
    pub(crate) body: VendorBody,
}

/// What a vendor says its answer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Json,
    Events,
    /// Compressed, HTML, or something else that is no answer.
    Other,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CallFailed {
    #[error("no address is configured for the vendor")]
    NoAddress,
    #[error("the vendor could not be reached, or broke off")]
    Unreachable { connected: bool },
    #[error("the vendor did not answer in time")]
    TimedOut { connected: bool },
}

type HttpClient = Client<HttpsConnector<CheckedConnector>, Full<Bytes>>;

/// All vendors, with the connections to them.
pub(crate) struct Vendors {
    table: VendorTable,
    public: HttpClient,
    private: HttpClient,
    times: Times,
}

impl Vendors {
    pub(crate) fn new(table: VendorTable, times: Times) -> Result<Vendors, rustls::Error> {
        let client = |private| {
            let connector = CheckedConnector { resolver: System, private, limit: times.connect };
            let https = HttpsConnectorBuilder::new()
                .with_provider_and_webpki_roots(rustls::crypto::ring::default_provider())?
                .https_or_http()
                .enable_http1()
                .wrap_connector(connector);
            Ok::<HttpClient, rustls::Error>(Client::builder(TokioExecutor::new()).build(https))
        };
        Ok(Vendors { table, public: client(false)?, private: client(true)?, times })
    }

    /// Whether the vendor can be called. One that the register calls local must be local here too:
    /// what may not leave the network must not leave it by a slip in the configuration.
    pub(crate) fn reaches(&self, vendor: &VendorKey, must_be_local: bool) -> bool {
        match self.table.get(vendor) {
            None => false,
            Some(VendorAddress::Mirror) => true,
            Some(VendorAddress::Service(endpoint)) => endpoint.is_local() || !must_be_local,
        }
    }

    /// How long a vendor may pause in its answer.
    pub(crate) fn idle(&self) -> Duration {
        self.times.idle
    }

    /// Sends the request and waits for the head of the answer.
    pub(crate) async fn call(&self, vendor: &VendorKey, out: Outbound) -> Result<VendorAnswer, CallFailed> {
        match self.table.get(vendor) {
            None => Err(CallFailed::NoAddress),
            Some(VendorAddress::Mirror) => Ok(mirror::answer(&out)),
            Some(VendorAddress::Service(endpoint)) => self.call_service(endpoint, out).await,
        }
    }

    async fn call_service(&self, endpoint: &Endpoint, out: Outbound) -> Result<VendorAnswer, CallFailed> {
        let request = request(endpoint, out).map_err(|_| CallFailed::Unreachable { connected: false })?;
        let client = if endpoint.is_local() { &self.private } else { &self.public };
        let answered = tokio::time::timeout(self.times.first_byte, client.request(request)).await;
        let response = answered.map_err(|_| CallFailed::TimedOut { connected: true })?.map_err(|error| {
            // The error names addresses and states, never content.
            tracing::warn!(error = %darbaza_core::with_sources(&error), "vendor.call failed");
            if connect_timed_out(&error) {
                CallFailed::TimedOut { connected: false }
            } else {
                CallFailed::Unreachable { connected: !error.is_connect() }
            }
        })?;
        let (head, body) = response.into_parts();
        Ok(VendorAnswer { status: head.status, form: form(&head.headers), body: VendorBody::Service(body) })
    }
}

/// The allow-list of headers is what is written here; nothing is passed on.
fn request(endpoint: &Endpoint, out: Outbound) -> Result<Request<Full<Bytes>>, http::Error> {
    let accept = if out.stream { "text/event-stream" } else { "application/json" };
    let mut request = Request::builder()
        .method(Method::POST)
        .uri(endpoint.resource("/chat/completions")?)
        .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
        .header(ACCEPT, HeaderValue::from_static(accept))
        .header(USER_AGENT, HeaderValue::from_static("darbaza"));
    if let Some(value) = endpoint.authorization() {
        request = request.header(AUTHORIZATION, value);
    }
    request.body(Full::new(out.body))
}

fn form(headers: &HeaderMap) -> Form {
    let plain = |v: &HeaderValue| v.as_bytes().eq_ignore_ascii_case(b"identity");
    if !headers.get_all(CONTENT_ENCODING).iter().all(plain) {
        return Form::Other;
    }
    let value = headers.get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let essence = value.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("application/json") {
        Form::Json
    } else if essence.eq_ignore_ascii_case("text/event-stream") {
        Form::Events
    } else {
        Form::Other
    }
}

fn connect_timed_out(error: &hyper_util::client::legacy::Error) -> bool {
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        if cause.downcast_ref::<std::io::Error>().is_some_and(|e| e.kind() == std::io::ErrorKind::TimedOut) {
            return true;
        }
        source = cause.source();
    }
    false
}

/// The body of an answer, piece by piece. Dropping it ends the vendor's call.
pub(crate) enum VendorBody {
    Service(Incoming),
    Mirror(std::vec::IntoIter<Bytes>),
}

/// A body that broke off.
#[derive(Debug, thiserror::Error)]
#[error("the vendor's answer broke off")]
pub(crate) struct BodyBroken;

impl VendorBody {
    /// The next piece; `None` at the end.
    pub(crate) fn poll_piece(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, BodyBroken>>> {
        match self {
            VendorBody::Mirror(pieces) => Poll::Ready(pieces.next().map(Ok)),
            VendorBody::Service(body) => loop {
                match Pin::new(&mut *body).poll_frame(context) {
                    Poll::Pending => return Poll::Pending,
                    Poll::Ready(None) => return Poll::Ready(None),
                    Poll::Ready(Some(Err(_))) => return Poll::Ready(Some(Err(BodyBroken))),
                    Poll::Ready(Some(Ok(frame))) => {
                        // Trailers carry nothing that a client of the protocol reads.
                        if let Ok(data) = frame.into_data() {
                            return Poll::Ready(Some(Ok(data)));
                        }
                    }
                }
            },
        }
    }
}
