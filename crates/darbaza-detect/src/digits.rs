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
    /// One digit, and that a zero.
    pub(crate) is_zero: bool,
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
    pub(crate) slash: bool,
    pub(crate) star: bool,
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
    /// All groups before it and all behind it.
    around: (&'d [Group], &'d [Group]),
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

    /// Joined by a hyphen or dot to digits outside: then it is a part of something longer.
    pub(crate) fn is_part(&self) -> bool {
        let tight = |g: &Gap| (g.hyphen || g.dot || g.star) && !g.space && !g.line;
        // A long number in one piece may stand between hyphens (`87015550017-2024.pdf`).
        let long = self.solid() && self.digits.len() >= 11;
        let joined = |g: &Gap| tight(g) && !(long && g.hyphen);
        joined(&self.left) && !self.is_parted_left() || joined(&self.right) && !self.is_parted_right()
    }

    /// No other group is joined.
    pub(crate) fn is_whole(&self) -> bool {
        self.is_parted_left() && self.is_parted_right()
    }

    fn is_parted_left(&self) -> bool {
        let before = self.around.0;
        let same = before.len().checked_sub(self.groups.len()).map(|from| &before[from..]);
        self.is_parted_by(&self.left) || same.is_some_and(|same| self.is_repeated_by(same))
    }

    fn is_parted_right(&self) -> bool {
        let behind = self.around.1;
        let same = behind.get(..self.groups.len());
        // Tables of numbers write `87015550017.0`.
        let fraction = self.solid() && self.right.dot && behind.first().is_some_and(|g| g.is_zero);
        fraction || self.is_parted_by(&self.right) || same.is_some_and(|same| self.is_repeated_by(same))
    }

    /// The gap outside parts two numbers: none holds a slash, and what is written without spaces
    /// ends at one.
    fn is_parted_by(&self, gap: &Gap) -> bool {
        let wide = |g: &Gap| g.space || g.line;
        let tight_inside = self.groups.len() > 1 && !self.groups.iter().skip(1).any(|g| wide(&g.gap));
        gap.broken || gap.slash || gap.dot && wide(gap) || tight_inside && wide(gap)
    }

    /// The neighbours are grouped alike: numbers of one kind in a row, whatever joins them.
    fn is_repeated_by(&self, neighbours: &[Group]) -> bool {
        let digits = self.digits.len();
        digits >= 9 && self.lengths().eq(neighbours.iter().map(|g| g.len))
    }

    /// Lengths of the groups.
    pub(crate) fn lengths(&self) -> impl Iterator<Item = usize> + '_ {
        self.groups.iter().map(|g| g.len)
    }
}

const BROKEN: Gap = Gap {
    broken: true,
    space: false,
    line: false,
    hyphen: false,
    dot: false,
    paren: false,
    slash: false,
    star: false,
};

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
                Some(last) if closes_list_mark(document, last.start, last.end) => BROKEN,
                Some(last) => gap(document.text(last.end..start)),
                None => BROKEN,
            };
            let is_zero = out.digits[at..] == *b"0";
            out.groups.push(Group { start, end, token: first, at, len, is_zero, gap });
        }
        out
    }

    /// All windows of up to 24 groups and 20 digits that begin at group `first`.
    pub(crate) fn windows(&self, first: usize) -> impl Iterator<Item = Window<'_>> {
        let (before, groups) = self.groups.split_at(first);
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
                around: (before, &groups[n + 1..]),
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
            let before = document.glued(i) && document.tokens[i - 1].is_number();
            let after = document.glued(i + 1) && document.tokens[i + 1].is_number();
            let short = token.end - token.start <= 4;
            let looks = || document.word(i).chars().all(|c| !c.is_ascii_digit() && digit(c).is_some());
            (before || after) && short && looks() && {
                // `5О` and `О5` alone are house numbers; a fuzzy group has more digits than letters.
                let near = if before { i - 1 } else { i + 1 };
                document.word(near).len() > document.letters(i) || (before && after)
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

/// `1) 701-555-00-17`: the bracket behind a group closes none before it.
fn closes_list_mark(document: &Document, start: usize, end: usize) -> bool {
    document.after(end) == Some(')')
        && document
            .text(0..start)
            .bytes()
            .rev()
            .take(12)
            .find(|b| !b.is_ascii_digit() && !matches!(b, b' ' | b'-'))
            .is_none_or(|b| b != b'(')
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
            '-' | '–' | '—' | '_' => gap.hyphen = true,
            // Two dots or slashes end what stands before them.
            '.' | '·' if gap.dot => return BROKEN,
            '/' | '\\' if gap.slash => return BROKEN,
            '.' | '·' => gap.dot = true,
            '(' | ')' => gap.paren = true,
            '/' | '\\' => gap.slash = true,
            '*' => gap.star = true,
            _ => return BROKEN,
        }
        signs += usize::from(!c.is_whitespace());
        if spaces > 60 {
            return BROKEN;
        }
    }
    gap.space = spaces > 0;
    gap.line = lines > 0;
    gap.broken =
        signs > 3 || lines > 1 || (spaces > 3 && lines == 0) || ((gap.slash || gap.star) && spaces > 2);
    gap
}
