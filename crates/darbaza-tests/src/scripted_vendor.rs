//! A vendor that does as it is told: any status, headers and pieces, with pauses and breaks, and
//! that remembers every byte it received.

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use bytes::Bytes;
use futures_core::Stream;
use http::{HeaderMap, StatusCode};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::time::Sleep;

/// One request as the vendor received it.
#[derive(Clone, Debug)]
pub struct Received {
    /// Path and query.
    pub uri: String,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl Received {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("the gate sends JSON")
    }

    /// The content of the last message.
    pub fn last_content(&self) -> String {
        let json = self.json();
        let messages = json["messages"].as_array().expect("messages");
        let last = messages.last().expect("a message");
        last["content"].as_str().unwrap_or_default().to_owned()
    }

    /// Everything received, as text: address, headers, body, and the strings of the body decoded,
    /// with JSON in strings decoded once more.
    fn everything(&self) -> String {
        let mut all = self.uri.clone();
        for (name, value) in &self.headers {
            all.push_str(&format!("\n{name}: {}", String::from_utf8_lossy(value.as_bytes())));
        }
        all.push('\n');
        all.push_str(&String::from_utf8_lossy(&self.body));
        if let Ok(json) = serde_json::from_slice(&self.body) {
            strings(&json, &mut all);
        }
        all
    }
}

fn strings(value: &Value, out: &mut String) {
    match value {
        Value::String(text) => {
            out.push('\n');
            out.push_str(text);
            if let Ok(inner @ (Value::Object(_) | Value::Array(_))) = serde_json::from_str(text) {
                strings(&inner, out);
            }
        }
        Value::Number(number) => out.push_str(&format!("\n{number}")),
        Value::Array(items) => items.iter().for_each(|item| strings(item, out)),
        Value::Object(members) => {
            for (key, value) in members {
                out.push('\n');
                out.push_str(key);
                strings(value, out);
            }
        }
        Value::Null | Value::Bool(_) => {}
    }
}

/// A piece of a scripted body.
#[derive(Clone, Debug)]
pub enum Piece {
    /// These bytes.
    Bytes(Bytes),
    /// Nothing for a while.
    Pause(Duration),
    /// The connection breaks.
    Break,
}

/// What the vendor answers.
#[derive(Clone, Debug)]
pub struct Script {
    status: StatusCode,
    headers: Vec<(&'static str, String)>,
    pieces: Vec<Piece>,
    delay: Duration,
}

impl Script {
    /// A body in one piece.
    pub fn body(status: u16, content_type: &'static str, body: impl Into<Bytes>) -> Script {
        Script {
            status: StatusCode::from_u16(status).expect("a status"),
            headers: vec![("content-type", content_type.to_owned())],
            pieces: vec![Piece::Bytes(body.into())],
            delay: Duration::ZERO,
        }
    }

