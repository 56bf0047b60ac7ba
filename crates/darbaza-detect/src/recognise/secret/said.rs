//! Passwords behind the words that announce them.

use darbaza_core::Category;

use super::code;
use crate::candidate::Candidates;
use crate::document::Document;
use crate::field;
use crate::fold::flag;
use crate::roles;
use crate::token::{Case, Kind};

/// Tokens between the announcing word and the value at most.
pub(super) const REACH: usize = 12;

/// Characters of a run at most.
const LONGEST_RUN: usize = 200;

/// Proposes the value that word `at` announces.
pub(crate) fn behind_word(document: &Document, at: usize, out: &mut Candidates) {
    let word = &document.tokens[at];
    if word.has(roles::PASSWORD) {
        password(document, at, out);
    } else {
        code::behind_word(document, at, out);
    }
}

/// A run of characters without white space, without the punctuation that closes a sentence.
pub(super) fn run_at(document: &Document, token: usize) -> Option<(usize, usize)> {
    let start = document.tokens.get(token)?.start;
    let text = &document.view.text[start..];
    let mut end = 0;
    for (i, c) in text.char_indices().take(LONGEST_RUN) {
        if c.is_whitespace() || ends_run(document, start, start + i, c) {
            break;
        }
        end = i + c.len_utf8();
    }
    while let Some(c) = text[..end].chars().next_back() {
        let open = c == ')' && text[..end].contains('(');
        if matches!(c, '.' | ',' | ';' | ':' | '?' | ')' | '\'' | ']' | '}') && !open {
            end -= c.len_utf8();
        } else {
            break;
        }
    }
    (end > 0).then_some((start, start + end))
}

/// Whether a sign at `at` ends the run from `start` on: a quote or bracket of the text around it,
/// a bar of a table. A password may hold such signs itself; then it goes on behind them.
fn ends_run(document: &Document, start: usize, at: usize, sign: char) -> bool {
    let next = document.after(at + sign.len_utf8());
    let goes_on = next.is_some_and(|c| crate::token::is_alnum(c) || matches!(c, '#' | '$' | '%' | '@' | '*'));
    match sign {
        '«' | '»' | '“' | '”' => true,
        '"' | '>' => !goes_on,
        '<' => !goes_on || begins_with_tag(document.text(at..document.view.text.len())),
        '|' => {
            let line = document.text(0..start).bytes().rev().take(LONGEST_RUN).take_while(|b| *b != b'\n');
            !goes_on || line.into_iter().any(|b| b == b'|')
        }
        _ => false,
    }
}

/// Whether a text begins with a tag that often stands behind a value; `</` is a sign of its own.
fn begins_with_tag(text: &str) -> bool {
    const TAGS: &[&str] = &["br", "b", "p", "i", "td", "tr", "th", "li", "div", "span", "a", "strong", "em"];
    let inside = text.strip_prefix('<').unwrap_or("");
    TAGS.iter().any(|tag| inside.strip_prefix(tag).is_some_and(|rest| rest.starts_with(['>', '/', ' '])))
}

/// Whether a run reads as a made-up password rather than a word of the language.
pub(super) fn is_password_like(run: &str) -> bool {
    // A time or date is no password.
    if run.chars().all(|c| c.is_ascii_digit() || matches!(c, ':' | '-' | '.'))
        && run.contains([':', '-'])
        && run.matches([':', '-']).count() <= 2
        && run.contains(':')
    {
        return false;
    }
    let (mut digits, mut letters, mut upper, mut lower, mut signs) = (0, 0, 0, 0, 0);
    for c in run.chars() {
        digits += u32::from(c.is_ascii_digit());
        letters += u32::from(c.is_alphabetic());
        upper += u32::from(c.is_uppercase());
        lower += u32::from(c.is_lowercase());
        signs += u32::from(matches!(
            c,
            '!' | '@' | '#' | '$' | '%' | '^' | '&' | '*' | '_' | '+' | '=' | '?' | '~' | '/' | '\\'
        ));
    }
    let length = digits + letters + signs;
    if ["http", "/", "&"].iter().any(|head| run.starts_with(head))
        || is_placeholder(run)
        || run.contains("://")
        || !(4..=120).contains(&length)
    {
        return false;
    }
    letters > 0 && (digits > 0 || signs > 0)
        || digits >= 4 && letters == 0 && !run.contains(['.', '/'])
        || upper > 1 && lower > 1 && !run.contains('-')
}

/// What a program puts the value in for later: `${DB_PASSWORD}`, `{{ password }}`.
fn is_placeholder(run: &str) -> bool {
    ["${", "$(", "{{"].iter().any(|head| run.starts_with(head))
}

