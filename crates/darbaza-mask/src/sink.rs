//! Sinks: places of a text from which a value could travel to somebody else's server.
//!
//! A URL, a link or image target, an HTML attribute, a host name: software fetches or offers what
//! stands there, so no token is ever restored in one, and masking never puts a token into one. One
//! function, [`judge`], decides for both sides, on the text as its reader will see it: what stands
//! left of the token with values already restored, and what stands right of it.
//!
//! The parts of a sink are looked for independently of each other, so that a decoy of one kind
//! cannot close a sink of another. A URL is recognised at any length, and so is the content of a
//! script or of another element that is not merely shown. Looking back for other structures goes
//! [`WINDOW`] bytes; one that was opened farther away (a tag with a thousand bytes of other
//! attributes) is forgotten, and inside of it a URL with a host is still recognised by itself.
//!
//! `tel:`, `sms:`, `sip:`, `whatsapp:` and `geo:` make no sink by themselves: in text they are how
//! people write "phone:", and nothing fetches them. As the target of a link they are one like any
//! other, and so is what has a `//`, a query or a host. `intent:` can name a page to open: a sink.

mod attribute;
mod element;
mod host;
mod left;
mod markdown;
mod right;
mod tag;
mod url;

use std::ops::Range;

pub(crate) use left::Left;
pub(crate) use right::{Expand, NeedsMore, Right};
pub(crate) use url::contains_url;

/// How far back a link target, a tag or the like may have been opened, in bytes.
const WINDOW: usize = 1024;

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
    /// Where it is opened: byte of the whole text.
    pub(crate) start: usize,
    kind: Kind,
}

#[derive(Debug, PartialEq, Clone, Copy)]
enum Kind {
    Url,
    LinkTarget,
    Definition,
    Element,
    Tag,
    Attribute,
    Css,
    Host { right: usize },
}

/// Decides about a token between `left` and `right`.
pub(crate) fn judge(left: &Left, right: &Right<'_>) -> Verdict {
    // The right first: it is asked again and again while text arrives, the left then only once.
    match right.host() {
        right::Host::Undecided => Verdict::Undecided,
        right::Host::None => open(left).map_or(Verdict::Clear, Verdict::Sink),
        right::Host::Until(end) => {
            let (begin, window) = left.tail(WINDOW);
            let start = begin + host::start_of_label(window);
            Verdict::Sink(open(left).unwrap_or(Sink { start, kind: Kind::Host { right: end } }))
        }
    }
}

/// Whether a token at the end of `left` stands in a sink, whatever follows.
pub(crate) fn is_open(left: &Left) -> bool {
    open(left).is_some()
}

fn open(left: &Left) -> Option<Sink> {
    if let Some(start) = left.open_element() {
        return Some(Sink { start, kind: Kind::Element });
    }
    if let Some(start) = left.open_url() {
        return Some(Sink { start, kind: Kind::Url });
    }
    let (begin, window) = left.tail(WINDOW);
    markdown::link_target(window)
        .or_else(|| markdown::target_of_token(window, left.after_token()))
        .or_else(|| markdown::definition(window))
        .or_else(|| tag::open(window))
        .or_else(|| attribute::open(window))
        .or_else(|| tag::css_url(window))
        .map(|sink| Sink { start: begin + sink.start, ..sink })
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
            Kind::Element => element::rest(&text[start..span.end], rest),
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
