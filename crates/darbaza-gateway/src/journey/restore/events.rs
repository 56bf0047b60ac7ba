//! An answer as a stream of events.
//!
//! 1. Bytes of the vendor become events; the decoder knows about split lines and code points.
//! 2. An event without data - a comment, a keep-alive - goes on as it came, and so does a named
//!    event of a kind that the protocol does not know.
//! 3. In a chunk, every piece of text goes through the restorer of its place, which may hold back
//!    the beginning of a token, or the arguments of a call whose name is not known. A chunk in which nothing changed goes on as it came.
//! 4. What is held back comes out with the chunk that ends its choice, and at the latest before
//!    `[DONE]`, in a chunk of its own.
//! 5. Whatever is no chunk, no end, or too late becomes one error event, and nothing follows it:
//!    a client that sees no `[DONE]` knows that the answer is not whole. So does an answer in which
//!    the ledger fails, or whose key or system is stopped.
//!
//! Dropping the body drops the vendor's: a client that hangs up ends the call.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::response::Response;
use bytes::{Bytes, BytesMut};
use darbaza_core::Lang;
use darbaza_wire::chat::{Chunk, is_done};
use darbaza_wire::sse::{Decoder, Event};
use http::HeaderValue;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http_body::{Body, Frame};
use tokio::time::{Instant, Sleep};

use super::Broken;
use super::places::Places;
use crate::gate::Gate;
use crate::journey::cut_off::CutOff;
use crate::journey::label::Label;
use crate::journey::mask::Restoring;
use crate::journey::outcome::OutcomeRecord;
use crate::refused::Refused;
use crate::reply;
use crate::vendor::VendorBody;

/// Largest event of a vendor.
const EVENT_BYTES: usize = 4 * 1024 * 1024;

/// The response whose body restores as it flows.
pub(super) fn respond(
    gate: &Arc<Gate>,
    lang: Lang,
    body: VendorBody,
    restoring: Restoring,
    outcome: OutcomeRecord,
    label: &Label,
    cut_off: CutOff,
) -> Response {
    let idle = gate.vendors.idle();
    let stream = RestoredEvents {
        vendor: body,
        decoder: Decoder::new(EVENT_BYTES),
        flow: Flow {
            places: Places::new(restoring.tokens, restoring.json_content, restoring.tools),
            template: None,
            outcome,
        },
        deadline: Box::pin(tokio::time::sleep(idle)),
        idle,
        cut_off,
        failure: Failure { gate: Arc::clone(gate), lang, receipt: label.receipt },
        ended: false,
    };
    let mut response = Response::new(axum::body::Body::new(stream));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    label.on_answer(headers);
    response
}

struct RestoredEvents {
    vendor: VendorBody,
    decoder: Decoder,
    flow: Flow,
    deadline: Pin<Box<Sleep>>,
    idle: Duration,
    cut_off: CutOff,
    failure: Failure,
    ended: bool,
}

/// What is said where the vendor fails in the middle.
struct Failure {
    gate: Arc<Gate>,
    lang: Lang,
    receipt: darbaza_core::Receipt,
}

/// Whether more events may come.
#[derive(PartialEq, Eq)]
enum After {
    GoOn,
    Done,
}

impl Body for RestoredEvents {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let this = &mut *self;
        loop {
            if this.ended {
                return Poll::Ready(None);
            }
            let mut out = BytesMut::new();
            match ready!(this.poll_events(context, &mut out)) {
                Ok(After::GoOn) => {}
                Ok(After::Done) => this.ended = true,
                Err(broken) => {
                    this.ended = true;
                    let refused = this.flow.give_up(broken);
                    out.extend_from_slice(&this.failure.event(&refused));
                }
            }
            if !out.is_empty() {
                return Poll::Ready(Some(Ok(Frame::data(out.freeze()))));
            }
        }
    }
}

impl RestoredEvents {
    /// Takes the vendor's next bytes and writes what they decide.
    fn poll_events(&mut self, context: &mut Context<'_>, out: &mut BytesMut) -> Poll<Result<After, Broken>> {
        if let Poll::Ready(refused) = self.cut_off.as_mut().poll(context) {
            return Poll::Ready(Err(Broken::ByGate(refused)));
        }
        let piece = match self.vendor.poll_piece(context) {
            Poll::Ready(piece) => piece,
            Poll::Pending => {
                ready!(self.deadline.as_mut().poll(context));
                return Poll::Ready(Err(Broken::ByVendor(Refused::vendor_timeout())));
            }
        };
        self.deadline.as_mut().reset(Instant::now() + self.idle);
        Poll::Ready(match piece {
            Some(Ok(bytes)) => {
                let mut events = Vec::new();
                let fed = self.decoder.feed(&bytes, &mut events);
                let flowed = self.flow.events(events, out);
                match (flowed, fed) {
                    (Ok(After::GoOn), Err(_)) => Err(Broken::ByVendor(Refused::vendor_error())),
                    (flowed, _) => flowed,
                }
            }
            Some(Err(_)) => Err(Broken::ByVendor(Refused::vendor_error())),
            None => self.end(out),
        })
    }