    /// A whole answer with that message.
    pub fn message(message: Value) -> Script {
        let body = json!({
            "id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "scripted",
            "choices": [{ "index": 0, "message": message, "logprobs": null, "finish_reason": "stop" }],
            "usage": { "prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3 }
        });
        Script::body(200, "application/json", body.to_string())
    }

    /// A whole answer with that text.
    pub fn text(text: &str) -> Script {
        Script::message(json!({ "role": "assistant", "content": text }))
    }

    /// A stream of these pieces.
    pub fn pieces(pieces: Vec<Piece>) -> Script {
        Script {
            status: StatusCode::OK,
            headers: vec![("content-type", "text/event-stream".to_owned())],
            pieces,
            delay: Duration::ZERO,
        }
    }

    /// A stream of these events, each the data of one, in one piece each.
    pub fn events<S: AsRef<str>>(events: impl IntoIterator<Item = S>) -> Script {
        let event = |data: S| Piece::Bytes(format!("data: {}\n\n", data.as_ref()).into());
        Script::pieces(events.into_iter().map(event).collect())
    }

    /// A stream that tells a text in pieces of `length` characters, and `[DONE]`.
    pub fn streamed(text: &str, length: usize) -> Script {
        let letters: Vec<char> = text.chars().collect();
        let mut events = vec![chunk(json!({ "role": "assistant", "content": "" }), None)];
        for piece in letters.chunks(length) {
            events.push(chunk(json!({ "content": piece.iter().collect::<String>() }), None));
        }
        events.push(chunk(json!({}), Some("stop")));
        events.push("[DONE]".to_owned());
        Script::events(events)
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: &str) -> Script {
        self.headers.push((name, value.to_owned()));
        self
    }

    /// Says that the body is of another type.
    #[must_use]
    pub fn content_type(mut self, content_type: &str) -> Script {
        self.headers.retain(|(name, _)| *name != "content-type");
        self.header("content-type", content_type)
    }

    /// Waits before it answers.
    #[must_use]
    pub fn after(mut self, delay: Duration) -> Script {
        self.delay = delay;
        self
    }
}

/// The data of a chunk with one choice.
pub(crate) fn chunk(delta: Value, finish: Option<&str>) -> String {
    json!({
        "id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "scripted",
        "choices": [{ "index": 0, "delta": delta, "finish_reason": finish }]
    })
    .to_string()
}

type Responder = dyn Fn(&Received) -> Script + Send + Sync;

/// A running vendor.
pub struct ScriptedVendor {
    base: String,
    shared: Arc<Shared>,
}

struct Shared {
    received: Mutex<Vec<Received>>,
    responder: Mutex<Arc<Responder>>,
    /// Bodies that were dropped before their end: the gate hung up.
    cancelled: Mutex<usize>,
}

impl ScriptedVendor {
    /// Starts a vendor on a free port; until it is told else, it echoes the last message.
    pub async fn start() -> ScriptedVendor {
        let shared = Arc::new(Shared {
            received: Mutex::default(),
            responder: Mutex::new(Arc::new(|request: &Received| Script::text(&request.last_content()))),
            cancelled: Mutex::default(),
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let base = format!("http://{}/v1", listener.local_addr().expect("an address"));
        let state = Arc::clone(&shared);
        let router = Router::new().fallback(move |request: Request| respond(Arc::clone(&state), request));
        tokio::spawn(async move { axum::serve(listener, router).await });
        ScriptedVendor { base, shared }
    }

    /// Its base address, ending in `/v1`.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Answers every request with this script.
    pub fn answer(&self, script: Script) {
        self.respond(move |_| script.clone());
    }

    /// Answers every request with what the function makes of it.
    pub fn respond(&self, responder: impl Fn(&Received) -> Script + Send + Sync + 'static) {
        *self.shared.responder.lock().unwrap() = Arc::new(responder);
    }

    /// Everything received so far.
    pub fn received(&self) -> Vec<Received> {
        self.shared.received.lock().unwrap().clone()
    }

    /// The last request received.
    pub fn last(&self) -> Received {
        self.received().pop().expect("the vendor received a request")
    }

    /// How many answers the gate hung up on.
    pub fn cancelled(&self) -> usize {
        *self.shared.cancelled.lock().unwrap()
    }

    /// Fails where any of the values reached the vendor, anywhere.
    pub fn assert_never_saw(&self, values: &[&str]) {
        for request in self.received() {
            let everything = request.everything();
            for value in values {
                assert!(!everything.contains(value), "the vendor saw {value:?} in {everything}");
            }
        }
    }
}

async fn respond(shared: Arc<Shared>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
    let received = Received { uri: head.uri.to_string(), headers: head.headers, body };
    let responder = Arc::clone(&shared.responder.lock().unwrap());
    shared.received.lock().unwrap().push(received.clone());
    let script = responder(&received);
    let mut waiting = Told { shared, ended: false };
    tokio::time::sleep(script.delay).await;
    let mut response = Response::builder().status(script.status);
    for (name, value) in &script.headers {
        response = response.header(*name, value);
    }
    waiting.ended = true;
    let told = Told { shared: Arc::clone(&waiting.shared), ended: false };
    let stream = ScriptedBody { pieces: script.pieces.into_iter(), pause: None, told };
    response.body(Body::from_stream(stream)).expect("a response")
}

/// Counts what was given up before its end.
struct Told {
    shared: Arc<Shared>,
    ended: bool,
}

impl Drop for Told {
    fn drop(&mut self) {
        if !self.ended {
            *self.shared.cancelled.lock().unwrap() += 1;
        }
    }
}

struct ScriptedBody {
    pieces: std::vec::IntoIter<Piece>,
    pause: Option<Pin<Box<Sleep>>>,
    told: Told,
}

impl Stream for ScriptedBody {
    type Item = Result<Bytes, std::io::Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(pause) = &mut self.pause {
                std::task::ready!(pause.as_mut().poll(context));
                self.pause = None;
            }
            match self.pieces.next() {
                Some(Piece::Bytes(bytes)) => return Poll::Ready(Some(Ok(bytes))),
                Some(Piece::Pause(time)) => self.pause = Some(Box::pin(tokio::time::sleep(time))),
                Some(Piece::Break) => {
                    self.told.ended = true;
                    return Poll::Ready(Some(Err(std::io::Error::other("scripted"))));
                }
                None => {
                    self.told.ended = true;
                    return Poll::Ready(None);
                }
            }
        }
    }
}
