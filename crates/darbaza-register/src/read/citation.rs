//! Citations of acts and their articles.

use serde_saphyr::Spanned;

use super::build::{Builder, line};

impl Builder {
    /// The citations of an entry. What is no article must not stand in a record as one.
    pub(super) fn citations(&mut self, of: &str, law: Vec<Spanned<String>>) -> Vec<String> {
        for article in law.iter().filter(|article| !is_citation(&article.value)) {
            self.problem(
                line(article),
                format!("{of} cites {:?}, which is no article", article.value),
                "write an act and its article, such as PD 8, PD 9(10), PD 19-1(2), AI 17(4)",
            );
        }
        law.into_iter().map(|article| article.value).collect()
    }
}

/// An act in capital letters, a space, and an article such as `9(10)` or `19-1(2)`.
pub(super) fn is_citation(text: &str) -> bool {
    let Some((act, article)) = text.split_once(' ') else { return false };
    let act_is_short = (1..=6).contains(&act.len()) && act.bytes().all(|b| b.is_ascii_alphabetic());
    let begins = article.starts_with(|c: char| c.is_ascii_digit());
    let plain = article.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'(' | b')' | b'-' | b'.'));
    act_is_short && act.starts_with(|c: char| c.is_ascii_uppercase()) && begins && plain
}
