//! From bytes, cut anywhere, to events.

use bytes::{Bytes, BytesMut};

use super::Event;

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Why a stream cannot be read on. Nothing of it may be sent to a client after that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SseError {
    /// One event is larger than the gate holds in memory.
    #[error("an event is larger than {limit} bytes")]
    TooLarge {
        /// The bound.
        limit: usize,
    },
    /// An event is no UTF-8, the only encoding that the standard allows.
    #[error("an event is not valid UTF-8")]
    NotUtf8,
}

/// How a stream ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ending {
    /// An event that was whole and waited only for a line feed after its last carriage return.
    pub last: Option<Event>,
    /// What was left without the blank line that ends an event. The standard drops it; a vendor
    /// that sends `data: [DONE]` and one line feed shows up here.
    pub half: Option<Event>,
}

/// Decodes one stream. A decoder is never shared: it holds the bytes of a half event.
///
/// A blank line that ends in a carriage return is taken as finished when the next byte shows
/// whether a line feed belongs to it. Streams with bare carriage returns, which no vendor sends,
/// are so one byte late.
pub struct Decoder {
    limit: usize,
    buffer: BytesMut,
    /// How much of the buffer was looked at.
    scanned: usize,
    line_is_empty: bool,
    started: bool,
    failed: Option<SseError>,
}

impl Decoder {
    /// A decoder that refuses events of more than `limit` bytes.
    pub fn new(limit: usize) -> Self {
        Decoder {
            limit,
            buffer: BytesMut::new(),
            scanned: 0,
            line_is_empty: true,
            started: false,
            failed: None,
        }
    }

    /// Takes the next bytes and appends the events that they complete to `events`.
    ///
    /// # Errors
    /// [`SseError`], now and at every later call; `events` holds those in front of the fault.
    pub fn feed(&mut self, bytes: &[u8], events: &mut Vec<Event>) -> Result<(), SseError> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        self.buffer.extend_from_slice(bytes);
        self.take_events(events).inspect_err(|error| self.fail(*error))
    }

    /// Says what is left when no more bytes come.
    ///
    /// # Errors
    /// [`SseError`], also one that was reported before.
    pub fn end(&mut self) -> Result<Ending, SseError> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        self.skip_byte_order_mark(true);
        let rest = self.buffer.split().freeze();
        let blank_line_waits = self.line_is_empty && rest.last() == Some(&b'\r');
        self.scanned = 0;
        if rest.iter().all(|byte| matches!(byte, b'\r' | b'\n')) {
            return Ok(Ending::default());
        }
        let event = read(rest).inspect_err(|error| self.fail(*error))?;
        Ok(if blank_line_waits {
            Ending { last: Some(event), half: None }
        } else {
            Ending { last: None, half: Some(event) }
        })
    }

    fn fail(&mut self, error: SseError) {
        self.failed = Some(error);
        self.buffer.clear();
    }

    fn take_events(&mut self, events: &mut Vec<Event>) -> Result<(), SseError> {
        if !self.skip_byte_order_mark(false) {
            return Ok(());
        }
        while let Some(length) = self.next_boundary() {
            self.check(length)?;
            let raw = self.buffer.split_to(length).freeze();
            self.scanned = 0;
            self.line_is_empty = true;
            events.push(read(raw)?);
        }
        self.check(self.buffer.len())
    }

    fn check(&self, length: usize) -> Result<(), SseError> {
        if length > self.limit { Err(SseError::TooLarge { limit: self.limit }) } else { Ok(()) }
    }

    /// Whether the mark, if any, is out of the way.
    fn skip_byte_order_mark(&mut self, ended: bool) -> bool {
        if self.started {
            return true;
        }
        if self.buffer.starts_with(BYTE_ORDER_MARK) {
            let _ = self.buffer.split_to(BYTE_ORDER_MARK.len());
        } else if !ended && BYTE_ORDER_MARK.starts_with(&self.buffer) {
            return false;
        }
        self.started = true;
        true
    }

    /// The length of the first whole event: up to and including its blank line.
    fn next_boundary(&mut self) -> Option<usize> {
        while let Some(byte) = self.buffer.get(self.scanned) {
            let line_end = match byte {
                b'\n' => self.scanned + 1,
                b'\r' => match self.buffer.get(self.scanned + 1) {
                    Some(b'\n') => self.scanned + 2,
                    Some(_) => self.scanned + 1,
                    None => return None,
                },
                _ => {
                    self.line_is_empty = false;
                    self.scanned += 1;
                    continue;
                }
            };
            self.scanned = line_end;
            if self.line_is_empty {
                return Some(line_end);
            }
            self.line_is_empty = true;
        }
        None
    }
}

fn read(raw: Bytes) -> Result<Event, SseError> {
    // A code point that is cut by the network is whole here: events end at ASCII bytes only.
    let bytes = raw.clone();
    let text = std::str::from_utf8(&bytes).map_err(|_| SseError::NotUtf8)?;
    Ok(Event::read(raw, text))
}

/// Shows sizes only: the buffer holds half an answer.
impl std::fmt::Debug for Decoder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Decoder").field("buffered", &self.buffer.len()).finish_non_exhaustive()
    }
}
