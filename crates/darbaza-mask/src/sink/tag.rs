//! HTML tags, scripts and style sheets, and the `url(…)` of CSS.

use super::{FARTHEST, Kind, Sink, attribute};

/// Elements of HTML, SVG and MathML that mean something to a browser, in alphabetical order. In
/// the tag of any other, such as `<client name="…">`, an attribute is only data.
const ELEMENTS: &[&str] = &[
    "a",
    "abbr",
    "acronym",
    "address",
    "animate",
    "animatemotion",
    "animatetransform",
    "annotation-xml",
    "applet",
    "area",
    "article",
    "aside",
    "audio",
    "b",
    "base",
    "basefont",
    "bdi",
    "bdo",
    "bgsound",
    "big",
    "blink",
    "blockquote",
    "body",
    "br",
    "button",
    "canvas",
    "caption",
    "center",
    "circle",
    "cite",
    "clippath",
    "code",
    "col",
    "colgroup",
    "command",
    "content",
    "cursor",
    "data",
    "datalist",
    "dd",
    "defs",
    "del",
    "desc",
    "details",
    "dfn",
    "dialog",
    "dir",
    "discard",
    "div",
    "dl",
    "dt",
    "element",
    "ellipse",
    "em",
    "embed",
    "feimage",
    "fencedframe",
    "fieldset",
    "figcaption",
    "figure",
    "filter",
    "font",
    "footer",
    "foreignobject",
    "form",
    "frame",
    "frameset",
    "g",
    "glyph",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "handler",
    "head",
    "header",
    "hgroup",
    "hr",
    "html",
    "i",
    "iframe",
    "image",
    "img",
    "input",
    "ins",
    "isindex",
    "kbd",
    "keygen",
    "label",
    "legend",
    "li",
    "line",
    "lineargradient",
    "link",
    "listener",
    "listing",
    "maction",
    "main",
    "map",
    "mark",
    "marker",
    "marquee",
    "mask",
    "math",
    "menu",
    "menuitem",
    "meta",
    "metadata",
    "meter",
    "mglyph",
    "mi",
    "mn",
    "mo",
    "mpath",
    "ms",
    "mstyle",
    "mtext",
    "multicol",
    "nav",
    "nobr",
    "noembed",
    "noframes",
    "noscript",
    "object",
    "ol",
    "optgroup",
    "option",
    "output",
    "p",
    "param",
    "path",
    "pattern",
    "picture",
    "plaintext",
    "polygon",
    "polyline",
    "portal",
    "pre",
    "progress",
    "q",
    "radialgradient",
    "rb",
    "rect",
    "rp",
    "rt",
    "rtc",
    "ruby",
    "s",
    "samp",
    "script",
    "search",
    "section",
    "select",
    "selectedcontent",
    "semantics",
    "set",
    "shadow",
    "slot",
    "small",
    "source",
    "spacer",
    "span",
    "stop",
    "strike",
    "strong",
    "style",
    "sub",
    "summary",
    "sup",
    "svg",
    "switch",
    "symbol",
    "table",
    "tbody",
    "td",
    "template",
    "text",
    "textarea",
    "textpath",
    "tfoot",
    "th",
    "thead",
    "time",
    "title",
    "tr",
    "track",
    "tref",
    "tspan",
    "tt",
    "u",
    "ul",
    "use",
    "var",
    "video",
    "view",
    "vkern",
    "wbr",
    "xmp",
];

/// A tag, script or style sheet that is still open at the end of the window.
///
/// As a browser reads it: `<` and a letter, and quotes count after `=` only. A blank line outside
/// of quotes ends it too: prose such as `a <b` would otherwise swallow the rest of the text.
pub(super) fn open(window: &str) -> Option<Sink> {
    let bytes = window.as_bytes();
    let mut from = 0;
    while let Some(at) = memchr::memchr(b'<', &bytes[from..]) {
        let start = from + at;
        from = start + 1;
        if !bytes.get(start + 1).is_some_and(|b| b.is_ascii_alphabetic() || matches!(b, b'/' | b'!' | b'?')) {
            continue;
        }
        let tag = &window[start..];
        match end_of_tag(tag) {
            Ok(length) => match raw_text(tag, length) {
                Some(None) => return Some(Sink { start, kind: Kind::Tag }),
                end => from = start + end.flatten().unwrap_or(length),
            },
            // What looks like a tag inside of the value is looked at too: the tag may be no tag.
            Err(Some(value)) if is_data(tag, value) => {}
            Err(_) => return Some(Sink { start, kind: Kind::Tag }),
        }
    }
    None
}

