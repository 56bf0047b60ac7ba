//! The ledger from outside: known answers, an independent oracle, and every way to tamper with it.

mod notes;
mod oracle;
mod support;
mod tiles;
