//! Masking and restoring, attacked from outside.

#[path = "mask/identity.rs"]
mod identity;
#[path = "mask/json.rs"]
mod json;
#[path = "mask/mangling.rs"]
mod mangling;
#[path = "mask/sinks.rs"]
mod sinks;
#[path = "mask/stream.rs"]
mod stream;
#[path = "mask/support.rs"]
mod support;
