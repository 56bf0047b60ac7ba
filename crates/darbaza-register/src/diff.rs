//! What two registers say differently.

mod compare;
mod show;

use crate::facts::Facts;
use crate::model::Register;

/// What one register says that another does not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// The entries that differ, by kind and key.
    pub entries: Vec<EntryDifference>,
}

/// An entry that is not the same in two registers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryDifference {
    /// What kind of entry it is: `system`, `vendor`.
    pub kind: &'static str,
    /// Its key, or the code of a country.
    pub key: String,
    /// What became of it.
    pub change: Change,
}

/// What became of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It says something else, in these fields.
    Changed(Vec<FieldChange>),
}

/// A field that says something else; lists of words change by one word each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldChange {
    /// Where it stands in the entry: `uses.customer-support.categories.PERSON`,
    /// `contracts[MM-2026/114].until`.
    pub path: String,
    /// What it said; none where it was not written.
    pub old: Option<String>,
    /// What it says; none where it is not written, and then what docs/register.md calls its default.
    pub new: Option<String>,
}

impl Difference {
    /// What `new` says that `old` does not, and the other way. Empty where their versions are equal.
    pub fn between(old: &Register, new: &Register) -> Difference {
        Difference { entries: compare::registers(&Facts::from(old), &Facts::from(new)) }
    }

    /// Whether both say the same.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

#[cfg(test)]
mod tests;
