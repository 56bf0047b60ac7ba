//! The scripted vendor: an OpenAI-compatible service that costs as little as it can.
//!
//! The model's name tells it what to do: `at-once` answers at once, any other waits first, as long
//! as it was told at its start. It answers a short sentence and every token of the request that it
//! finds in brackets, so that the gate has something to restore; or a stream of events.

mod answer;
mod delay;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use anyhow::Context;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Request, Response};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::task::{LocalSet, spawn_local};

use answer::{AnswerBody, Asked};
use delay::Delay;

/// How the vendor is to be.
#[derive(Clone, Copy, Debug)]
pub struct VendorOptions {
    /// Where it listens.
    pub listen: SocketAddr,
    /// How long it waits before it answers.
    pub delay: Duration,
}

/// Serves on one thread until the process is ended; says its address on standard output first.
///
/// # Errors
///
/// Where it cannot listen.
pub fn serve(options: VendorOptions) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    LocalSet::new().block_on(&runtime, async {
        let listener = TcpListener::bind(options.listen).await.context("the vendor's address")?;
        crate::say(&format!("vendor {}", listener.local_addr()?));
        let delay = Rc::new(Delay::start(options.delay)?);
        loop {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            let delay = Rc::clone(&delay);
            let service = service_fn(move |request| respond(Rc::clone(&delay), request));
            // A connection that ends is the other side's business.
            let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
            spawn_local(async move { drop(connection.await) });
        }
    })
}

async fn respond(delay: Rc<Delay>, request: Request<Incoming>) -> Result<Response<AnswerBody>, Infallible> {
    let body = request.into_body().collect().await.map(http_body_util::Collected::to_bytes);
    let asked = Asked::read(&body.unwrap_or_default());
    if asked.delayed {
        delay.wait().await;
    }
    let form = if asked.stream { "text/event-stream" } else { "application/json" };
    let mut response = Response::new(asked.answer());
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(form));
    Ok(response)
}
