//! One HTTP call, with everything that came back.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A call that is being put together.
pub struct Call {
    authority: String,
    request: http::request::Builder,
    body: Bytes,
}

/// What came back, read to its end.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, as far as it came.
    pub body: Bytes,
    /// Whether the connection broke before the body's end.
    pub broken: bool,
}

impl Call {
    /// A call to that base URL.
    pub fn new(base: &str, method: Method, path: &str) -> Call {
        let authority = base.trim_start_matches("http://").to_owned();
        let request = Request::builder().method(method).uri(path).header("host", &authority);
        Call { authority, request, body: Bytes::new() }
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Call {
        self.request = self.request.header(name, value.as_ref());
        self
    }

    /// Adds the API key.
    #[must_use]
    pub fn key(self, key: &str) -> Call {
        self.header("authorization", format!("Bearer {key}"))
    }

    /// Takes these bytes as the body.
    #[must_use]
    pub fn body(mut self, body: impl Into<Bytes>) -> Call {
        self.body = body.into();
        self
    }

    /// Takes this JSON document as the body.
    #[must_use]
    pub fn json(self, body: &Value) -> Call {
        self.header("content-type", "application/json").body(body.to_string())
    }

    /// Sends the call and reads the answer to its end.
    pub async fn send(self) -> Answer {
        self.attempt().await.expect("an answer")
    }

    /// Sends the call where perhaps nobody is there, or nobody any more: the answer, if one began.
    pub async fn attempt(self) -> Option<Answer> {
        let (status, headers, mut body) = self.begin().await?;
        let (mut whole, mut broken) = (Vec::new(), false);
        while let Some(frame) = body.next().await {
            match frame {
                Some(bytes) => whole.extend_from_slice(&bytes),
                None => {
                    broken = true;
                    break;
                }
            }
        }
        Some(Answer { status, headers, body: whole.into(), broken })
    }

    /// Sends the call and gives the head; the body comes piece by piece. Dropping it hangs up.
    pub async fn open(self) -> (StatusCode, HeaderMap, Pieces) {
        self.begin().await.expect("an answer")
    }

    async fn begin(self) -> Option<(StatusCode, HeaderMap, Pieces)> {
        let stream = TcpStream::connect(&self.authority).await.ok()?;
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.ok()?;
        let connection = tokio::spawn(connection);
        let request = self.request.body(Full::new(self.body)).expect("a request");
        let answered = tokio::time::timeout(Duration::from_secs(30), sender.send_request(request)).await;
        let (head, body) = answered.expect("an answer within 30 seconds").ok()?.into_parts();
        Some((head.status, head.headers, Pieces { body, connection: connection.abort_handle() }))
    }
}

/// Sends these bytes and reads everything that comes back until the gate closes the connection.
pub async fn exchange(base: &str, request: impl AsRef<[u8]>) -> String {
    let mut gate = TcpStream::connect(base.trim_start_matches("http://")).await.expect("the gate listens");
    // One that answers before it has read everything may close while this writes.
    let _ = gate.write_all(request.as_ref()).await;
    let mut answer = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(10), gate.read_to_end(&mut answer)).await;
    let _ = read.expect("an answer within ten seconds");
    String::from_utf8_lossy(&answer).into_owned()
}

/// A body as it comes.
pub struct Pieces {
    body: Incoming,
    connection: tokio::task::AbortHandle,
}

impl Pieces {
    /// The next piece; `Some(None)` where the connection broke, `None` at the end.
    pub async fn next(&mut self) -> Option<Option<Bytes>> {
        loop {
            match self.body.frame().await? {
                Err(_) => return Some(None),
                Ok(frame) => {
                    if let Ok(data) = frame.into_data() {
                        return Some(Some(data));
                    }
                }
            }
        }
    }
}

impl Drop for Pieces {
    fn drop(&mut self) {
        self.connection.abort();
    }
}

impl Answer {
    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8(self.body.to_vec()).expect("UTF-8")
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("JSON, not {:?}", self.body))
    }

    /// A header's value; empty where it is missing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|v| v.to_str().expect("ASCII")).unwrap_or_default()
    }

    /// The error code in the body.
    pub fn code(&self) -> String {
        self.json()["error"]["code"].as_str().unwrap_or_default().to_owned()
    }

    /// The data of every event of a stream, `[DONE]` included.
    pub fn events(&self) -> Vec<String> {
        let data = |event: &str| event.lines().find_map(|l| l.strip_prefix("data: ").map(str::to_owned));
        self.text().split("\n\n").filter_map(data).collect()
    }

    /// The content of a stream's first choice.
    pub fn streamed_content(&self) -> String {
        let delta = |event: &String| {
            let chunk: Value = serde_json::from_str(event).ok()?;
            chunk["choices"][0]["delta"]["content"].as_str().map(str::to_owned)
        };
        self.events().iter().filter_map(delta).collect()
    }

    /// The content of a whole answer's first choice.
    pub fn content(&self) -> String {
        self.json()["choices"][0]["message"]["content"].as_str().unwrap_or_default().to_owned()
    }
}
