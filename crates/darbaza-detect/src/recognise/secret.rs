//! Secrets: keys by their form, passwords and codes by the words before them.

mod code;
mod form;
mod said;
mod shown;

use crate::candidate::Candidates;
use crate::document::Document;
use crate::roles;
use crate::token::Kind;

/// Proposes all secrets of the text.
pub(crate) fn find(document: &Document, out: &mut Candidates) {
    for (at, token) in document.tokens.iter().enumerate() {
        match token.kind {
            Kind::Word => {
                form::key(document, at, out);
                if token.has(roles::PASSWORD | roles::CODE | roles::CODE_PLACE | roles::SMS) {
                    said::behind_word(document, at, out);
                }
            }
            Kind::Sign('$') => form::hash(document, at, out),
            Kind::Sign(':') => form::connection(document, at, out),
            Kind::Sign('-') => form::private_key(document, at, out),
            _ => {}
        }
    }
    shown::fields(document, out);
    shown::telling(document, out);
}
