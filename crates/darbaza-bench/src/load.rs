//! The load generator: requests over keep-alive connections, by a schedule or as fast as they go.

mod closed;
mod connection;
mod open;
mod schedule;
mod target;

pub(crate) use closed::closed_loop;
pub(crate) use connection::Connection;
pub(crate) use open::{Latencies, open_loop};
pub(crate) use schedule::Schedule;
pub(crate) use target::Target;
