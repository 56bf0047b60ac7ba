//! Groups of digits and the windows of neighbouring groups that may be one number.

use crate::document::Document;
use crate::token::Kind;

/// A run of digits (with at most a few letters that pass for digits).
#[derive(Clone, Debug)]
pub(crate) struct Group {
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// First token of the group.
    pub(crate) token: usize,
    /// Where its digits begin in `Digits::digits`.
    pub(crate) at: usize,
    /// Number of digits.
    pub(crate) len: usize,
    /// What stands between it and the group before.
    pub(crate) gap: Gap,
}

/// What stands between two groups.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Gap {
    /// The groups do not belong together.
    pub(crate) broken: bool,
    pub(crate) space: bool,
    pub(crate) line: bool,
    pub(crate) hyphen: bool,
    pub(crate) dot: bool,
    pub(crate) paren: bool,
    pub(crate) other: bool,
}

/// All digit groups of a text.
pub(crate) struct Digits {
    /// The digits of all groups, one after the other, as ASCII.
    pub(crate) digits: Vec<u8>,
    pub(crate) groups: Vec<Group>,
}

/// Neighbouring groups taken as one number.
#[derive(Clone, Copy)]
pub(crate) struct Window<'d> {
    pub(crate) digits: &'d [u8],
    pub(crate) groups: &'d [Group],
    /// The group before is joined to it, and how.
    pub(crate) left: Gap,
    /// The group behind is joined to it, and how.
    pub(crate) right: Gap,
}

impl Window<'_> {
    pub(crate) fn start(&self) -> usize {
        self.groups.first().map_or(0, |g| g.start)
    }

    pub(crate) fn end(&self) -> usize {
        self.groups.last().map_or(0, |g| g.end)
    }

    pub(crate) fn token(&self) -> usize {
        self.groups.first().map_or(0, |g| g.token)
    }

    /// Written without any gap.
    pub(crate) fn solid(&self) -> bool {
        self.groups.len() == 1
    }

    /// Joined by a hyphen, dot or slash to digits outside: then it is a part of something longer.
    pub(crate) fn is_part(&self) -> bool {
        let tight = |g: &Gap| !g.broken && (g.hyphen || g.dot || g.other) && !g.space && !g.line;
        tight(&self.left) || tight(&self.right)
    }

    /// No other group is joined.
    pub(crate) fn is_whole(&self) -> bool {
        self.left.broken && self.right.broken
    }

    /// Lengths of the groups.
    pub(crate) fn lengths(&self) -> impl Iterator<Item = usize> + '_ {
        self.groups.iter().map(|g| g.len)
    }
}

const BROKEN: Gap =
    Gap { broken: true, space: false, line: false, hyphen: false, dot: false, paren: false, other: false };

impl Digits {
    pub(crate) fn new(document: &Document) -> Digits {
        let mut out = Digits { digits: Vec::new(), groups: Vec::new() };
        let tokens = &document.tokens;
        let mut i = 0;
        while i < tokens.len() {
            if !is_digitlike(document, i) {
                i += 1;
                continue;
            }
            let first = i;
            let at = out.digits.len();
            loop {
                out.digits.extend(document.word(i).chars().filter_map(digit));
                i += 1;
                if !(document.glued(i) && is_digitlike(document, i)) {
                    break;
                }
            }
            let (start, end) = (tokens[first].start, tokens[i - 1].end);
            // A word glued to it makes it part of a code, never a number of its own.
            let len = out.digits.len() - at;
            let gap = match out.groups.last() {
                Some(last) => gap(document.text(last.end..start)),
                None => BROKEN,
            };
            out.groups.push(Group { start, end, token: first, at, len, gap });
        }
        out
    }

    /// All windows of up to 24 groups and 20 digits that begin at group `first`.
    pub(crate) fn windows(&self, first: usize) -> impl Iterator<Item = Window<'_>> {
        let groups = &self.groups[first..];
        let left = groups.first().map_or(BROKEN, |g| g.gap);
        let mut length = 0;
        let mut lines = 0;
        let mut open = true;
        groups.iter().enumerate().take(24).map_while(move |(n, group)| {
            lines += u32::from(n > 0 && group.gap.line);
            open &= n == 0 || (!group.gap.broken && lines <= 1);
            length += group.len;
            if !open || length > 20 {
                return None;
            }
            Some(Window {
                digits: &self.digits[groups[0].at..group.at + group.len],
                groups: &groups[..=n],
                left,
                right: groups.get(n + 1).map_or(BROKEN, |g| g.gap),
            })
        })
    }
}

/// A number, or letters that pass for digits right beside one.
fn is_digitlike(document: &Document, i: usize) -> bool {
    let Some(token) = document.tokens.get(i) else { return false };
    match token.kind {
        Kind::Number => true,
        Kind::Word => {
            let looks = document.word(i).chars().take(4).all(|c| !c.is_ascii_digit() && digit(c).is_some());
            let short = token.end - token.start <= 4;
            let before = document.glued(i) && document.tokens[i - 1].is_number();
            let after = document.glued(i + 1) && document.tokens[i + 1].is_number();
            looks && short && (before || after) && {
                // `5О` and `О5` alone are house numbers; a fuzzy group has more digits than letters.
                let near = if before { i - 1 } else { i + 1 };
                document.word(near).len() > document.word(i).chars().count() || (before && after)
            }
        }
        Kind::Sign(_) => false,
    }
}

/// The digit that a character is or passes for.
fn digit(c: char) -> Option<u8> {
    match c {
        '0'..='9' => Some(c as u8),
        'O' | 'o' | 'О' | 'о' | 'Ο' | 'ο' => Some(b'0'),
        'I' | 'l' | 'І' => Some(b'1'),
        'З' | 'з' => Some(b'3'),
        _ => None,
    }
}

fn gap(between: &str) -> Gap {
    let mut gap = Gap::default();
    let mut signs = 0;
    let mut spaces = 0;
    let mut lines = 0;
    for c in between.chars() {
        match c {
            ' ' | '\t' => spaces += 1,
            '\r' => {}
            '\n' => lines += 1,
            '-' | '–' | '—' => gap.hyphen = true,
            '.' | '·' => gap.dot = true,
            '(' | ')' => gap.paren = true,
            '/' | '*' | '\\' => gap.other = true,
            _ => return BROKEN,
        }
        signs += usize::from(!c.is_whitespace());
        if spaces > 60 {
            return BROKEN;
        }
    }
    gap.space = spaces > 0;
    gap.line = lines > 0;
    gap.broken = signs > 3 || lines > 1 || (spaces > 3 && lines == 0) || (gap.other && spaces > 2);
    gap
}
