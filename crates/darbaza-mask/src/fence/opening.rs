//! Whether a text begins as JSON, and where that JSON ends.

/// What the beginning of a text shows.
pub(super) enum Begins {
    Json,
    Other,
    Unknown,
}

/// Decides on brackets, white space and letters that were `held` and the byte after them.
///
/// A `[` that begins a token begins no array. Outside of fences `{` alone is not enough, as in
/// `{name}`; what says nothing in a fence but begins so is taken for JSON of some kind.
pub(super) fn begins(held: &str, byte: u8, in_fence: bool) -> Begins {
    let word = held.trim_start_matches(['[', '{', ' ', '\t', '\n', '\r', '\x0c']);
    match (held.trim_ascii_end().bytes().next_back(), byte) {
        (Some(b'[' | b'a'..=b'z'), b'a'..=b'z') => begins_constant(word, byte),
        _ if !word.is_empty() => Begins::Other,
        (_, b' ' | b'\t' | b'\n' | b'\r' | b'\x0c') => Begins::Unknown,
        (None | Some(b'['), b'[') => Begins::Unknown,
        (None, b'{') if in_fence => Begins::Json,
        (None, b'{') => Begins::Unknown,
        (Some(b'['), b'{' | b']' | b'"' | b'-' | b'0'..=b'9') => Begins::Json,
        (Some(b'{'), b'"' | b'}') => Begins::Json,
        _ => Begins::Other,
    }
}

/// An array may begin with `null` and the like.
fn begins_constant(word: &str, letter: u8) -> Begins {
    let matches =
        |constant: &&str| constant.strip_prefix(word).is_some_and(|rest| rest.bytes().next() == Some(letter));
    match ["true", "false", "null"].iter().find(|constant| matches(constant)) {
        Some(constant) if constant.len() == word.len() + 1 => Begins::Json,
        Some(_) => Begins::Unknown,
        None => Begins::Other,
    }
}

/// How deep in arrays and objects a JSON text is.
#[derive(Clone, PartialEq)]
pub(super) struct Nesting {
    depth: usize,
    in_string: bool,
    escaped: bool,
}

impl Nesting {
    /// After what was `held` and the byte behind it.
    pub(super) fn new(held: &str, byte: u8) -> Self {
        let depth = held.bytes().filter(|b| matches!(b, b'[' | b'{')).count();
        let mut nesting = Nesting { depth, in_string: false, escaped: false };
        nesting.step(byte);
        nesting
    }

    pub(super) fn is_over(&self) -> bool {
        self.depth == 0
    }

    pub(super) fn step(&mut self, byte: u8) {
        match byte {
            _ if self.escaped => self.escaped = false,
            b'"' => self.in_string = !self.in_string,
            b'\\' if self.in_string => self.escaped = true,
            _ if self.in_string => {}
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
    }

    /// Bytes that change nothing.
    pub(super) fn skip(&self, bytes: &[u8]) -> usize {
        if !self.in_string || self.escaped {
            return 0;
        }
        memchr::memchr3(b'"', b'\\', b'\n', bytes).unwrap_or(bytes.len())
    }
}
