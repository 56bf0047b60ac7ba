//! Sinks: places of a text from which a value could travel to somebody else's server.
//!
//! A URL, a link or image target, an HTML attribute, a host name: software fetches or offers what
//! stands there, so no token is ever restored in one, and masking never puts a token into one. One
//! function, [`judge`], decides for both sides, on the text as its reader will see it: what stands
//! left of the token with values already restored, and what stands right of it.
//!
//! The parts of a sink are looked for independently of each other, so that a decoy of one kind
//! cannot close a sink of another. Looking back for a URL goes [`REACH`] bytes; a stretch of that
//! length without white space counts as a sink by itself, so that a URL has no length behind which
//! it would hide. Looking back for structures goes [`WINDOW`] bytes; one that was opened farther
//! away (a tag with a thousand bytes of other attributes) is forgotten, and inside of it a URL with
//! a host is still recognised by itself.

mod attribute;
mod host;
mod markdown;
mod right;
mod tag;
mod url;

use std::ops::Range;

pub(crate) use right::{Expand, NeedsMore, Right};
pub(crate) use url::contains_url;

/// How far back a link target, a tag or the like may have been opened, in bytes.
const WINDOW: usize = 1024;

/// How far back a URL may have begun, in bytes.
pub(crate) const REACH: usize = 4096;

/// How far ahead masking looks for the end of a structure, in bytes.
const FARTHEST: usize = 4096;

/// What is decided about one token.
#[derive(Debug, PartialEq)]
pub(crate) enum Verdict {
    /// An ordinary place.
    Clear,
    /// A sink.
    Sink(Sink),
    /// The text to the right is not yet long enough to tell.
    Undecided,
}

/// A sink that holds a token.
#[derive(Debug, PartialEq)]
pub(crate) struct Sink {
    /// Where it is opened: byte of the text on the left.
    pub(crate) start: usize,
    kind: Kind,
}

#[derive(Debug, PartialEq, Clone, Copy)]
enum Kind {
    Url,
    LinkTarget,
    Definition,
    Tag,
    Attribute,
    Css,
    Host { right: usize },
}

/// Decides about a token between `left` and `right`.
///
/// `left` holds the last [`REACH`] bytes or more, or all there is. `after_token`: how many bytes
/// of it follow the nearest token that was written in brackets, if there is one.
pub(crate) fn judge(left: &str, after_token: Option<usize>, right: &Right<'_>) -> Verdict {
    if let Some(sink) = open(left, after_token) {
        return Verdict::Sink(sink);
    }
    match right.host() {
        right::Host::None => Verdict::Clear,
        right::Host::Undecided => Verdict::Undecided,
        right::Host::Until(end) => {
            Verdict::Sink(Sink { start: host::start_of_label(left), kind: Kind::Host { right: end } })
        }
    }
}

/// Whether a token at the end of `left` stands in a sink, whatever follows.
pub(crate) fn is_open(left: &str) -> bool {
    open(left, None).is_some()
}

fn open(left: &str, after_token: Option<usize>) -> Option<Sink> {
    if let Some(found) = url::open(left) {
        return Some(found);
    }
    let cut = left.ceil_char_boundary(left.len().saturating_sub(WINDOW));
    let window = &left[cut..];
    markdown::link_target(window)
        .or_else(|| markdown::target_of_token(window, after_token))
        .or_else(|| markdown::definition(window))
        .or_else(|| tag::open(window))
        .or_else(|| attribute::open(window))
        .or_else(|| tag::css_url(window))
        .map(|sink| Sink { start: cut + sink.start, ..sink })
}

impl Sink {
    /// The range of `text` that masking must cover so that its token, which was to stand at
    /// `span`, stands outside of the sink.
    pub(crate) fn cover(&self, text: &str, span: &Range<usize>) -> Range<usize> {
        let rest = &text[span.end..];
        let start = text.floor_char_boundary(self.start.min(span.start));
        let length = match self.kind {
            Kind::Url => url::rest(&text[..start], rest),
            Kind::LinkTarget => markdown::rest_of_target(&text[start..span.end], rest),
            Kind::Definition => url::word_length(rest),
            Kind::Tag => tag::rest(&text[start..span.end], rest),
            Kind::Attribute => attribute::rest(&text[start..span.end], rest),
            Kind::Css => {
                rest.find([')', '\n']).map_or(rest.len(), |at| at + usize::from(rest.as_bytes()[at] == b')'))
            }
            Kind::Host { right } => right,
        };
        start..text.ceil_char_boundary(span.end + length)
    }
}
