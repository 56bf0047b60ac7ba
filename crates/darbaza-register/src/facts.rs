//! Facts as a tree of words, whatever their kind: what a register says without how it is written.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;

use crate::file::Document;
use crate::model::Register;

/// The fields by which entries of a list are told apart, the first that an entry has.
const IDENTITIES: [&str; 5] = ["key", "code", "purpose", "number", "name"];

/// One fact, or several under their names.
///
/// It is made of the written form, not field by field, so that no field can be forgotten. Lists of
/// entries are maps by the entries' own names, and lists of words are sets: the order of a file says
/// nothing.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(untagged)]
pub(crate) enum Facts {
    /// A word, a number, a text.
    Word(String),
    /// Words of any order, such as citations.
    Words(BTreeSet<String>),
    /// Fields by name.
    Fields(BTreeMap<String, Facts>),
    /// Entries of a list by what tells them apart.
    Entries(BTreeMap<String, Facts>),
}

impl From<&Register> for Facts {
    fn from(register: &Register) -> Facts {
        // What is made of words and numbers has a JSON form.
        Facts::of(serde_json::to_value(Document::from(register)).unwrap_or_default())
    }
}

impl Facts {
    fn of(value: Value) -> Facts {
        match value {
            Value::Object(fields) => {
                Facts::Fields(fields.into_iter().map(|(name, value)| (name, Facts::of(value))).collect())
            }
            Value::Array(list) if list.iter().any(Value::is_object) => Facts::entries(list),
            Value::Array(list) => Facts::Words(list.into_iter().map(word).collect()),
            single => Facts::Word(word(single)),
        }
    }

    /// The facts of that name in these.
    pub(crate) fn field(&self, name: &str) -> Option<&Facts> {
        match self {
            Facts::Fields(parts) | Facts::Entries(parts) => parts.get(name),
            Facts::Word(_) | Facts::Words(_) => None,
        }
    }

    /// Entries under their names, which are taken out of them. Where several have one name, such as
    /// contracts prolonged under one number, the further ones are counted: `C-1`, `C-1 (2)`.
    fn entries(list: Vec<Value>) -> Facts {
        let mut by_name: BTreeMap<String, Vec<Facts>> = BTreeMap::new();
        for entry in list {
            let name = identity(&entry).unwrap_or_default().to_owned();
            by_name.entry(name).or_default().push(Facts::of(entry));
        }
        let names: BTreeSet<String> = by_name.keys().cloned().collect();
        let mut entries = BTreeMap::new();
        for (name, mut same) in by_name {
            same.sort();
            let mut same = same.into_iter();
            let first = same.next().map(Facts::without_identity);
            let counted = (2..).map(|count| format!("{name} ({count})")).filter(|name| !names.contains(name));
            entries.extend(counted.zip(same));
            entries.extend(first.map(|first| (name, first)));
        }
        Facts::Entries(entries)
    }

    fn without_identity(mut self) -> Facts {
        if let Facts::Fields(fields) = &mut self
            && let Some(name) = IDENTITIES.iter().find(|name| fields.contains_key(**name))
        {
            fields.remove(*name);
        }
        self
    }
}

fn identity(fields: &Value) -> Option<&str> {
    IDENTITIES.iter().find_map(|name| fields.get(*name))?.as_str()
}

fn word(value: Value) -> String {
    match value {
        Value::String(text) => text,
        other => other.to_string(),
    }
}
