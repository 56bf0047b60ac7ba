//! The chat completions protocol: `POST /v1/chat/completions`.
//!
//! Published by OpenAI and spoken by most vendors and local servers, each with fields of its own.
//! Unknown fields of a request are read like all others; unknown fields of an answer stay as they
//! are.

mod answer;
mod chunk;
mod definitions;
mod error;
mod messages;
mod mirror;
mod parameters;
mod place;
mod request;
mod rules;
mod walk;
mod widen;

pub use answer::{Answer, AnswerError, Usage};
pub use chunk::{Chunk, DONE, done_event, is_done};
pub use error::{ErrorBody, ReadError, Uninspectable, Wrong};
pub use mirror::{Reply, models_list};
pub use parameters::SensitiveParameter;
pub use place::{AnswerPlace, Field};
pub use request::{Limits, Request};