    /// The vendor closed without `[DONE]`, or with one that lacks its blank line.
    fn end(&mut self, out: &mut BytesMut) -> Result<After, Broken> {
        let ending = self.decoder.end().map_err(|_| Broken::ByVendor(Refused::vendor_error()))?;
        let closing = ending.half.filter(|event| event.data.as_deref().is_some_and(is_done));
        let left: Vec<Event> = ending.last.into_iter().chain(closing).collect();
        match self.flow.events(left, out)? {
            After::Done => Ok(After::Done),
            After::GoOn => Err(Broken::ByVendor(Refused::vendor_error())),
        }
    }
}

/// The state of the answer's text.
struct Flow {
    places: Places,
    /// A chunk to copy id and model from, for one that the gate has to add.
    template: Option<Chunk>,
    outcome: OutcomeRecord,
}

impl Flow {
    fn events(&mut self, events: Vec<Event>, out: &mut BytesMut) -> Result<After, Broken> {
        for event in events {
            match event.data.as_deref() {
                _ if event.has_unknown_lines || is_named_error(&event) => {
                    return Err(Broken::ByVendor(Refused::vendor_error()));
                }
                None => out.extend_from_slice(&event.raw),
                Some(data) if is_foreign(&event, data) => {
                    // Anything may stand in another kind of event, also what the vendor quotes.
                    if is_keep_alive(&event) {
                        out.extend_from_slice(&event.raw);
                    }
                }
                Some(data) if is_done(data) => {
                    self.flush(out);
                    out.extend_from_slice(&event.raw);
                    let blank_lines: [&[u8]; 3] = [b"\n\n", b"\r\n\r\n", b"\r\r"];
                    if !blank_lines.iter().any(|line| event.raw.ends_with(line)) {
                        out.extend_from_slice(b"\n\n");
                    }
                    self.outcome.restored(self.places.tokens().restored());
                    self.outcome.answered();
                    return Ok(After::Done);
                }
                Some(data) => self.chunk(&event, data, out)?,
            }
        }
        Ok(After::GoOn)
    }

    fn chunk(&mut self, event: &Event, data: &str, out: &mut BytesMut) -> Result<(), Broken> {
        let read = Chunk::read(data).ok().filter(|chunk| !chunk.is_error());
        let mut chunk = read.ok_or_else(|| Broken::ByVendor(Refused::vendor_error()))?;
        if let Some(usage) = chunk.usage() {
            self.outcome.usage(usage);
        }
        if !self.places.tokens().is_empty() {
            chunk.drop_logprobs();
            let ended: Vec<u64> = chunk.finish_reasons().iter().map(|(choice, _)| *choice).collect();
            let mut bytes = 0;
            chunk.for_each_text(|place, text| {
                self.places.take(place, text);
                bytes += text.len();
            });
            self.outcome.told(bytes);
            let mut rests = self.places.whole_names();
            rests.extend(ended.into_iter().flat_map(|choice| self.places.finish(Some(choice))));
            if self.places.are_broken() {
                return Err(Broken::ByVendor(Refused::vendor_error()));
            }
            for (place, rest) in rests {
                if !chunk.append_text(place, &rest) {
                    out.extend_from_slice(&Chunk::carrying(&chunk, place, &rest).to_new_event());
                }
            }
            if self.template.is_none() {
                self.template = Some(chunk.clone());
            }
        } else if self.outcome.counts_tokens() {
            chunk.for_each_text(|_, text| self.outcome.told(text.len()));
        }
        out.extend_from_slice(&chunk.to_event(event));
        Ok(())
    }

    /// What is still held back for choices that the vendor never ended.
    fn flush(&mut self, out: &mut BytesMut) {
        let Some(template) = &self.template else { return };
        for (place, rest) in self.places.finish(None) {
            out.extend_from_slice(&Chunk::carrying(template, place, &rest).to_new_event());
        }
    }

    /// What is held back is not told: half a token says nothing, and a whole one would have been
    /// told already.
    fn give_up(&mut self, broken: Broken) -> Refused {
        self.outcome.restored(self.places.tokens().restored());
        match broken {
            Broken::ByGate(refused) => {
                self.outcome.withheld(refused.code);
                refused
            }
            Broken::ByVendor(refused) => {
                self.outcome.vendor_failed(refused.code);
                refused
            }
        }
    }
}

/// Whatever else is in it: an event that calls itself an error is one.
fn is_named_error(event: &Event) -> bool {
    event.name.as_deref().is_some_and(|name| name.to_ascii_lowercase().contains("error"))
}

/// An event of another kind than the protocol's, such as `event: ping`: it has a name of its own,
/// and neither a chunk nor an error in it.
fn is_foreign(event: &Event, data: &str) -> bool {
    event.name.is_some() && !is_done(data) && Chunk::read(data).map_or(true, |chunk| chunk.is_foreign())
}

/// Foreign events that only keep a connection open.
fn is_keep_alive(event: &Event) -> bool {
    matches!(event.name.as_deref(), Some("ping" | "keep-alive" | "keepalive" | "heartbeat"))
}

impl Failure {
    fn event(&self, refused: &Refused) -> Vec<u8> {
        reply::error_event(&self.gate, self.lang, self.receipt, refused)
    }
}
