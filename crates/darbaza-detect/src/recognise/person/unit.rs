//! One part of a name: a word, a double name, an initial.

use std::ops::Range;

use crate::document::{Document, GIVEN_SHAPE, SURNAME_SHAPE};
use crate::fold::flag;
use crate::roles;
use crate::token::Case;

/// A word or initial that may be part of a name.
#[derive(Clone, Debug)]
pub(crate) struct Unit {
    pub(crate) tokens: Range<usize>,
    /// Byte behind the unit.
    pub(crate) end: usize,
    pub(crate) initial: bool,
    pub(crate) patronymic: bool,
    pub(crate) lower: bool,
    /// How much speaks for a part of a name.
    pub(crate) weight: f32,
    pub(crate) stem: u64,
    pub(crate) flags: u64,
}

/// Words of these roles are never a part of a name.
const NEVER: u128 = roles::TITLE
    | roles::ORG
    | roles::STREET_BEFORE
    | roles::STREET_AFTER
    | roles::MICRO
    | roles::IIN
    | roles::BIN
    | roles::NAME
    | roles::MONTH
    | roles::REGION
    | roles::NAMESAKE
    | roles::GREETING
    | roles::NOTNAME
    | roles::SOLE
    | roles::PASSWORD
    | roles::PHONE
    | roles::EMAIL
    | roles::ADDRESS
    | roles::DOB
    | roles::DIAGNOSIS
    | roles::NATION;

/// Words of these roles are rarely a part of a name.
const RARELY: u128 = roles::PERSONROLE
    | roles::HONORIFIC
    | roles::PREHONORIFIC
    | roles::CITYWORD
    | roles::VILLAGE
    | roles::BRAND
    | roles::CODE
    | roles::NEGNUM
    | roles::INCOME
    | roles::SPOKEN
    | roles::MONEY
    | roles::HOUSE
    | roles::FLAT
    | roles::ENTRANCE
    | roles::NAME_WEAK
    | roles::CARD
    | roles::PLATE
    | roles::IDCARD
    | roles::PASSPORT
    | roles::DOCUMENT
    | roles::HISTORIC
    | roles::HANDLE;

/// The unit that begins at token `at`.
pub(crate) fn unit_at(document: &Document, at: usize) -> Option<Unit> {
    let token = document.tokens.get(at)?;
    if !token.is_word() {
        return None;
    }
    if let Some(initial) = initial_at(document, at) {
        return Some(initial);
    }
    let lower = token.case == Case::Lower;
    let mut tokens = at..at + 1;
    let mut flags = token.flags;
    let mut stem = token.stem;
    let mut end = token.end;
    let mut token_roles = token.roles;
    // Double names; a part in lower case belongs only as a patronymic (`Байрам-оглы`).
    while let (Some(hyphen), Some(next)) =
        (document.tokens.get(tokens.end), document.tokens.get(tokens.end + 1))
    {
        let joined = (hyphen.is('-') || hyphen.is('–')) && !hyphen.space && !next.space && next.is_word();
        let goes_on = joined
            && (next.is_capital() && !lower && next.end - next.start > 2
                || lower && next.case == Case::Lower && next.is_any(flag::NAME) && next.end - next.start > 6
                || next.is_any(flag::PATRONYMIC));
        if !goes_on {
            break;
        }
        flags |= next.flags & !(flag::COMMON | flag::RARE);
        token_roles |= next.roles & NEVER;
        if token.flags & flag::NAME == 0 {
            stem = next.stem;
        }
        end = next.end;
        tokens.end += 2;
    }
    // `Людвиг фон Рейнхард`, `NURLYBEK/TAIR`.
    if let (Some(particle), Some(next)) =
        (document.tokens.get(tokens.end), document.tokens.get(tokens.end + 1))
        && next.is_capital()
        && !next.line
        && (is_particle(document.lower(tokens.end))
            && particle.space
            && !particle.line
            && next.space
            && flags & (flag::COMMON | flag::PLACE) == 0
            || particle.is('/')
                && !particle.space
                && !next.space
                && token.case == Case::Upper
                && next.case == Case::Upper
                && next.end - next.start > 3)
    {
        flags |= next.flags & !(flag::COMMON | flag::RARE);
        end = next.end;
        tokens.end += 2;
    }
    // A patronymic written apart: `Фаиг оғлы`, `Болат қызы`.
    if let Some(next) = document.tokens.get(tokens.end)
        && !next.line
        && next.space
        && is_child_word(document.lower(tokens.end))
        && !lower
        && flags & (flag::GIVEN | flag::COMMON | flag::SURNAME) != flag::COMMON
    {
        flags |= flag::PATRONYMIC;
        end = next.end;
        tokens.end += 1;
    }
    let letters = document.letters(at);
    let patronymic = flags & flag::PATRONYMIC != 0;
    let mut weight = weight(
        flags,
        token_roles,
        token.case,
        letters,
        token.latin && !token.mixed_script,
        document.lower(at),
    );
    if token.inflected && flags & flag::RARE != 0 && !patronymic && flags & (SURNAME_SHAPE | GIVEN_SHAPE) == 0
    {
        weight = weight.min(0.6);
    }
    Some(Unit { tokens, end, initial: false, patronymic, lower, weight, stem, flags })
}

fn is_particle(lower: &str) -> bool {
    matches!(lower, "фон" | "ван" | "von" | "van" | "фан" | "della" | "ибн" | "bin" | "der")
}

fn is_child_word(lower: &str) -> bool {
    matches!(
        lower,
        "ұлы"
            | "қызы"
            | "улы"
            | "кызы"
            | "оғлы"
            | "оглы"
            | "қизи"
            | "кизи"
            | "ўғли"
            | "угли"
            | "oğlu"
            | "qızı"
            | "uly"
            | "qyzy"
            | "ogli"
            | "kyzy"
            | "oglu"
            | "kizi"
    )
}

