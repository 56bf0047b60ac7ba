//! Streets, firms, products, namesakes: what makes a name one in form only.

use super::around::previous_at;
use super::figures;
use super::unit::Unit;
use crate::document::{Document, SURNAME_SHAPE};
use crate::fold::flag;
use crate::roles;
use crate::token::Kind;

/// The capital words go on into the name of a firm: `Sultan & Sara Tours`.
fn leads_to_firm(document: &Document, behind: usize) -> bool {
    for token in document.tokens.iter().skip(behind).take(3) {
        if token.line {
            return false;
        }
        if token.has(roles::ORG) && token.is_capital() && token.latin {
            return true;
        }
        if !(token.is_capital() || token.is('&')) {
            return false;
        }
    }
    false
}

/// Named among streets and other places: `на пересечении Толе би и Байзакова`.
fn among_places(document: &Document, start: usize) -> bool {
    for back in 1..=6 {
        let Some(token) = start.checked_sub(back).and_then(|i| document.tokens.get(i)) else { return false };
        if token.has(roles::ROAD) {
            return true;
        }
        let joins = matches!(
            document.lower(start - back),
            "и" | "до" | "от" | "мен" | "по" | "с" | "на" | "би" | "хан" | "батыра"
        );
        if !(joins || token.is_capital() || token.is(',') || token.is('–') || token.is('.'))
            || document.tokens[start - back + 1].line
        {
            return false;
        }
    }
    false
}

/// Streets, firms, products, namesakes: a name in form only.
pub(crate) fn is_vetoed(document: &Document, units: &[Unit]) -> bool {
    let (first, last) = (&units[0], &units[units.len() - 1]);
    let start = first.tokens.start;
    let patronymic = units.iter().any(|u| u.patronymic);
    let alone = !patronymic && units.iter().filter(|u| !u.initial).count() == 1;
    let glued_number = document.tokens.get(last.tokens.end).is_some_and(|t| {
        !t.space
            && (t.is_number()
                || t.is('-')
                    && document.tokens.get(last.tokens.end + 1).is_some_and(|n| n.is_number() && !n.space))
    });
    if glued_number && !patronymic
        || leads_to_firm(document, last.tokens.end)
        || alone && among_places(document, start)
        || figures::is_figure(document, units)
    {
        return true;
    }
    // A value that its label calls a street or a town.
    let labelled = document.field_at(document.tokens[start].start).is_some_and(|f| {
        f.exact
            && f.roles & (roles::STREET_BEFORE | roles::STREET_AFTER | roles::CITYWORD) != 0
            && f.roles & (roles::NAME | roles::NAME_WEAK) == 0
    });
    if labelled && !patronymic {
        return true;
    }
    let mut behind_at = last.tokens.end;
    // A closing quote does not part a street's name from its kind.
    if document.tokens.get(behind_at).is_some_and(|t| t.is('»') || t.is('"')) {
        behind_at += 1;
    }
    if let Some(behind) = document.tokens.get(behind_at).filter(|t| !t.line) {
        let street = roles::STREET_AFTER | roles::NAMESAKE | roles::MICRO;
        let place =
            behind.has(roles::VILLAGE | roles::REGION | roles::CITYWORD) && document.letters(behind_at) > 3;
        if behind.has(street) && !behind.has(roles::HONORIFIC) || place && !behind.has(roles::STREET_BEFORE) {
            return true;
        }
        // `Бұқар жырау к., 6-9`: a street in short form.
        if behind.has(roles::HISTORIC) && !behind.has(roles::HONORIFIC) && !patronymic && units.len() == 1 {
            return true;
        }
        if matches!(document.lower(behind_at), "к" | "көш" | "а" | "қ" | "ауд")
            && document.tokens.get(behind_at + 1).is_some_and(|t| t.is('.'))
        {
            return true;
        }
    }
    // One letter is an abbreviation only with its dot: `с. Косшы`, not `с Ермеком`.
    let abbreviates =
        |i: &usize| document.letters(*i) > 1 || document.tokens.get(i + 1).is_some_and(|t| t.is('.'));
    if let Some(before) =
        previous_at(document, start).filter(abbreviates).and_then(|i| document.tokens.get(i))
    {
        let place = roles::STREET_BEFORE | roles::MICRO | roles::NAMESAKE;
        if before.has(place) && !before.has(roles::PERSONROLE) {
            return true;
        }
        if before.has(roles::CITYWORD | roles::VILLAGE | roles::REGION)
            && !before.has(roles::YEARWORD)
            && !patronymic
            && units.len() == 1
        {
            return true;
        }
    }
    is_quoted_name_of_thing(document, units)
}

/// Wholly inside quotes, and not as the value of a label: a product, a firm, a ship.
fn is_quoted_name_of_thing(document: &Document, units: &[Unit]) -> bool {
    let start = units[0].tokens.start;
    let Some(open) = start.checked_sub(1).and_then(|i| document.tokens.get(i)) else { return false };
    let opened = open.is('«')
        || open.is('“')
        || open.is('„')
        || ((open.is('"') || open.is('\'')) && !is_json_quote(document, start - 1));
    if !opened || open.line && units.len() > 1 {
        // Further words of a quoted phrase: look back a few words for the quote.
        return units.len() == 1 && inside_guillemets(document, start) && !units[0].patronymic;
    }
    let patronymic = units.iter().any(|u| u.patronymic || u.initial);
    let closing = units[units.len() - 1].tokens.end;
    let closed = document.tokens[closing.min(document.tokens.len() - 1)..]
        .iter()
        .take(4)
        .any(|t| matches!(t.kind, Kind::Sign('»' | '”' | '"' | '“' | '\'')));
    let full_name = units.len() >= 2
        && units.iter().any(|u| u.flags & flag::GIVEN != 0 && u.flags & flag::COMMON == 0)
        && units
            .iter()
            .any(|u| u.flags & SURNAME_SHAPE != 0 && u.flags & (flag::SURNAME | flag::RARE_SURNAME) != 0);
    closed && !patronymic && !full_name
}

fn inside_guillemets(document: &Document, start: usize) -> bool {
    let opened = (1..=4).find_map(|back| {
        let token = document.tokens.get(start.checked_sub(back)?)?;
        match token.kind {
            Kind::Sign('«' | '“' | '„') => Some(true),
            Kind::Sign('»' | '”' | '.' | ',' | ':') => Some(false),
            _ if token.line => Some(false),
            _ => None,
        }
    });
    let closed = document.tokens[start..].iter().skip(1).take(4).any(|t| t.is('»') || t.is('”'));
    opened == Some(true) && closed
}

/// A quote of JSON or CSV, not of prose.
fn is_json_quote(document: &Document, at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|i| document.tokens.get(i));
    before.is_none_or(|t| matches!(t.kind, Kind::Sign(':' | '{' | '[' | ',' | ';' | '=' | '(' | '\t')))
        || document.tokens[at].line
}
