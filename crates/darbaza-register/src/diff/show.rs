//! A difference as a block of lines for a terminal.

use std::fmt::{self, Display, Formatter, Write};

use super::{Change, Difference, EntryDifference, FieldChange};

impl Display for Difference {
    /// A line for each entry, `+` where it is new, `-` where it is gone, `~` where it changed, and
    /// below that a line for each field.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("no difference");
        }
        for (at, entry) in self.entries.iter().enumerate() {
            if at > 0 {
                f.write_char('\n')?;
            }
            entry.fmt(f)?;
        }
        Ok(())
    }
}

impl Display for EntryDifference {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let EntryDifference { kind, key, change } = self;
        let fields = match change {
            Change::Added => return write!(f, "+ {kind} {key}"),
            Change::Removed => return write!(f, "- {kind} {key}"),
            Change::Changed(fields) => fields,
        };
        write!(f, "~ {kind} {key}")?;
        fields.iter().try_for_each(|field| write!(f, "\n    {field}"))
    }
}

impl Display for FieldChange {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let FieldChange { path, old, new } = self;
        let (old, new) = (old.as_deref(), new.as_deref());
        if old.into_iter().chain(new).any(|text| text.contains('\n')) {
            write!(f, "{path}:")?;
            return lines(f, old.unwrap_or_default(), new.unwrap_or_default());
        }
        match (old, new) {
            (Some(old), Some(new)) => write!(f, "{path}: {} -> {}", Shown(old), Shown(new)),
            (None, Some(new)) => write!(f, "+ {path}: {}", Shown(new)),
            (Some(old), None) => write!(f, "- {path}: {}", Shown(old)),
            (None, None) => f.write_str(path),
        }
    }
}

/// The lines of two texts that differ, without those that both begin and end with.
fn lines(f: &mut Formatter<'_>, old: &str, new: &str) -> fmt::Result {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.split('\n').collect(), new.split('\n').collect());
    let begin = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let rest = old.len().min(new.len()) - begin;
    let end = old.iter().rev().zip(new.iter().rev()).take(rest).take_while(|(a, b)| a == b).count();
    for (sign, lines) in [('-', &old[begin..old.len() - end]), ('+', &new[begin..new.len() - end])] {
        for line in lines {
            write!(f, "\n        {sign} ")?;
            line.chars().flat_map(escaped).try_for_each(|c| f.write_char(c))?;
        }
    }
    Ok(())
}

/// A text on one line: as it is where that is plain to see, else in quotes.
struct Shown<'t>(&'t str);

impl Display for Shown<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Shown(text) = self;
        let plain = !text.is_empty() && text.trim() == *text && !text.contains(is_unseen);
        if plain { f.write_str(text) } else { write!(f, "{text:?}") }
    }
}

/// A character as a terminal may have it: what would move its cursor is spelled.
pub(super) fn escaped(c: char) -> impl Iterator<Item = char> {
    let spelled = is_unseen(c).then(|| c.escape_default());
    let plain = spelled.is_none().then_some(c);
    spelled.into_iter().flatten().chain(plain)
}

/// Controls, and marks that turn the direction of writing.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200b}'..='\u{200f}' | '\u{feff}')
}
