//! From text to entries.

use std::borrow::Cow;

use serde_saphyr::{Error, Localizer, Location, MessageFormatter, UserMessageFormatter};

use crate::file::Document;
use crate::problem::{Problem, Unreadable};

/// The documents of a register file.
pub(super) fn documents(text: &str) -> Result<Vec<Document>, Unreadable> {
    read(text).map_err(|first| {
        let each = problem_of_each_document(text);
        Unreadable(if each.is_empty() { vec![problem(&first, 0)] } else { each })
    })
}

/// The bounds are for strangers' files: this one is the operator's, and what it holds is bounded by
/// its own length while aliases are.
fn read(text: &str) -> Result<Vec<Document>, Error> {
    serde_saphyr::from_multiple_with_options(
        text,
        serde_saphyr::options! {
            budget: serde_saphyr::budget! {
                max_documents: usize::MAX,
                max_events: usize::MAX,
                max_nodes: usize::MAX,
                max_total_scalar_bytes: usize::MAX,
            },
        },
    )
}

/// The reader stops at the first problem; read apart, every document tells one. A file with
/// directives (`%YAML`) is not parted: they belong to the document below their own `---`.
fn problem_of_each_document(text: &str) -> Vec<Problem> {
    let mut problems = Vec::new();
    if text.lines().any(|line| line.starts_with('%')) {
        return problems;
    }
    let (mut begin, mut lines_before, mut at) = (0, 0, 0);
    for (number, line) in (0_u64..).zip(text.split_inclusive('\n')) {
        if begins_document(line) && at > begin {
            problems.extend(read(&text[begin..at]).err().map(|error| problem(&error, lines_before)));
            (begin, lines_before) = (at, number);
        }
        at += line.len();
    }
    problems.extend(read(&text[begin..]).err().map(|error| problem(&error, lines_before)));
    problems
}

/// `---` at the beginning of a line parts documents wherever it stands (YAML 1.2.2, 9.1.2).
fn begins_document(line: &str) -> bool {
    line.strip_prefix("---").is_some_and(|rest| rest.trim_start().len() < rest.len() || rest.is_empty())
}

fn problem(error: &Error, lines_before: u64) -> Problem {
    Problem {
        line: error.location().map_or(0, |location| lines_before + location.line()),
        what: error.without_snippet().render_with_formatter(&Placeless),
        remedy: "compare the entry with docs/register.md".to_owned(),
    }
}

/// What is wrong without where: a problem has its line already.
struct Placeless;

impl MessageFormatter for Placeless {
    fn localizer(&self) -> &dyn Localizer {
        self
    }

    fn format_message<'a>(&self, error: &'a Error) -> Cow<'a, str> {
        UserMessageFormatter.format_message(error)
    }
}

impl Localizer for Placeless {
    fn attach_location<'a>(&self, message: Cow<'a, str>, _: Location) -> Cow<'a, str> {
        message
    }

    fn alias_used_at(&self, _: Location) -> String {
        String::new()
    }
}
