//! Values that stand beside a label: JSON members, `key=value`, form lines, cells below a CSV header.

use std::ops::Range;

use crate::roles;
use crate::token::{Kind, Token};
use crate::view::View;

/// A value with the roles of the words that label it.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    /// Roles of all words of the label.
    pub(crate) roles: u128,
    /// Bytes of the value in the view.
    pub(crate) range: Range<usize>,
    /// Tokens of the value.
    pub(crate) tokens: Range<usize>,
    /// The value's extent is sure (quoted, a cell); else it is the rest of a line.
    pub(crate) exact: bool,
}

/// Words of a label at most.
const LONGEST_LABEL: usize = 7;
/// The most words and signs of a label.
const MOST_LABEL_TOKENS: usize = 40;
/// Columns of a table at most.
const MOST_COLUMNS: usize = 64;

/// The labelled values of a text, sorted by start.
pub(crate) fn fields(view: &View, tokens: &[Token]) -> Vec<Field> {
    let mut out = Vec::new();
    pairs(tokens, &mut out);
    tables(view, tokens, &mut out);
    out.retain(|f| !f.tokens.is_empty());
    out.sort_by_key(|f| (f.range.start, std::cmp::Reverse(f.range.end)));
    out
}

fn pairs(tokens: &[Token], out: &mut Vec<Field>) {
    let mut i = 1;
    while i < tokens.len() {
        let token = &tokens[i];
        let leader = is_leader(tokens, i);
        let separates = matches!(token.kind, Kind::Sign(':' | '=')) || leader > 0 || first_bar(tokens, i);
        if !separates || token.line {
            i += 1;
            continue;
        }
        let first = i + leader.max(1);
        // A leader may itself be followed by a colon.
        let first = first + usize::from(leader > 0 && tokens.get(first).is_some_and(|t| t.is(':')));
        let roles = label(tokens, i);
        if roles != 0 {
            value(tokens, first, roles, out);
        }
        i = first.max(i + 1);
    }
}

/// The first `|` of a line, with a label of few words before it.
fn first_bar(tokens: &[Token], i: usize) -> bool {
    if !tokens[i].is('|') || tokens[i].line {
        return false;
    }
    for back in 1..=LONGEST_LABEL {
        let Some(token) = i.checked_sub(back).and_then(|k| tokens.get(k)) else { return false };
        if !(token.is_word() || matches!(token.kind, Kind::Sign('.' | '-' | '/' | ','))) {
            return false;
        }
        if token.line {
            return true;
        }
    }
    false
}

/// Number of tokens of a dotted leader that starts at `i`, or none.
fn is_leader(tokens: &[Token], i: usize) -> usize {
    let dots = tokens[i..]
        .iter()
        .take(200)
        .take_while(|t| matches!(t.kind, Kind::Sign('.' | '…' | '_')) && !t.line)
        .count();
    if dots >= 3 || (dots >= 1 && tokens[i].is('…')) { dots } else { 0 }
}

/// Roles of the words before the separator at `at`.
fn label(tokens: &[Token], at: usize) -> u128 {
    let mut mask = 0;
    let mut words = 0;
    let mut i = at;
    let quoted = i > 0 && matches!(tokens[i - 1].kind, Kind::Sign('"' | '\'' | '»'));
    if quoted {
        i -= 1;
    }
    // A label is short. Without the bound, rows of dots would be walked over again for each of them.
    let farthest = at.saturating_sub(MOST_LABEL_TOKENS);
    while i > farthest {
        let token = &tokens[i - 1];
        match token.kind {
            Kind::Word => {
                mask |= token.roles;
                words += 1;
            }
            Kind::Number if words > 0 || quoted => {}
            Kind::Sign('/' | '-' | '.' | '(' | ')' | '№' | '_' | '–' | '*' | '#')
                if !quoted || !token.is('.') =>
            {
                mask |= token.roles;
            }
            Kind::Sign(',') if !quoted && words > 0 && words < 4 => {}
            _ => break,
        }
        if words >= LONGEST_LABEL {
            break;
        }
        i -= 1;
        if token.line {
            break;
        }
    }
    mask
}

