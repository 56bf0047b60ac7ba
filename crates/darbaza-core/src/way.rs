//! The way a category of data may go.

use crate::word::written_as_word;

/// How data of a category may leave for a vendor, weakest permission last.
///
/// The order is the order of strictness: `Clear < Masked < Local < Refused`, so that the strictest
/// of several answers is their maximum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Way {
    /// As it is. Only where a register fact says so explicitly.
    Clear,
    /// As a token (masking, PD 1(18), 23(2)).
    Masked,
    /// Only to a system inside the company's own network (AI 17(4)).
    Local,
    /// Not at all.
    Refused,
}

impl Way {
    /// Every way, in the order of strictness.
    pub const ALL: [Way; 4] = [Way::Clear, Way::Masked, Way::Local, Way::Refused];

    /// The written form in register files and leaves.
    pub const fn as_str(self) -> &'static str {
        match self {
            Way::Clear => "clear",
            Way::Masked => "masked",
            Way::Local => "local",
            Way::Refused => "refused",
        }
    }
}

written_as_word!(Way, UnknownWay, "{word:?} is not a way for data to go; known are {known}");
