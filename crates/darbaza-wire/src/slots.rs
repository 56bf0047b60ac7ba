//! Slots: the places of a request that hold something a person may have written.
//!
//! The protocol modules decide which leaf is what; this module numbers the leaves, collects their
//! texts and turns edits of texts into replacements of leaves.

mod collector;
mod edits;
mod escapes;
mod text;

pub use edits::EditError;
pub use text::{Role, Shape, Text, TextId};

pub(crate) use collector::{Collector, Slot};
pub(crate) use edits::Slots;