/// The index behind markup that opens a value: `**`, `||`, `<td>`.
pub(crate) fn behind_markup(tokens: &[Token], mut at: usize) -> usize {
    const LONGEST_TAG: usize = 12;
    const MOST: usize = 40;
    let first = at;
    // A few tags only, so that a text of nothing but tags is not read again from each.
    while let Some(token) = tokens.get(at).filter(|t| at < first + MOST && (at == first || !t.line)) {
        match token.kind {
            Kind::Sign('|' | '*' | '_' | '~' | '`') if at - first < 4 => at += 1,
            Kind::Sign('<') => {
                let close = tokens[at..].iter().take(LONGEST_TAG).position(|t| t.is('>'));
                match close {
                    Some(length) => at += length + 1,
                    None => break,
                }
            }
            _ => break,
        }
    }
    at
}

fn value(tokens: &[Token], first: usize, roles: u128, out: &mut Vec<Field>) {
    let first = behind_markup(tokens, first);
    let Some(token) = tokens.get(first) else { return };
    match token.kind {
        Kind::Sign(quote @ ('"' | '\'' | '«')) => {
            quoted(tokens, first, quote, roles, out);
        }
        Kind::Sign('[') => {
            let mut i = first + 1;
            let mut members = 0;
            while let Some(token) = tokens.get(i) {
                match token.kind {
                    Kind::Sign(quote @ ('"' | '\'')) => i = quoted(tokens, i, quote, roles, out),
                    Kind::Number => {
                        out.push(field(tokens, i..i + 1, roles, true));
                        i += 1;
                    }
                    Kind::Sign(',') => i += 1,
                    _ => break,
                }
                members += 1;
                if members > 200 {
                    break;
                }
            }
        }
        Kind::Sign('{') => {}
        _ => {
            let glued = !token.space;
            let mut end = first;
            while let Some(token) = tokens.get(end) {
                let gap = token.start - if end == 0 { 0 } else { tokens[end - 1].end };
                let stop = (token.line && end > first)
                    || (end > first && glued && token.space)
                    || matches!(token.kind, Kind::Sign('|' | ';' | '{' | '}' | '<' | '\t'))
                    || (end > first && gap >= 3)
                    || end - first > 60;
                if stop {
                    break;
                }
                end += 1;
            }
            if end > first {
                out.push(field(tokens, first..end, roles, false));
            }
        }
    }
}

fn field(tokens: &[Token], range: Range<usize>, roles: u128, exact: bool) -> Field {
    let start = tokens.get(range.start).map_or(0, |t| t.start);
    let end = range.end.checked_sub(1).and_then(|i| tokens.get(i)).map_or(start, |t| t.end);
    Field { roles, range: start..end, tokens: range, exact }
}

/// A quoted value at `open`; returns the index behind it.
fn quoted(tokens: &[Token], open: usize, quote: char, mask: u128, out: &mut Vec<Field>) -> usize {
    let closing = if quote == '«' { '»' } else { quote };
    // A password may hold the quote itself; it ends at one that no letter or digit follows.
    let ends = |i: usize| {
        mask & roles::PASSWORD == 0
            || tokens.get(i + 1).is_none_or(|t| t.space || matches!(t.kind, Kind::Sign(_)))
    };
    let length = (open + 1..tokens.len().min(open + 121)).position(|i| tokens[i].is(closing) && ends(i));
    match length {
        Some(length) if length > 0 => {
            out.push(field(tokens, open + 1..open + 1 + length, mask, true));
            open + length + 2
        }
        _ => open + 1,
    }
}

/// Cells of tables whose first line names the columns.
fn tables(view: &View, tokens: &[Token], out: &mut Vec<Field>) {
    let mut header: Option<(u8, Vec<u128>)> = None;
    let mut at = 0;
    let mut token = 0;
    for line in view.text.split_inclusive('\n') {
        let range = at..at + line.len();
        at = range.end;
        let first = token;
        while tokens.get(token).is_some_and(|t| t.start < range.end) {
            token += 1;
        }
        let line_tokens = first..token;
        if let Some((separator, columns)) = &header {
            let cells = cells(view, &range, *separator);
            if cells.len() >= 2 && cells.len() + 2 >= columns.len() && cells.len() <= columns.len() + 2 {
                for (cell, roles) in cells.iter().zip(columns) {
                    if *roles != 0 {
                        push_cell(tokens, &line_tokens, cell, *roles, out);
                    }
                }
                continue;
            }
        }
        if let Some(found) = columns(view, tokens, &range, &line_tokens) {
            header = Some(found);
        } else if !line.trim().is_empty() && line.len() > 2 && !is_rule(line) {
            header = None;
        }
    }
}

