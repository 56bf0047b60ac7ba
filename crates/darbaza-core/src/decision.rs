//! What the gate does with a request.

use crate::word::written_as_word;

/// The gate's action on a request; the value of the header `Darbaza-Decision`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Sent as it came.
    Pass,
    /// Sent with tokens in place of personal data.
    Mask,
    /// Sent to another route than the one asked for.
    Reroute,
    /// Waiting for a human.
    Hold,
    /// Not sent.
    Refuse,
}

impl Action {
    /// Every action.
    pub const ALL: [Action; 5] = [Action::Pass, Action::Mask, Action::Reroute, Action::Hold, Action::Refuse];

    /// The written form.
    pub const fn as_str(self) -> &'static str {
        match self {
            Action::Pass => "pass",
            Action::Mask => "mask",
            Action::Reroute => "reroute",
            Action::Hold => "hold",
            Action::Refuse => "refuse",
        }
    }
}

written_as_word!(Action, UnknownAction, "{word:?} is not an action of the gate; known are {known}");
