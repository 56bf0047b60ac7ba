//! The ledger from outside: known answers, an independent oracle, and every way to tamper with it.

#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests are outside the functions that clippy knows as tests"
)]

mod notes;
mod oracle;
mod proof_files;
mod support;
mod tampering;
mod tiles;
mod verifying;