fn is_adjective(lower: &str) -> bool {
    ["ский", "ская", "ское", "ской", "ских", "ского"].iter().any(|e| lower.ends_with(e))
}

/// Imperatives and infinitives, as sentences begin with them: `Передайте`, `Жіберіңіз`.
fn is_verb_form(lower: &str) -> bool {
    const ENDINGS: &[&str] = &[
        "йте",
        "ите",
        "ьте",
        "ать",
        "ить",
        "еть",
        "ться",
        "йтесь",
        "ыңыз",
        "іңіз",
        "ңыз",
        "ңіз",
        "ңдар",
        "ңдер",
        "ыңызшы",
        "іңізші",
        "айын",
        "ейін",
        "йік",
        "йық",
        "ғанда",
        "генде",
        "ылды",
        "ілді",
    ];
    ENDINGS.iter().any(|e| lower.ends_with(e)) && lower.chars().count() > 4
}

/// `А.` or `Дж.` before or behind a surname.
fn initial_at(document: &Document, at: usize) -> Option<Unit> {
    let token = document.tokens.get(at)?;
    let dot = document.tokens.get(at + 1)?;
    let letters = document.letters(at);
    let short = !token.has(roles::TITLE)
        && (token.case == Case::Single
            || token.case == Case::Title
                && letters == 2
                && !token.has(
                    roles::CITYWORD
                        | roles::STREET_BEFORE
                        | roles::VILLAGE
                        | roles::FLAT
                        | roles::ENTRANCE
                        | roles::YEARWORD,
                ));
    if !short || !dot.is('.') || dot.space {
        return None;
    }
    Some(Unit {
        tokens: at..at + 2,
        end: dot.end,
        initial: true,
        patronymic: false,
        lower: false,
        weight: 0.9,
        stem: token.stem,
        flags: 0,
    })
}

fn weight(flags: u64, token_roles: u128, case: Case, letters: usize, latin: bool, lower: &str) -> f32 {
    if token_roles & NEVER != 0 && flags & flag::PATRONYMIC == 0 {
        return -6.0;
    }
    let common = flags & flag::COMMON != 0;
    let rare = flags & flag::RARE != 0;
    let rare_surname = flags & flag::RARE_SURNAME != 0;
    let shape = flags & SURNAME_SHAPE != 0;
    let surname = flags & flag::SURNAME != 0;
    let mut weight: f32 = 0.0;
    if flags & flag::PATRONYMIC != 0 {
        weight = 3.0;
    } else if flags & flag::GIVEN != 0 {
        weight = match (common, rare) {
            (false, false) => 2.2,
            (false, true) => 1.4,
            (true, false) => 1.2,
            (true, true) => 0.2,
        };
    } else if flags & flag::DIMINUTIVE != 0 {
        weight = if common { 0.9 } else { 2.0 };
    }
    if shape && surname && !common {
        weight = weight.max(2.0);
    } else if shape && !common && letters >= 5 && is_adjective(lower) {
        weight = weight.max(if surname { 1.2 } else { 0.6 });
    } else if shape && !common && letters >= 5 {
        weight = weight.max(if latin { 1.3 } else { 1.5 });
    } else if surname && !common {
        weight = weight.max(if rare_surname { 0.7 } else { 1.2 });
    } else if surname && shape {
        weight = weight.max(0.8);
    } else if surname {
        weight = weight.max(0.2);
    }
    if flags & flag::SEEN_PERSON != 0 && !common {
        weight = weight.max(1.5);
    }
    if flags & GIVEN_SHAPE != 0 && !common {
        weight = weight.max(1.5);
    }
    if weight == 0.0 {
        // Among capitals an unknown word says nothing.
        weight = if common {
            -1.5
        } else if case == Case::Upper {
            -0.2
        } else {
            0.4
        };
        if is_verb_form(lower) {
            weight -= 1.5;
        }
        if flags & (flag::PLACE | flag::SEEN_OTHER) != 0 {
            weight -= 1.5;
        }
    } else {
        if flags & flag::PLACE != 0 {
            weight = if flags & (flag::GIVEN | flag::PATRONYMIC) == 0 {
                weight.min(0.2)
            } else if flags & (flag::SEEN_PERSON | flag::SEEN_OTHER) == flag::SEEN_PERSON {
                weight
            } else if latin {
                weight - 0.3
            } else {
                weight - 0.2
            };
        }
        if flags & flag::SEEN_OTHER != 0 {
            weight -= 0.4;
        }
        // A town first of all; the name needs more than its capital.
        if flags & flag::PLACE != 0
            && flags & flag::SEEN_OTHER != 0
            && flags & (flag::PATRONYMIC | flag::SEEN_PERSON) == 0
        {
            weight = weight.min(0.7);
        }
    }
    if token_roles & RARELY != 0 {
        let plain_name = flags & flag::GIVEN != 0 && !common && !rare;
        weight = if plain_name { weight - 0.4 } else { weight.min(0.6) - 2.0 };
    }
    if latin && letters <= 3 {
        weight = weight.min(0.6);
    }
    match case {
        Case::Lower => weight - if flags & flag::PATRONYMIC != 0 { 0.8 } else { 0.9 },
        Case::Single => weight.min(-0.5),
        Case::Upper if letters <= 3 || letters == 4 && flags & flag::GIVEN == 0 => weight.min(0.3),
        Case::Upper if letters <= 5 && latin => weight.min(0.9),
        Case::Upper if flags & (flag::NAME | flag::SEEN_PERSON) == 0 => weight.min(1.0),
        _ => weight,
    }
}
