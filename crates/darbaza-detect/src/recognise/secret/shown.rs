//! Secrets in labelled fields, in answers, and those that read as passwords by themselves.

use darbaza_core::Category;

use super::code::code_value;
use super::said::{is_password_like, run_at};
use crate::candidate::Candidates;
use crate::document::Document;
use crate::roles;
use crate::token::Kind;

/// Proposes the values of fields whose label names a secret.
pub(crate) fn fields(document: &Document, out: &mut Candidates) {
    for field in &document.fields {
        let secret = field.roles & roles::PASSWORD != 0;
        let code = field.roles & (roles::CODE | roles::CODE_PLACE) != 0
            && field.roles & (roles::NEGNUM | roles::SMS) & !roles::SMS == 0;
        if !(secret || code) {
            continue;
        }
        let first = field.tokens.start;
        let (start, end) = if field.exact {
            (field.range.start, field.range.end)
        } else {
            match run_at(document, first) {
                Some(run) => run,
                None => continue,
            }
        };
        let run = &document.view.text[start..end];
        let digits = run.bytes().filter(u8::is_ascii_digit).count();
        let spaces = run.matches(' ').count();
        let label_glued = !document.tokens[first].space && first > 0 && document.tokens[first - 1].is('=');
        let mixed = run.bytes().any(|b| b.is_ascii_uppercase())
            && run.bytes().any(|b| b.is_ascii_lowercase())
            && digits >= 2;
        if code && label_glued && mixed && run.len() >= 12 && spaces == 0 {
            out.add(Category::Secret, start..end, 0.8, "secret_field");
        } else if secret && is_password_like(run) && spaces <= 1 {
            out.add(Category::Secret, start..end, 0.92, "secret_field");
        } else if secret
            && field.exact
            && run.chars().count() >= 4
            && spaces <= 4
            && run.chars().any(char::is_alphabetic)
            && field.roles & roles::NAME == 0
        {
            out.add(Category::Secret, start..end, 0.7, "secret_field");
        } else if code
            && field.exact
            && spaces <= 2
            && (2..=14).contains(&digits)
            && run.chars().count() <= 20
            && strong_code_label(field.roles)
        {
            out.add(Category::Secret, start..end, 0.75, "secret_field");
        } else if code && field.exact && is_password_like(run) && run.len() >= 12 && spaces == 0 && digits > 0
        {
            out.add(Category::Secret, start..end, 0.7, "secret_field");
        }
    }
}

fn strong_code_label(mask: u128) -> bool {
    mask & (roles::CODE_PLACE | roles::SMS | roles::PIN) != 0
        && mask & (roles::NEGNUM | roles::PHONE | roles::CITYWORD | roles::REGION) == 0
}

