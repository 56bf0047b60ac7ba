//! Everything that is tested on the whole server, in one binary.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test code: what fails panics")]

#[path = "integration/auth.rs"]
mod auth;
#[path = "integration/bad_input.rs"]
mod bad_input;
#[path = "integration/canary.rs"]
mod canary;
#[path = "integration/clients.rs"]
mod clients;
#[path = "integration/clock.rs"]
mod clock;
#[path = "integration/commands.rs"]
mod commands;
#[path = "integration/durability.rs"]
mod durability;
#[path = "integration/explain.rs"]
mod explain;
#[path = "integration/faults.rs"]
mod faults;
#[path = "integration/journey.rs"]
mod journey;
#[path = "integration/keys.rs"]
mod keys;
#[path = "integration/large_register.rs"]
mod large_register;
#[path = "integration/ledger.rs"]
mod ledger;
#[path = "integration/ledger_order.rs"]
mod ledger_order;
#[path = "integration/masking.rs"]
mod masking;
#[path = "integration/operation.rs"]
mod operation;
#[path = "integration/process.rs"]
mod process;
#[path = "integration/quickstart.rs"]
mod quickstart;
#[path = "integration/registers.rs"]
mod registers;
#[path = "integration/rules.rs"]
mod rules;
#[path = "integration/ssrf.rs"]
mod ssrf;
#[path = "integration/streams.rs"]
mod streams;
