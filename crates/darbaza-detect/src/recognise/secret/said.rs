//! Passwords and codes behind the words that announce them.

use darbaza_core::Category;

use crate::candidate::Candidates;
use crate::document::Document;
use crate::fold::flag;
use crate::roles;
use crate::token::{Case, Kind};

/// Tokens between the announcing word and the value at most.
const REACH: usize = 12;

/// Proposes the value that word `at` announces.
pub(crate) fn behind_word(document: &Document, at: usize, out: &mut Candidates) {
    let word = &document.tokens[at];
    if word.has(roles::PASSWORD) {
        password(document, at, out);
    } else {
        code(document, at, out);
    }
}

/// A run of characters without white space, without the punctuation that closes a sentence.
fn run_at(document: &Document, token: usize) -> Option<(usize, usize)> {
    let start = document.tokens.get(token)?.start;
    let text = &document.view.text[start..];
    let mut end = text
        .char_indices()
        .take(200)
        .find(|(_, c)| c.is_whitespace() || matches!(c, '"' | '«' | '»' | '“' | '”' | '<' | '>' | '|'))
        .map_or(text.len().min(text.char_indices().nth(200).map_or(text.len(), |(i, _)| i)), |(i, _)| i);
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

/// Whether a run reads as a made-up password rather than a word of the language.
fn is_password_like(run: &str) -> bool {
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
    if run.starts_with("http")
        || run.starts_with('/')
        || run.starts_with('&')
        || run.starts_with('/')
        || run.starts_with("&")
        || run.contains("://")
        || !(4..=120).contains(&length)
    {
        return false;
    }
    letters > 0 && (digits > 0 || signs > 0)
        || digits >= 4 && letters == 0 && !run.contains(['.', '/'])
        || upper > 1 && lower > 1 && !run.contains('-')
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
            Kind::Sign('.' | ';' | '!' | '|') => return,
            Kind::Sign('-') if token.space => separated = true,
            _ => {
                let Some((start, end)) = run_at(document, i) else { return };
                let run = &document.view.text[start..end];
                let glued_to_word = !token.space && document.tokens[i - 1].is_word();
                let value = is_password_like(run) && !glued_to_word && !token.has(roles::PASSWORD);
                if value {
                    out.add(
                        Category::Secret,
                        start..end,
                        if separated { 0.93 } else { 0.85 },
                        "secret_password",
                    );
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
    let length = document.tokens[open + 1..]
        .iter()
        .take(10)
        .position(|t| matches!(t.kind, Kind::Sign('»' | '"' | '\'' | '”')) || t.line);
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

/// Words that make "код" something else than a secret.
fn is_other_code(document: &Document, at: usize) -> bool {
    const OTHER: &[&str] = &[
        "товар",
        "окэд",
        "кнп",
        "кбе",
        "мкб",
        "icd",
        "страны",
        "country",
        "postal",
        "почтов",
        "zip",
        "status",
        "error",
        "ошибк",
        "қате",
        "http",
        "response",
        "swift",
        "бик",
        "тн",
        "hs",
        "вэд",
        "цвет",
        "проект",
        "source",
        "исходн",
        "ключев",
        "услуг",
        "платеж",
        "төлем",
        "валют",
        "пошта",
        "ати",
        "тауар",
        "город",
        "города",
        "қала",
        "exit",
        "product",
        "qr",
        "штрих",
        "bar",
        "promo",
        "промо",
    ];
    let near = at.saturating_sub(2)..(at + 3).min(document.tokens.len());
    near.into_iter().any(|i| i != at && OTHER.iter().any(|o| document.lower(i).starts_with(o)))
}

fn code(document: &Document, at: usize, out: &mut Candidates) {
    let word = &document.tokens[at];
    let named_code = word.has(roles::CODE);
    let place = word.has(roles::CODE_PLACE);
    if is_other_code(document, at) {
        return;
    }
    if named_code {
        before_word(document, at, out);
    }
    // A door alone is no announcement; "домофон" is.
    let near_code = (at.saturating_sub(2)..(at + 3).min(document.tokens.len()))
        .any(|i| i != at && document.tokens[i].has(roles::CODE));
    let near_place = (at.saturating_sub(5)..(at + 5).min(document.tokens.len()))
        .any(|i| i != at && document.tokens[i].has(roles::CODE_PLACE | roles::SMS));
    let alone_is_enough = ["домофон", "safe", "сейф", "pin", "пин", "cvv", "cvc"]
        .iter()
        .any(|w| document.lower(at).starts_with(w));
    if !named_code && !near_code && !alone_is_enough {
        return;
    }
    let said = (at.saturating_sub(6)..(at + 7).min(document.tokens.len()))
        .any(|i| document.tokens[i].has(roles::SAID));
    let strong = near_place || alone_is_enough || named_code && place;
    let mut lines = 0;
    let mut asked = false;
    let mut separated = false;
    let mut i = at + 1;
    while i <= at + REACH {
        let Some(token) = document.tokens.get(i) else { return };
        lines += u32::from(token.line);
        if lines > 1 || lines == 1 && !asked {
            return;
        }
        if !token.space && !token.line && matches!(document.tokens[i - 1].kind, Kind::Word) && token.is('-') {
            // A case ending hangs on the word.
            i += 2;
            continue;
        }
        match token.kind {
            Kind::Sign('?') => asked = true,
            Kind::Sign('.')
                if document.tokens.get(i + 1).is_some_and(|t| t.is('.'))
                    || document.tokens[i - 1].is('.') =>
            {
                separated = true
            }
            Kind::Sign('.' | ';' | '!') if !asked && !separated => return,
            Kind::Word if token.has(roles::NEGNUM) => return,
            Kind::Sign(':' | '=' | '—' | '–') => separated = true,
            _ => {}
        }
        let begins = token.is_number()
            || matches!(token.kind, Kind::Sign('#' | '*'))
            || token.is_word()
                && token.end - token.start <= 4
                && document.glued(i + 1)
                && document.tokens[i + 1].is_number()
            || token.is_word()
                && token.latin
                && matches!(token.case, Case::Upper | Case::Single | Case::Mixed)
                && document.glued(i + 1);
        if begins
            && (token.space || token.line || !document.tokens[i - 1].is_word())
            && let Some((start, end, digits, _)) = code_value(document, i)
        {
            let run = &document.view.text[start..end];
            let marked = run.contains(['#', '*']) || run.chars().any(char::is_alphabetic);
            let time =
                document.after(start + 2) == Some(':') || document.after(end) == Some(':') && digits <= 2;
            let enough = if strong {
                digits >= 2 + usize::from(!marked)
            } else {
                said && ((4..=8).contains(&digits) || marked && digits >= 3)
            };
            if enough
                && digits <= 12
                && !time
                && !document.right_context(document.token_from(end), 1) & roles::MONEY != 0
            {
                let score = if strong {
                    0.86
                } else if separated || i == at + 1 {
                    0.72
                } else {
                    0.58
                };
                out.add(Category::Secret, start..end, score, "secret_code");
            }
            return;
        }
        i += 1;
    }
}

/// `73920 кодын`: the code stands before its word.
fn before_word(document: &Document, at: usize, out: &mut Candidates) {
    let Some(number) = at.checked_sub(1).and_then(|i| document.tokens.get(i)) else { return };
    let digits = number.end - number.start;
    let alone = at < 2 || !document.glued(at - 1);
    if number.is_number()
        && (4..=6).contains(&digits)
        && alone
        && document.tokens[at].space
        && !document.tokens[at].line
    {
        out.add(Category::Secret, number.start..number.end, 0.66, "secret_code");
    }
}

/// A code such as `4417`, `60-31-88`, `19К4471`, `#7719`, `34#7712`, `30 88 14`: its extent and digits.
fn code_value(document: &Document, first: usize) -> Option<(usize, usize, usize, bool)> {
    let start = document.tokens[first].start;
    let mut end = start;
    let mut digits = 0;
    let mut solid = true;
    let mut i = first;
    while let Some(token) = document.tokens.get(i) {
        let gap = token.start - end;
        if i > first && (token.line || gap > 1) {
            break;
        }
        let spaced_number = gap == 1
            && token.is_number()
            && token.end - token.start <= 3
            && document.tokens[i - 1].is_number();
        let glued = gap == 0 || i == first;
        let short_word = token.is_word() && token.end - token.start <= 8;
        match token.kind {
            Kind::Number if glued || spaced_number => {
                digits += token.end - token.start;
                solid &= glued;
            }
            Kind::Word if glued && short_word => {}
            Kind::Sign('#' | '*') if glued => {}
            Kind::Sign('-')
                if glued
                    && document.glued(i + 1)
                    && document.tokens.get(i + 1).is_some_and(|t| {
                        t.is_number() || matches!(t.case, Case::Upper | Case::Single) && t.is_word()
                    }) => {}
            _ => break,
        }
        end = token.end;
        i += 1;
    }
    // `44-шкафты`: a number with a case ending is no code.
    (digits >= 2 && end > start).then_some((start, end, digits, solid))
}

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
        if secret && is_password_like(run) && spaces <= 1 {
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
        if token.has(roles::WIFI) {
            wifi(document, at, out);
        }
    }
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