/// Proposes what reads as a password by itself, in a text that speaks of passwords or codes.
pub(crate) fn telling(document: &Document, out: &mut Candidates) {
    let speaks = document.tokens.iter().any(|t| t.has(roles::PASSWORD));
    let codes = document.tokens.iter().any(|t| t.has(roles::SMS | roles::PIN | roles::CODE));
    for (at, token) in document.tokens.iter().enumerate() {
        if speaks && token.is_word() && token.latin && token.space {
            let Some((start, end)) = run_at(document, at) else { continue };
            let run = &document.view.text[start..end];
            let inner = run.trim_end_matches('!');
            let sign = inner.contains(['#', '!', '$', '%', '^', '*', '_']) || run.len() > inner.len();
            let digits = run.bytes().filter(u8::is_ascii_digit).count();
            let plain =
                run.is_ascii() && !run.contains(['/', '=', ':', '(', ',', '@', '.', '<', '[', '{', '&']);
            let snake = run.contains('_') && !run.contains(['#', '!', '$', '%', '^', '*']);
            let capital = run.bytes().any(|b| b.is_ascii_uppercase());
            if sign && plain && digits >= 2 && run.len() >= 8 && capital && !snake {
                out.add(Category::Secret, start..end, 0.64, "secret_telling");
            }
        }
        // `[14:03] 481902`, `— 55 07 12`: a line that begins with a code, in a talk about codes.
        if codes
            && token.is_number()
            && token.space
            && begins_answer(document, at)
            && let Some((start, end, digits, _)) = code_value(document, at)
        {
            let back_of_card = digits == 3 && document.left_context(at, roles::CODE_PLACE, 12) != 0;
            let behind = document.token_from(end);
            let ends = document.tokens.get(behind).is_none_or(|t| {
                t.line
                    || t.space && !t.has(roles::MONEY | roles::MONTH | roles::YEARWORD)
                    || t.is(',')
                    || t.is('.')
                    || t.is('?')
            });
            if ends && ((4..=6).contains(&digits) || back_of_card) {
                out.add(Category::Secret, start..end, 0.56, "secret_line");
            }
        }
        // `mysql -uroot -pSecret`.
        if token.is_word()
            && document.glued(at)
            && document.tokens[at - 1].is('-')
            && document.tokens[at - 1].space
            && document.view.text[token.start..].starts_with('p')
        {
            let Some((start, end)) = run_at(document, at) else { continue };
            let run = &document.view.text[start + 1..end];
            if is_password_like(run)
                && run.len() >= 8
                && run.bytes().any(|b| b.is_ascii_digit())
                && run.bytes().any(|b| b.is_ascii_uppercase())
            {
                out.add(Category::Secret, start + 1..end, 0.6, "secret_option");
            }
        }
        // `curl -u name:password`, `--user name:password`.
        if token.is(':') && document.glued(at) && document.glued(at + 1) && names_user(document, at) {
            let Some((start, end)) = run_at(document, at + 1) else { continue };
            if is_password_like(&document.view.text[start..end]) {
                out.add(Category::Secret, start..end, 0.8, "secret_option");
            }
        }
        if token.has(roles::WIFI) {
            wifi(document, at, out);
        }
    }
}

/// Whether an option for the user of a command stands before the name that ends at a colon.
fn names_user(document: &Document, colon: usize) -> bool {
    let mut first = colon;
    while first > 0 && document.glued(first) && colon - first < 8 {
        first -= 1;
    }
    let option = document.text(0..document.tokens[first].start).trim_end_matches([' ', '=', '"', '\'']);
    [" -u", " --user"].iter().any(|o| option.ends_with(o))
}

/// Before the number stand only a time, a speaker and signs, and there was talk of a code shortly before.
fn begins_answer(document: &Document, at: usize) -> bool {
    let mut i = at;
    let mut words = 0;
    while !document.tokens[i].line && i > 0 {
        i -= 1;
        let token = &document.tokens[i];
        words += u32::from(token.is_word());
        let fits = token.is_number()
            || token.is_word() && words <= 2
            || matches!(token.kind, Kind::Sign('[' | ']' | ':' | '—' | '-' | '–' | ',' | '@' | '_' | '.'));
        if !fits || at - i > 10 {
            return false;
        }
    }
    let parted =
        matches!(document.tokens[at.saturating_sub(1)].kind, Kind::Sign(']' | ':' | '—' | '-' | '–' | ','));
    let talk = &document.tokens[i.saturating_sub(30)..i];
    (parted || i == at)
        && i > 0
        && talk.iter().any(|t| t.has(roles::SMS | roles::PIN | roles::CODE))
        && talk.iter().any(|t| t.has(roles::SAID | roles::PIN | roles::SMS) || t.is('?'))
}

/// `WiFi: network / password`.
fn wifi(document: &Document, at: usize, out: &mut Candidates) {
    for i in at + 1..(at + 10).min(document.tokens.len()) {
        if document.tokens[i].line {
            return;
        }
        if document.tokens[i].is('/')
            && let Some((start, end)) = run_at(document, i + 1)
            && is_password_like(&document.view.text[start..end])
        {
            out.add(Category::Secret, start..end, 0.75, "secret_wifi");
            return;
        }
    }
}
