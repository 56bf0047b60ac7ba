//! An error with everything below it, in one line: for logs and for the line of why.

use std::error::Error;

/// The messages of an error and of its sources, from the outermost in.
pub fn with_sources(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(source) = next {
        text.push_str(": ");
        text.push_str(&source.to_string());
        next = source.source();
    }
    text
}
