//! Makes a ledger public to whoever verifies it: tiles, signed checkpoints, and their export to a
//! second place that whoever holds the ledger cannot quietly rewrite.

mod copy;
mod export;
mod folder;
mod publisher;
mod status;
mod thread;

pub use copy::publish_copy;
pub use export::{Export, split_notes};
pub use folder::TileFolder;
pub use publisher::{Publisher, PublisherError};
pub use status::PublisherStatus;
pub use thread::PublisherThread;
