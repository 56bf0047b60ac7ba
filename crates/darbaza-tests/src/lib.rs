//! What the integration tests stand on: the whole server in a folder of its own, vendors that do as
//! they are told and remember what they received, and a client that hides nothing.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test code: what fails panics")]

mod client;
mod process;
mod scripted_vendor;
mod test_app;
mod tools;

pub use client::{Answer, Call, Pieces, exchange};
pub use process::{Demo, DemoOptions, Ran, Serve, is_failure};
pub use scripted_vendor::{Piece, Received, Script, ScriptedVendor};
pub use test_app::{TestApp, TestAppBuilder, binary, one_message};
pub use tools::OfficialClient;