fn password(document: &Document, at: usize, out: &mut Candidates) {
    // What joins the word to the value: signs and a few small words.
    let mut separated = false;
    let mut lines = 0;
    let mut asked = false;
    let mut i = at + 1;
    let spoken_word = is_code_word(document, at);
    while i <= at + REACH {
        let Some(token) = document.tokens.get(i) else { return };
        lines += u32::from(token.line);
        if lines > 1 || lines == 1 && !asked {
            return;
        }
        match token.kind {
            Kind::Sign(':' | '=' | '—' | '–' | '→') => separated = true,
            Kind::Sign('?') => {
                asked = true;
                separated = false;
            }
            Kind::Sign('«' | '"' | '\'' | '“') if !token.line || asked => {
                if quoted(document, i, spoken_word || separated, out) {
                    return;
                }
            }
            Kind::Sign('/') => {}
            Kind::Sign('.')
                if document.glued(i) && document.tokens[i - 1].is('.')
                    || document.tokens.get(i + 1).is_some_and(|t| t.is('.')) =>
            {
                separated = true
            }
            Kind::Sign('.')
                if document.tokens[i - 1].is('.')
                    || document.tokens.get(i + 1).is_some_and(|t| t.is('.')) =>
            {
                separated = true
            }
            Kind::Sign('|' | '<')
                if (separated || i == at + 1) && field::behind_markup(&document.tokens, i) > i =>
            {
                i = field::behind_markup(&document.tokens, i);
                continue;
            }
            Kind::Sign('.' | ';' | '!' | '|') if !(separated && document.glued(i + 1)) => return,
            Kind::Sign('-') if token.space => separated = true,
            _ => {
                let Some((start, end)) = run_at(document, i) else { return };
                let run = &document.view.text[start..end];
                if is_placeholder(run) {
                    return;
                }
                let glued_to_word = !token.space && document.tokens[i - 1].is_word();
                let value = is_password_like(run) && !glued_to_word && !token.has(roles::PASSWORD);
                if value {
                    out.add(
                        Category::Secret,
                        start..end,
                        if separated { 0.93 } else { 0.85 },
                        "secret_password",
                    );
                    second_password(document, end, out);
                    return;
                }
                // The answer to "code word?" is an ordinary word on the next line behind the speaker.
                let speaker = document.tokens.get(i + 1).is_some_and(|t| t.is(':'));
                let answer = spoken_word
                    && (separated && !asked || asked && lines == 1)
                    && token.is_word()
                    && !speaker
                    && !token.has(roles::NOTNAME | roles::PASSWORD | roles::NUMBERISH);
                if answer && !is_filler(document, i) {
                    out.add(Category::Secret, start..end, 0.75, "secret_code_word");
                    return;
                }
                if separated
                    && !asked
                    && !spoken_word
                    && lines == 0
                    && token.is_word()
                    && token.latin
                    && !token.is_any(flag::COMMON)
                    && token.case == Case::Lower
                    && end - start >= 5
                {
                    out.add(Category::Secret, start..end, 0.6, "secret_password");
                    return;
                }
            }
        }
        i += 1;
    }
}

/// `Kq7z91 или Qwerty12`: another password joined to the one that ends at a byte offset.
fn second_password(document: &Document, end: usize, out: &mut Candidates) {
    let joint = document.token_from(end);
    if !is_joint(document, joint) {
        return;
    }
    let Some((start, end)) = run_at(document, joint + 1) else { return };
    let run = &document.view.text[start..end];
    if is_password_like(run)
        && run.contains(|c: char| c.is_ascii_digit())
        && run.contains(char::is_alphabetic)
    {
        out.add(Category::Secret, start..end, 0.75, "secret_password");
    }
}

/// A slash or a word that joins two values of one kind.
pub(super) fn is_joint(document: &Document, at: usize) -> bool {
    document.tokens.get(at).is_some_and(|t| t.is('/') && !t.line)
        || matches!(document.lower(at), "и" | "или" | "және" | "немесе" | "and" | "or")
}

/// `кодовое слово`, `кілтсөз`: the value is a word that people say.
fn is_code_word(document: &Document, at: usize) -> bool {
    let lower = document.lower(at);
    ["кодов", "кодтық", "кілтсөз", "кілтсоз", "phrase", "passphrase", "құпия"]
        .iter()
        .any(|w| lower.starts_with(w))
        && !lower.starts_with("құпиясөз")
}

fn is_filler(document: &Document, at: usize) -> bool {
    matches!(
        document.lower(at),
        "ну" | "слово"
            | "сөз"
            | "сөзі"
            | "сөзіңіз"
            | "қандай"
            | "какое"
            | "мое"
            | "моё"
            | "это"
            | "так"
            | "сейчас"
            | "қазір"
            | "менің"
            | "сверено"
            | "для"
            | "по"
            | "айтыңыз"
            | "назовите"
            | "клиент"
            | "абонент"
            | "user"
            | "ой"
            | "а"
            | "и"
            | "is"
            | "the"
            | "word"
            | "сөзді"
            | "слова"
            | "қате"
            | "неверно"
            | "верно"
            | "дұрыс"
            | "забыл"
            | "забыла"
            | "не"
            | "ұмытып"
            | "жоқ"
    )
}

fn quoted(document: &Document, open: usize, announced: bool, out: &mut Candidates) -> bool {
    let Some(first) = document.tokens.get(open + 1) else { return false };
    let closing = match document.tokens[open].kind {
        Kind::Sign('«') => '»',
        Kind::Sign('“') => '”',
        Kind::Sign(quote) => quote,
        _ => return false,
    };
    // A quote that a letter or digit follows is one of the value's own signs.
    let ends =
        |i: usize| document.tokens.get(i + 1).is_none_or(|t| t.space || matches!(t.kind, Kind::Sign(_)));
    let length = (open + 1..document.tokens.len().min(open + 41)).position(|i| {
        let token = &document.tokens[i];
        token.is(closing) && ends(i) || token.line
    });
    let Some(length @ 1..) = length else { return false };
    let last = &document.tokens[open + length];
    let (mut start, end) = (first.start, last.end);
    if is_filler(document, open + 1) && length > 1 {
        start = document.tokens[open + 2].start;
    }
    let run = &document.view.text[start..end];
    let spaces = run.matches(' ').count();
    if is_password_like(run) && spaces == 0 || announced && spaces <= 3 {
        out.add(Category::Secret, start..end, 0.85, "secret_quoted");
        return true;
    }
    false
}
