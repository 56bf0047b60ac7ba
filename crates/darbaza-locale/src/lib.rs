//! Texts in Kazakh, Russian and English, from the Fluent files in `locales/`.
//!
//! No sentence is put together from pieces: one message, one sentence, with named places in it. The
//! three files hold the same messages with the same places, which a test proves.

mod texts;

pub use texts::{Args, Texts};
