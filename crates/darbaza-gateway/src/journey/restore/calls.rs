//! Calls of tools whose arguments stay masked.
//!
//! The register names the tools that would carry values out of the company's hands. A name is
//! compared exactly, and as the client reads it: after restoring, because the client finds its tool
//! by that name, and the register's word is the client's too.
//!
//! A stream may tell a name in pieces, or after the arguments began. Until it is sure that the name
//! cannot become one of the register's any more, arguments are held back; those of a call that never
//! gets a name stay masked. A system without such a tool needs no name and holds nothing back.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use darbaza_register::{System, ToolArguments};
use darbaza_wire::chat::AnswerPlace;

/// Longest name of a tool in the protocol, in bytes. Longer ones are none of the register's.
const LONGEST_NAME: usize = 64;

/// The tools of a system whose arguments stay masked.
#[derive(Debug, Default)]
pub(crate) struct MaskedTools(BTreeSet<String>);

impl MaskedTools {
    /// By the register.
    pub(crate) fn of(system: &System) -> MaskedTools {
        let masked = system.tools.iter().filter(|(_, arguments)| **arguments == ToolArguments::Masked);
        MaskedTools(masked.map(|(name, _)| name.clone()).collect())
    }

    /// What becomes of the arguments of a call by its whole name; empty where it has none.
    pub(super) fn arguments_of(&self, name: &str) -> ToolArguments {
        let unknown = name.is_empty() && !self.0.is_empty();
        if unknown || self.0.contains(name) { ToolArguments::Masked } else { ToolArguments::Restored }
    }

    /// Whether a name that goes on may become one of these.
    fn may_become(&self, begun: &str) -> bool {
        self.0.iter().any(|name| name.len() > begun.len() && name.starts_with(begun))
    }
}

/// The calls of a stream that are under way, by the place of their arguments.
pub(super) struct Calls {
    tools: MaskedTools,
    open: BTreeMap<AnswerPlace, Call>,
    renamed: bool,
}

/// What is known of a call.
#[derive(Default)]
struct Call {
    /// The pieces of its name, joined, as they were told to the client.
    name: String,
    /// The piece that the vendor sent, where it sent one and the same each time: some repeat the
    /// whole name in every event.
    repeated: Option<String>,
    arguments: Arguments,
}

enum Arguments {
    /// Nobody knows yet.
    Held(String),
    Decided(ToolArguments),
}

impl Default for Arguments {
    fn default() -> Self {
        Arguments::Held(String::new())
    }
}

impl Calls {
    pub(super) fn new(tools: MaskedTools) -> Calls {
        Calls { tools, open: BTreeMap::new(), renamed: false }
    }

    /// Takes a piece of a name: as the vendor sent it, and what of it was told to the client.
    pub(super) fn name(&mut self, arguments: AnswerPlace, sent: &str, told: &str) {
        if self.tools.0.is_empty() || (sent.is_empty() && told.is_empty()) {
            return;
        }
        let call = self.open.entry(arguments).or_default();
        if matches!(call.arguments, Arguments::Decided(ToolArguments::Restored)) {
            // What came before may have values in it. A client that joins pieces reads a name that is
            // none of these; one that takes the last piece would call the tool with them.
            self.renamed |= self.tools.0.contains(sent);
            return;
        }
        call.grow(sent, told);
    }

    /// Takes a piece of arguments, leaves of it what may go on now, and says how.
    pub(super) fn arguments(&mut self, place: AnswerPlace, piece: &mut String) -> ToolArguments {
        if self.tools.0.is_empty() {
            return ToolArguments::Restored;
        }
        let Calls { tools, open, .. } = self;
        let call = open.entry(place).or_default();
        let held = match &mut call.arguments {
            Arguments::Decided(decided) => return *decided,
            Arguments::Held(held) => held,
        };
        held.push_str(piece);
        piece.clear();
        let readings = [Some(call.name.as_str()), call.repeated.as_deref()];
        let masked = readings.into_iter().flatten().any(|name| tools.0.contains(name));
        let open_end = readings.into_iter().flatten().any(|name| tools.may_become(name));
        if held.is_empty() || (open_end && !masked) {
            return ToolArguments::Masked;
        }
        *piece = std::mem::take(held);
        let decided = if masked { ToolArguments::Masked } else { ToolArguments::Restored };
        call.arguments = Arguments::Decided(decided);
        decided
    }

    /// Ends a call: its name is whole now. Gives what was held back, and how it goes on.
    pub(super) fn finish(&mut self, place: AnswerPlace) -> Option<(ToolArguments, String)> {
        let Call { name, repeated, arguments } = self.open.remove(&place)?;
        let Arguments::Held(held) = arguments else { return None };
        let repeats = repeated.is_some_and(|name| self.tools.0.contains(&name));
        let decided = if repeats { ToolArguments::Masked } else { self.tools.arguments_of(&name) };
        Some((decided, held))
    }

    /// The places of the arguments of all calls under way.
    pub(super) fn places(&self) -> impl Iterator<Item = AnswerPlace> {
        self.open.keys().copied()
    }

    pub(super) fn len(&self) -> usize {
        self.open.len()
    }

    /// Whether a call whose arguments were restored was given the name of a tool that may not have
    /// them.
    pub(super) fn is_renamed(&self) -> bool {
        self.renamed
    }
}

impl Call {
    fn grow(&mut self, sent: &str, told: &str) {
        if !sent.is_empty() {
            let first = self.name.is_empty() && self.repeated.is_none();
            let same = first || self.repeated.as_deref() == Some(sent);
            self.repeated = (same && sent.len() <= LONGEST_NAME).then(|| sent.to_owned());
        }
        // One byte more than the longest is enough to be none of them.
        if self.name.len() <= LONGEST_NAME {
            self.name.push_str(told);
        }
    }
}
