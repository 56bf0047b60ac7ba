//! A JSON tree that loses nothing the gate has to see or to send on.
//!
//! The order of keys and the digits of numbers stay as they came, keys never repeat, depth is
//! bounded, and a string that is itself a JSON document can be read as one ([`Node::Nested`]).
//! The parsing itself is `serde_json`'s; what it lets through and this module refuses is: repeated
//! keys, depth beyond the bound, and an object that imitates the library's private form of numbers.

mod error;
mod leaves;
mod node;
mod read;
mod write;

pub use error::{Fault, JsonError};
pub use leaves::Leaf;
pub use node::{Member, Nested, Node};
pub use read::{MAX_DEPTH, Rules, parse};
pub use write::{escape, to_bytes};

pub(crate) use write::{Replacements, Rewritten, to_string, write_replaced};
