//! Citations of acts and their articles.

/// An act in capital letters, a space, and an article such as `9(10)` or `19-1(2)`.
pub(super) fn is_citation(text: &str) -> bool {
    let Some((act, article)) = text.split_once(' ') else { return false };
    let act_is_short = (1..=6).contains(&act.len()) && act.bytes().all(|b| b.is_ascii_alphabetic());
    let begins = article.starts_with(|c: char| c.is_ascii_digit());
    let plain = article.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'(' | b')' | b'-' | b'.'));
    act_is_short && act.starts_with(|c: char| c.is_ascii_uppercase()) && begins && plain
}
