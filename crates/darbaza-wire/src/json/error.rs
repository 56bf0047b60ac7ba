//! Why a document is not read.

/// What is wrong with a document that is not too deep.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// No JSON by RFC 8259: also lone surrogates, unfinished documents, bytes after the end.
    #[error("not valid JSON")]
    Syntax,
    /// Bytes that are no UTF-8.
    #[error("not valid UTF-8")]
    NotUtf8,
    /// A byte order mark in front, which RFC 8259 (8.1) forbids senders to write.
    #[error("a byte order mark stands in front")]
    ByteOrderMark,
    /// An object has the same key twice: two readers may disagree on which one counts.
    #[error("member {member} of an object at depth {depth} repeats a key of that object")]
    DuplicateKey {
        /// Depth of the object; the outermost is 1.
        depth: usize,
        /// Which member repeats, counted from 0.
        member: usize,
    },
    /// A key that imitates the parser's private form of numbers.
    #[error("a reserved key is used in an object at depth {depth}")]
    ReservedKey {
        /// Depth of the object; the outermost is 1.
        depth: usize,
    },
}

/// Why a document was not read. Carries places, never content.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JsonError {
    /// Nested deeper than the rules allow.
    #[error("nested deeper than {limit} levels at line {line} column {column}")]
    TooDeep {
        /// The bound.
        limit: usize,
        /// Line, from 1.
        line: usize,
        /// Column in bytes, from 1.
        column: usize,
    },
    /// More values than the rules allow.
    #[error("more than {limit} values at line {line} column {column}")]
    TooMany {
        /// The bound.
        limit: usize,
        /// Line, from 1.
        line: usize,
        /// Column in bytes, from 1.
        column: usize,
    },
    /// Not a document that the gate reads.
    #[error("{fault} at line {line} column {column}")]
    Malformed {
        /// What is wrong.
        fault: Fault,
        /// Line, from 1.
        line: usize,
        /// Column in bytes, from 1.
        column: usize,
    },
}
