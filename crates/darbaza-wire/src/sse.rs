//! Server-sent events, by the WHATWG HTML standard (9.2, "Server-sent events").
//!
//! The decoder takes whatever the network delivers and gives whole events, each with the bytes it
//! came in, so that an event which nobody changed is sent on exactly as it was.

mod decoder;
mod event;

pub use decoder::{Decoder, Ending, SseError};
pub use event::{Event, data_event};
