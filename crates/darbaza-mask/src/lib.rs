//! Tokens in place of personal data, and the way back in an answer that streams.
//!
//! A value of a request is replaced by a token such as `[PERSON_k7f3q7x2]`: a keyed function of
//! scope, category and value, so that it is the same through a conversation and means nothing
//! outside of it. The map back lives in the memory of one request; only tokens minted in that
//! request are restored.
//!
//! ```
//! use darbaza_core::{Category, Finding, apply_edits};
//! use darbaza_mask::{MaskShape, Masking, MaskingKey, Scope, ScopeKind};
//!
//! let key = MaskingKey::new(1, [7; 32]);
//! let mut masking = Masking::new(Scope::derive(&key, ScopeKind::Opening, &[b"shop", b"Hello"]));
//!
//! let text = "Call Aigerim.";
//! let finding = Finding { category: Category::Person, range: 5..12, score: 0.9, recogniser: "names" };
//! let masked = apply_edits(text, &masking.edits(text, &[finding], MaskShape::Free));
//! assert!(masked.starts_with("Call [PERSON_") && masked.ends_with("]."));
//!
//! let tokens = masking.finish();
//! let mut answer = tokens.text_stream();
//! let mut restored = answer.push(&masked[..9]);
//! restored += &answer.push(&masked[9..]);
//! restored += &answer.finish();
//! assert_eq!(restored, text);
//! ```
//!
//! # What is promised
//!
//! - For every text and all findings, restoring the masked text gives the text.
//! - Restoring is the same for every way to cut an answer into pieces.
//! - A token is restored in any case, with its underscore escaped, in emphasis, quotes or code,
//!   with or without its brackets. It is left alone where another core, a mutation of one, or one
//!   in look-alike letters stands.
//! - No token is restored in a URL, a link or image target, an HTML tag, a host name or an encoded
//!   string, judged on the text as its reader will see it; and masking puts none there: such a
//!   place of the request is masked whole.
//! - Nor in what an HTML element holds that runs, fetches or hides it (`script`, `style`, `iframe`,
//!   `template`, `object`, `applet`, `svg`, comments), however long it is, up to its end.
//! - `tel:`, `sms:`, `sip:`, `whatsapp:` and `geo:` before a token in text do not keep it from being
//!   restored: nothing fetches them, and business letters are full of them. As the target of a
//!   link, in Markdown, HTML or `<tel:…>`, and with `//`, a query or a host, it stays; behind
//!   `intent:`, which can open pages, always.
//! - Values restored into JSON are escaped, and numbers come back as numbers.
//!
//! # Limits
//!
//! - A structure (link target, tag) that was opened more than 1024 bytes before a token is
//!   forgotten. A URL is not, however long it is, nor is an element such as a script, unless its tag
//!   stands in a code fence or right behind a backtick: there it is shown and not run.
//! - An element that is not closed holds all that follows, as in a browser; `<\/script>`, as JSON
//!   can write it, closes none. A finding in such an element of the request masks the whole of it.
//! - In the tag of an HTML element nothing is restored, not even in attributes that are harmless.
//!   In other tags, such as `<client name="…">`, quoted attributes are.
//! - Where a sink is masked whole, its token is a `URL`, also where it was a tag or a definition.
//! - A token that is followed by a dot and a word of two small letters or a known top-level domain,
//!   as in `[PERSON_…].md`, is taken for a host name and stays.
//! - A bare core that is glued to ASCII letters, digits or an underscore, as in `file_PERSON_…`, is
//!   not one; in brackets it is.
//! - JSON in text counts as JSON only in a fence. Content that is JSON as a whole is restored with
//!   [`Tokens::json_stream`] where that was asked for, and with [`Tokens::content_stream`] where
//!   nobody said so; the latter takes an array that begins with a bare token for text.
//! - Copies of values in text that was returned are the caller's to wipe.

mod engine;
mod fence;
mod json;
mod key;
mod lookalike;
mod masking;
mod sink;
mod spans;
mod table;
mod text;
mod tokens;

pub use json::{JsonRestorer, JsonRules, LeafWithUrl};
pub use key::{MaskingKey, Scope, ScopeKind};
pub use masking::{MaskShape, Masking, Original};
pub use text::TextRestorer;
pub use tokens::Tokens;