/// The bytes of `rest` that belong to a tag of which `begun` is the first part.
pub(super) fn rest(begun: &str, rest: &str) -> usize {
    let whole = format!("{begun}{}", &rest[..rest.floor_char_boundary(FARTHEST)]);
    let Ok(length) = end_of_tag(&whole) else { return 0 };
    let end = raw_text(&whole, length).map_or(length, |end| end.unwrap_or(whole.len()));
    end.saturating_sub(begun.len())
}

/// Where a tag ends; else where the quoted value begins in which the text ends, if in one.
fn end_of_tag(text: &str) -> Result<usize, Option<usize>> {
    let mut quote = None;
    let mut last = b' ';
    let mut newline = false;
    for (at, byte) in text.bytes().enumerate() {
        match quote {
            Some((open, _)) if byte == open => quote = None,
            Some(_) => {}
            None => match byte {
                b'>' => return Ok(at + 1),
                b'\n' if newline => return Ok(at),
                b'"' | b'\'' if last == b'=' => quote = Some((byte, at + 1)),
                _ => {}
            },
        }
        newline = byte == b'\n' || (newline && byte.is_ascii_whitespace());
        if !byte.is_ascii_whitespace() {
            last = byte;
        }
    }
    Err(quote.map(|(_, start)| start))
}

/// For a tag that opens a script or a style sheet: where that ends, if it does. Also for a tag in
/// code, where [`super::element`] takes its reader's word that it is only shown.
fn raw_text(text: &str, tag: usize) -> Option<Option<usize>> {
    let name = element(text)?.to_ascii_lowercase();
    if !matches!(name.as_str(), "script" | "style") {
        return None;
    }
    let close = format!("</{name}");
    let end = memchr::memchr_iter(b'<', &text.as_bytes()[tag..]).map(|at| tag + at).find(|at| {
        text.as_bytes()[*at..]
            .get(..close.len())
            .is_some_and(|end| end.eq_ignore_ascii_case(close.as_bytes()))
    });
    Some(end)
}

fn element(tag: &str) -> Option<&str> {
    let name = tag[1..].split(|c: char| c.is_ascii_whitespace() || matches!(c, '>' | '/')).next()?;
    Some(name.rsplit(':').next().unwrap_or(name))
}

/// Whether the quoted value that begins at `value` is data: the attribute of an element that no
/// browser knows, with a name that no browser and no library gives a meaning to.
fn is_data(tag: &str, value: usize) -> bool {
    let is_plain = |name: &str| !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_');
    let Some(element) = element(tag) else { return false };
    let before = tag[..value - 1].trim_end().trim_end_matches('=').trim_end();
    let name = before
        .rsplit(|c: char| c.is_ascii_whitespace() || matches!(c, '"' | '\'' | '/'))
        .next()
        .unwrap_or_default();
    let known = ELEMENTS.binary_search(&element.to_ascii_lowercase().as_str()).is_ok();
    let acts =
        name.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("on")) || attribute::is_address(name);
    is_plain(element) && is_plain(name) && !known && !acts
}

/// A `url(` that is still open at the end of the window.
pub(super) fn css_url(window: &str) -> Option<Sink> {
    let bytes = window.as_bytes();
    memchr::memchr_iter(b'(', bytes)
        .find(|&at| {
            let named = at >= 3 && bytes[at - 3..at].eq_ignore_ascii_case(b"url");
            named
                && (at == 3 || !bytes[at - 4].is_ascii_alphanumeric())
                && !is_closed(window[at + 1..].trim_start())
        })
        .map(|at| Sink { start: at - 3, kind: Kind::Css })
}

fn is_closed(inside: &str) -> bool {
    let quoted = inside.chars().next().filter(|c| matches!(c, '"' | '\''));
    let after = match quoted {
        Some(quote) => match inside[1..].find(quote) {
            Some(end) => &inside[1 + end..],
            None => return inside.contains("\n\n"),
        },
        None => inside,
    };
    after.contains(')') || after.contains("\n\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_can_be_searched() {
        assert!(ELEMENTS.is_sorted());
    }
}
