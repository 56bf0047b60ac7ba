//! The gate: an application speaks the vendor's protocol to it, and what may not leave does not.
//!
//! [`journey`](self) is told by one function; each step is one file of that folder. HTTP in, HTTP
//! out: no template, no SQL. The stores come in as traits, the keys and addresses by value.

mod chat;
mod clock;
mod decisions_endpoint;
mod detect_endpoint;
mod ending;
mod gate;
mod in_force;
mod journey;
mod keybook;
mod keyed;
mod masking;
mod metrics;
mod models_endpoint;
mod operations;
mod recovery;
mod refused;
mod refused_keys;
mod reply;
mod room;
mod router;
mod vendor;

pub use clock::{Clock, HeldClock, day_of, told};
pub use gate::{Gate, GateParts, Limits};
pub use in_force::InForce;
pub use keybook::KeyBook;
pub use keyed::GateKeys;
pub use masking::MaskingKeySource;
pub use metrics::Vitals;
pub use recovery::{LastRecorded, close_open_decisions};
pub use router::{gate_addresses, gate_router, operations_addresses, operations_router};
pub use vendor::{Endpoint, EndpointError, Times, VendorAddress, VendorTable};
