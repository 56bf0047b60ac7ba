//! The vendors as the gate reaches them: an address, a secret bound to it, and time-outs.

mod address;
mod call;
mod connect;
mod endpoint;
mod mirror;
mod resolve;

pub(crate) use call::{CallFailed, Form, Outbound, VendorAnswer, VendorBody, Vendors};
pub use call::{Times, VendorTable};
pub use endpoint::{Endpoint, EndpointError, VendorAddress};
