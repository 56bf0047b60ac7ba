//! The wire formats of AI vendors: which texts stand in a request and in an answer, and how edited
//! ones are written back.
//!
//! The crate knows nothing of personal data, of masking or of HTTP. A request is read whole, every
//! string, key and number of it is a [`Text`] unless it was checked to be a word of the protocol,
//! and edits of texts end up in the leaves they came from.
//!
//! - [`json`]: the tree under everything; strict, bounded, nothing lost.
//! - [`Text`], [`Role`], [`Shape`]: the slots of a request, whatever its protocol.
//! - [`sse`]: event streams.
//! - [`chat`]: the chat completions protocol.
//!
//! ```
//! use darbaza_core::Edit;
//! use darbaza_wire::chat::{Limits, Request};
//!
//! let body = r#"{"model":"m","messages":[{"role":"user","content":"Менің атым Ерлан"}]}"#;
//! let mut request = Request::read(body.as_bytes(), &Limits::default())?;
//! let text = &request.texts()[0];
//! let start = text.value.find("Ерлан").unwrap_or_default();
//! let edit = Edit { range: start..start + "Ерлан".len(), with: "[PERSON_k7f3q9x2]".to_owned() };
//! let id = text.id;
//! request.apply(id, &[edit])?;
//! let sent = String::from_utf8(request.to_bytes())?;
//! assert!(sent.contains("Менің атым [PERSON_k7f3q9x2]"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod chat;
pub mod json;
mod slots;
pub mod sse;

pub use slots::{EditError, Role, Shape, Text, TextId};
