//! One event.

use std::fmt;

use bytes::Bytes;

/// One event of a stream, or a block of comments between events.
///
/// `Debug` shows no content.
#[derive(Clone, PartialEq, Eq)]
pub struct Event {
    /// The bytes it came in, the blank line that ends it included.
    pub raw: Bytes,
    /// The `event` field, where it is not empty.
    pub name: Option<String>,
    /// The `id` field.
    pub id: Option<String>,
    /// The `retry` field, milliseconds.
    pub retry: Option<u64>,
    /// The data lines, joined by line feeds. `None` where there is none: comments and keep-alives,
    /// which clients ignore and proxies send on.
    pub data: Option<String>,
    /// Whether it has a line that is neither a comment nor a field of the standard. Clients ignore
    /// such lines; a page of HTML in the middle of a stream consists of them.
    pub has_unknown_lines: bool,
}

impl Event {
    /// Reads the lines of one event, which are UTF-8.
    pub(super) fn read(raw: Bytes, text: &str) -> Self {
        let mut event = Event {
            raw: Bytes::new(),
            name: None,
            id: None,
            retry: None,
            data: None,
            has_unknown_lines: false,
        };
        for line in lines(text) {
            let (field, value) = field(line);
            match field {
                "data" => match &mut event.data {
                    Some(data) => {
                        data.push('\n');
                        data.push_str(value);
                    }
                    None => event.data = Some(value.to_owned()),
                },
                "event" => event.name = (!value.is_empty()).then(|| value.to_owned()),
                "id" if !value.contains('\0') => event.id = Some(value.to_owned()),
                "retry" if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) => {
                    event.retry = value.parse().ok();
                }
                // Comments have an empty field name; a field may have a value that is no value.
                "" | "id" | "retry" => {}
                _ => event.has_unknown_lines = true,
            }
        }
        event.raw = raw;
        event
    }

    /// The event with other data: every other line stays, comments too.
    pub fn with_data(&self, data: &str) -> Vec<u8> {
        let mut out = String::with_capacity(data.len() + 32);
        let mut written = false;
        let text = String::from_utf8_lossy(&self.raw);
        for line in lines(&text).filter(|line| !line.is_empty()) {
            if field(line).0 != "data" {
                out.push_str(line);
                out.push('\n');
            } else if !written {
                written = true;
                push_data(&mut out, data);
            }
        }
        if !written {
            push_data(&mut out, data);
        }
        out.push('\n');
        out.into_bytes()
    }
}

/// An event that carries data only.
pub fn data_event(data: &str) -> Vec<u8> {
    let mut out = String::with_capacity(data.len() + 8);
    push_data(&mut out, data);
    out.push('\n');
    out.into_bytes()
}

fn push_data(out: &mut String, data: &str) {
    for line in data.split("\r\n").flat_map(|line| line.split(['\r', '\n'])) {
        out.push_str("data: ");
        out.push_str(line);
        out.push('\n');
    }
}

/// The lines of a text that ends them by CR, LF or CRLF.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text).filter(|text| !text.is_empty());
    std::iter::from_fn(move || {
        let text = rest?;
        let Some(end) = text.find(['\r', '\n']) else {
            rest = None;
            return Some(text);
        };
        let after = &text[end..];
        let after = after.strip_prefix("\r\n").unwrap_or(&after[1..]);
        rest = Some(after).filter(|after| !after.is_empty());
        Some(&text[..end])
    })
}

fn field(line: &str) -> (&str, &str) {
    match line.split_once(':') {
        Some((field, value)) => (field, value.strip_prefix(' ').unwrap_or(value)),
        None => (line, ""),
    }
}

/// Shows sizes only.
impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Event")
            .field("raw_bytes", &self.raw.len())
            .field("data_bytes", &self.data.as_ref().map(String::len))
            .finish_non_exhaustive()
    }
}