/// A line of a Markdown table that only rules.
fn is_rule(line: &str) -> bool {
    line.trim().chars().all(|c| matches!(c, '|' | '-' | ':' | ' ' | '+' | '='))
}

fn push_cell(tokens: &[Token], line: &Range<usize>, cell: &Range<usize>, roles: u128, out: &mut Vec<Field>) {
    let inside = &tokens[line.clone()];
    let mut first = line.start + inside.partition_point(|t| t.start < cell.start);
    let mut end = line.start + inside.partition_point(|t| t.start < cell.end);
    let quote = |i: usize| tokens.get(i).is_some_and(|t| t.is('"') || t.is('\''));
    if end > first && quote(first) {
        first += 1;
    }
    if end > first && quote(end - 1) {
        end -= 1;
    }
    if end > first {
        out.push(field(tokens, first..end, roles, true));
    }
}

/// The cells of a line; quotes hide separators.
fn cells(view: &View, line: &Range<usize>, separator: u8) -> Vec<Range<usize>> {
    let bytes = view.text.as_bytes();
    let mut out = Vec::new();
    let mut start = line.start;
    let mut inside = false;
    for i in line.clone() {
        if bytes[i] == b'"' {
            inside = !inside;
        }
        if bytes[i] == separator && !inside {
            out.push(start..i);
            start = i + 1;
            if out.len() > MOST_COLUMNS {
                break;
            }
        }
    }
    out.push(start..line.end);
    // Tables that begin each line with the separator have an empty first cell in all lines alike.
    out
}

/// The header line of a table: at least three columns, each a few words, two of them known labels.
fn columns(
    view: &View,
    tokens: &[Token],
    line: &Range<usize>,
    line_tokens: &Range<usize>,
) -> Option<(u8, Vec<u128>)> {
    // Most lines of a text have no two words that could be labels, and need not be cut into cells.
    if tokens[line_tokens.clone()].iter().filter(|t| t.roles & LABELS != 0).take(2).count() < 2 {
        return None;
    }
    let bytes = &view.text.as_bytes()[line.clone()];
    let separator =
        [b';', b'\t', b'|', b','].into_iter().find(|s| bytes.iter().filter(|b| *b == s).count() >= 2)?;
    let cells = cells(view, line, separator);
    let mut roles = Vec::with_capacity(cells.len());
    for cell in &cells {
        let inside = &tokens[line_tokens.clone()];
        let first = inside.partition_point(|t| t.start < cell.start);
        let end = inside.partition_point(|t| t.start < cell.end);
        let words = &inside[first..end];
        if words.len() > 8 || words.iter().any(|t| t.is_number() && t.end - t.start > 2) {
            return None;
        }
        roles.push(words.iter().fold(0, |mask, t| mask | t.roles));
    }
    let known = roles.iter().filter(|r| **r & LABELS != 0).count();
    (known >= 2).then_some((separator, roles))
}

/// Roles that make a column's label.
pub(crate) const LABELS: u128 = roles::IIN
    | roles::BIN
    | roles::PHONE
    | roles::EMAIL
    | roles::IBAN
    | roles::CARD
    | roles::IDCARD
    | roles::PASSPORT
    | roles::LICENCE
    | roles::DOCUMENT
    | roles::PLATE
    | roles::HANDLE
    | roles::ADDRESS
    | roles::DOB
    | roles::PASSWORD
    | roles::NAME
    | roles::PERSONROLE
    | roles::PREHONORIFIC
    | roles::INCOME
    | roles::NATION
    | roles::FAITH
    | roles::CRIMEW
    | roles::DIAGNOSIS
    | roles::NEGNUM;
