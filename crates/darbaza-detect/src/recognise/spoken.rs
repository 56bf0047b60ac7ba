//! Numbers said in words, as transcripts of calls have them.

use darbaza_core::Category;

use crate::candidate::Candidates;
use crate::document::Document;
use crate::fold;
use crate::roles;
use crate::token::Kind;

/// Words for a sequence at most.
const LONGEST: usize = 48;

/// What a word of a number does to the digits said so far.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Said {
    Unit,
    Teen,
    Ten,
    Hundred,
    /// `жүз` behind a unit makes it hundreds.
    Times,
    Nothing,
}

fn said(folded: &str) -> Option<Said> {
    let unit = [
        "ноль",
        "нуль",
        "нол",
        "один",
        "одна",
        "два",
        "две",
        "три",
        "четыре",
        "пять",
        "шесть",
        "семь",
        "восемь",
        "девять",
        "бир",
        "еки",
        "уш",
        "торт",
        "бес",
        "алты",
        "жети",
        "сегиз",
        "тогыз",
        "zero",
        "oh",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "нуля",
        "double",
    ];
    let ten = [
        "двадцать",
        "тридцать",
        "сорок",
        "пятьдесят",
        "шестьдесят",
        "семьдесят",
        "восемьдесят",
        "девяносто",
        "он",
        "жиырма",
        "отыз",
        "кырык",
        "елу",
        "алпыс",
        "жетпис",
        "сексен",
        "токсан",
        "twenty",
        "thirty",
        "forty",
        "fifty",
        "sixty",
        "seventy",
        "eighty",
        "ninety",
    ];
    let teen = [
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
        "десять",
    ];
    let hundred = ["сто", "двести", "триста", "четыреста"];
    if folded == "нольноль" {
        return Some(Said::Teen);
    }
    if unit.contains(&folded) {
        Some(Said::Unit)
    } else if ten.contains(&folded) {
        Some(Said::Ten)
    } else if teen.contains(&folded) || folded.ends_with("надцать") {
        Some(Said::Teen)
    } else if hundred.contains(&folded) || folded.ends_with("сот") && folded.chars().count() > 5 {
        Some(Said::Hundred)
    } else if folded == "жуз" || folded == "hundred" {
        Some(Said::Times)
    } else if folded == "плюс" || folded == "plus" || folded == "косу" {
        Some(Said::Nothing)
    } else {
        None
    }
}

/// Proposes the number that begins with the word at token `at`; returns the token behind it.
pub(crate) fn find(document: &Document, at: usize, out: &mut Candidates) -> usize {
    let mut digits = 0usize;
    let mut words = 0;
    let mut figures = 0;
    let mut last = Said::Nothing;
    let mut end = at;
    let mut comma_since = true;
    let mut i = at;
    while let Some(token) = document.tokens.get(i).filter(|t| !(t.line && i > at) && i < at + LONGEST) {
        match token.kind {
            Kind::Word => {
                let Some(now) = said(&fold::fold(document.lower(i))) else { break };
                let joins = !comma_since;
                match now {
                    Said::Unit => {
                        digits += usize::from(!(joins && matches!(last, Said::Ten | Said::Hundred)))
                    }
                    Said::Ten | Said::Teen => digits += if joins && last == Said::Hundred { 0 } else { 2 },
                    Said::Hundred => digits += 3,
                    Said::Times => digits += if last == Said::Unit { 2 } else { 3 },
                    Said::Nothing => {}
                }
                last = if now == Said::Times { Said::Hundred } else { now };
                comma_since = false;
                words += 1;
                end = i + 1;
            }
            Kind::Number if token.end - token.start <= 4 => {
                digits += token.end - token.start;
                figures += 1;
                last = Said::Nothing;
                end = i + 1;
            }
            Kind::Sign(',' | '-' | '–' | '—' | '…' | ';' | '.') => comma_since = true,
            _ => break,
        }
        i += 1;
    }
    if words >= 3 && end > at {
        let start = document.tokens[at].start;
        let range = start..document.tokens[end - 1].end;
        let first = fold::fold(document.lower(at));
        let seven = matches!(
            first.as_str(),
            "восемь"
                | "сегиз"
                | "плюс"
                | "семь"
                | "жети"
                | "семьсот"
                | "eight"
                | "seven"
                | "plus"
        );
        let named = document.left_context(at, roles::PHONE | roles::IIN | roles::CARD | roles::CODE, 12);
        if (9..=12).contains(&digits) && seven && named & roles::IIN == 0 && words + figures >= 4 {
            out.add(Category::Phone, range, 0.85, "phone_spoken");
        } else if (11..=13).contains(&digits) && words >= 6 && named & roles::PHONE == 0 {
            out.add(Category::Iin, range, 0.75, "iin_spoken");
        } else if (5..=11).contains(&digits) && named & roles::PHONE != 0 && words + figures >= 3 {
            out.add(Category::Phone, range, 0.62, "phone_spoken");
        } else if (3..=8).contains(&digits) && named & roles::CODE != 0 {
            out.add(Category::Secret, range, 0.6, "code_spoken");
        }
    }
    end.max(at + 1)
}
