//! What the gate says of errors in its logs.

use std::error::Error;

/// An error with everything below it, in one line.
pub(crate) fn sources(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(source) = next {
        text.push_str(": ");
        text.push_str(&source.to_string());
        next = source.source();
    }
    text
}
