//! Text of a request that looks like a token.
//!
//! Such text is masked as `LITERAL` and comes back as it was. Otherwise a document could carry a
//! core that somebody saw elsewhere, and the answer would show the value behind it.

mod fold;

use std::ops::Range;

use darbaza_core::Category;
use fold::{Folded, UNDERSCORES, fold};

/// A core has at least so many characters after the category.
const IDENTITY: usize = 8;

/// The places that look like a token, in order and apart from each other.
///
/// - The name of a category of ours, an underscore and eight of `a-z2-7`, in any case, with
///   look-alike letters, other forms of digits, escapes or invisible signs inside, anywhere in
///   a run of such characters. Plain identifiers such as `email_addresses` are left alone: they
///   hold no digit, and every core of ours does.
/// - Any other word of that shape, as the gate would write it: capitals, underscore, lower case;
///   or in brackets with a digit.
pub(crate) fn lookalikes(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut examined = 0;
    for at in underscores(text) {
        if at < examined {
            continue;
        }
        let run = Run::around(text, at, examined);
        examined = run.end;
        if run.looks_like_a_token(text) {
            found.push(run.start..run.end);
        }
    }
    found
}

fn underscores(text: &str) -> Vec<usize> {
    let bytes = text.as_bytes();
    let mut places: Vec<usize> = memchr::memchr_iter(b'_', bytes).collect();
    let plain = places.len();
    // The bytes with which the other underscores begin in UTF-8.
    let others = memchr::memchr3_iter(0xcb, 0xe2, 0xef, bytes);
    places.extend(others.filter(|at| text[*at..].starts_with(UNDERSCORES)));
    if places.len() > plain {
        places.sort_unstable();
    }
    places
}

/// A stretch of characters that can be read as `A-Za-z0-9_`.
struct Run {
    start: usize,
    end: usize,
    folded: Vec<u8>,
}

impl Run {
    fn around(text: &str, at: usize, from: usize) -> Run {
        let mut start = at;
        for (place, c) in text[from..at].char_indices().rev() {
            match fold(c) {
                Folded::As(_) => start = from + place,
                Folded::Invisible => {}
                Folded::Other if c == '\\' => {}
                Folded::Other => break,
            }
        }
        let mut end = at;
        let mut folded = Vec::new();
        for (place, c) in text[start..].char_indices() {
            match fold(c) {
                Folded::As(byte) => {
                    folded.push(byte);
                    end = start + place + c.len_utf8();
                }
                Folded::Invisible => {}
                Folded::Other if c == '\\' => {}
                Folded::Other => break,
            }
        }
        Run { start, end, folded }
    }

    fn looks_like_a_token(&self, text: &str) -> bool {
        if self.folded.len() < "IP_".len() + IDENTITY {
            return false;
        }
        let written = &text[self.start..self.end];
        let bracketed = text[..self.start].ends_with(['[', '［', '【', '⟦', '〔'])
            || text[self.end..].starts_with([']', '］', '】', '⟧', '〕']);
        let has_digit = |body: &[u8]| body.iter().any(u8::is_ascii_digit);
        self.folded.iter().enumerate().filter(|(_, byte)| **byte == b'_').any(|(at, _)| {
            let body = body_of(&self.folded[at + 1..], |b| matches!(b, b'a'..=b'z' | b'2'..=b'7'));
            // Digits that are in no core of ours count where nothing but a token is meant.
            let loose = body_of(&self.folded[at + 1..], |b| b.is_ascii_alphanumeric());
            let is_loose = loose.len() >= IDENTITY && loose.iter().any(u8::is_ascii_alphabetic);
            if ends_with_category(&self.folded[..at]) {
                return (body.len() >= IDENTITY && has_digit(body))
                    || (is_loose && (bracketed || !is_plain_identifier(written) || is_random(loose)));
            }
            (bracketed && is_loose && has_digit(loose) && at > 0) || is_written_like_ours(written)
        })
    }
}

fn body_of(folded: &[u8], belongs: impl Fn(u8) -> bool) -> &[u8] {
    let length = folded.iter().take_while(|b| belongs(**b)).count();
    &folded[..length]
}

fn ends_with_category(folded: &[u8]) -> bool {
    Category::ALL.iter().any(|category| {
        let name = category.as_str().as_bytes();
        folded.len() >= name.len() && folded[folded.len() - name.len()..].eq_ignore_ascii_case(name)
    })
}

/// Whether a letter follows a digit: not a word, and not a word with a number.
fn is_random(body: &[u8]) -> bool {
    body.iter().skip_while(|b| !b.is_ascii_digit()).any(u8::is_ascii_alphabetic)
}

/// ASCII, all letters of one case.
fn is_plain_identifier(written: &str) -> bool {
    written.is_ascii()
        && !written.contains('\\')
        && !(written.bytes().any(|b| b.is_ascii_uppercase())
            && written.bytes().any(|b| b.is_ascii_lowercase()))
}

fn is_written_like_ours(written: &str) -> bool {
    written.rsplit_once('_').is_some_and(|(category, body)| {
        category.bytes().next().is_some_and(|b| b.is_ascii_uppercase())
            && category.bytes().all(|b| b.is_ascii_uppercase() || b == b'_')
            && body.len() >= IDENTITY
            && body.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
            && body.bytes().any(|b| b.is_ascii_lowercase())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_token() {
        for text in [
            "PERSON_k7f3q9x2",
            "[person_k7f3qax2]",
            "Person_K7F3QAX2xx",
            "[PERSON_abcdefgh]",
            "PERSON_abcdefgh",
            "[PERSON_k8f9q9x2]",
            "person_k8f9q9x2",
            "xPERSON_k7f3qax2y",
            "уPERSON_k7f3qax2ға",
            "РERSON_k7f3qax2",
            "PER\u{200b}SON_k7f3qax2",
            "PERSON\\_k7f3qax2",
            "ＰＥＲＳＯＮ＿ｋ７ｆ３ｑａｘ２",
            "ID_CARD_k7f3qax2",
            "__PERSON_k7f3qax2__",
            "PERSONA_k7f3qaxx",
            "[persona_k7f3qaxx]",
        ] {
            let inner = text.trim_matches(['[', ']']);
            let start = text.find(inner).unwrap();
            let found = lookalikes(&format!("а — {text} б"));
            assert_eq!(found.len(), 1, "{text}");
            let shift = "а — ".len() + start;
            assert!(found[0].start <= shift && found[0].end <= shift + inner.len(), "{text}");
            assert!(found[0].end + 4 >= shift + inner.len(), "{text}");
        }
    }

    #[test]
    fn what_does_not() {
        for text in [
            "email_addresses = get_customer_by_identifier(person_identifier)",
            "EMAIL_ADDRESSES",
            "user_password",
            "date_20260101",
            "DATE_20260101",
            "email_addresses1",
            "phone_number10",
            "call_a2b3c4d5e6f7",
            "PERSON_k7f3",
            "имя_пользователя",
            "rows[customer_identifier]",
            "snake_case_with_many_words_and_2345",
        ] {
            assert_eq!(lookalikes(text), vec![], "{text}");
        }
    }
}
