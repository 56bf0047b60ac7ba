//! Words, numbers and signs of a text.

use crate::view::View;

/// What a token is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// Letters, with apostrophes between them.
    Word,
    /// ASCII digits.
    Number,
    /// One other character.
    Sign(char),
}

/// How a word is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Case {
    /// No letter is a capital.
    Lower,
    /// The first letter only.
    Title,
    /// All letters, of at least two.
    Upper,
    /// One capital letter alone.
    Single,
    /// Anything else (`iPhone`, `McDonald`).
    Mixed,
}

/// A token; offsets are bytes of the view.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) kind: Kind,
    pub(crate) case: Case,
    /// Characters of the word.
    pub(crate) letters: u32,
    /// Letters of the Latin script, as far as it is a word.
    pub(crate) latin: bool,
    /// Latin and Cyrillic letters in one word.
    pub(crate) mixed_script: bool,
    /// White space stands before it.
    pub(crate) space: bool,
    /// A line ends before it.
    pub(crate) line: bool,
    /// Roles of the word (`crate::roles`).
    pub(crate) roles: u128,
    /// Flags of the dictionary (`crate::fold::flag`) of the word or of what it is a form of.
    pub(crate) flags: u64,
    /// The flags were found through a case ending.
    pub(crate) inflected: bool,
    /// Hash of the word without its ending, for repeats.
    pub(crate) stem: u64,
}

impl Token {
    pub(crate) fn is_word(&self) -> bool {
        self.kind == Kind::Word
    }

    pub(crate) fn is_number(&self) -> bool {
        self.kind == Kind::Number
    }

    pub(crate) fn is(&self, sign: char) -> bool {
        self.kind == Kind::Sign(sign)
    }

    /// Starts with a capital letter.
    pub(crate) fn is_capital(&self) -> bool {
        matches!(self.case, Case::Title | Case::Upper | Case::Single | Case::Mixed) && self.is_word()
    }

    pub(crate) fn has(&self, role: u128) -> bool {
        self.roles & role != 0
    }

    pub(crate) fn is_any(&self, flags: u64) -> bool {
        self.flags & flags != 0
    }
}

/// `char::is_alphabetic` with a short way for the letters that texts consist of, and without those
/// that mark something beside them: footnotes, ordinals, list signs.
pub(crate) fn is_letter(c: char) -> bool {
    match c {
        '\0'..='\u{7F}' => c.is_ascii_alphabetic(),
        '\u{0400}'..='\u{0481}' | '\u{048A}'..='\u{052F}' => true,
        '\u{2000}'..='\u{209F}' | '\u{2460}'..='\u{24FF}' | '«' | '»' | '№' | 'ª' | 'º' => false,
        _ => c.is_alphabetic(),
    }
}

fn is_latin(c: char) -> bool {
    c.is_ascii_alphabetic() || matches!(c, '\u{00C0}'..='\u{024F}' | '\u{1E00}'..='\u{1EFF}')
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | 'ʼ' | 'ʻ' | '‘' | '`')
}

/// The tokens of a view, without roles and flags.
pub(crate) fn tokens(view: &View) -> Vec<Token> {
    let text = view.text.as_str();
    let mut out: Vec<Token> = Vec::with_capacity(text.len() / 6 + 8);
    let mut chars = text.char_indices().peekable();
    let (mut space, mut line) = (true, true);
    while let Some((start, c)) = chars.next() {
        if c == ' ' || c == '\n' || !c.is_ascii_graphic() && c.is_whitespace() {
            space = true;
            line |= c == '\n';
            continue;
        }
        let mut token = Token {
            start,
            end: start + c.len_utf8(),
            kind: Kind::Sign(c),
            case: Case::Lower,
            letters: 1,
            latin: false,
            mixed_script: false,
            space,
            line,
            roles: 0,
            flags: 0,
            inflected: false,
            stem: 0,
        };
        if c.is_ascii_digit() {
            token.kind = Kind::Number;
            while let Some(&(at, d)) = chars.peek() {
                if !d.is_ascii_digit() {
                    break;
                }
                token.end = at + 1;
                chars.next();
            }
        } else if is_letter(c) {
            token.kind = Kind::Word;
            let mut shape = Shape::default();
            shape.add(c);
            while let Some(&(at, d)) = chars.peek() {
                let inner = is_apostrophe(d) && {
                    let mut ahead = text[at + d.len_utf8()..].chars();
                    let next = ahead.next();
                    // The English possessive is no part of a name.
                    let possessive = next == Some('s') && !ahead.next().is_some_and(is_letter);
                    // `N'...'` and `b'...'` open a string in SQL and Python.
                    let opens = d == '\'' && matches!(&text[start..at], "N" | "b" | "r" | "u" | "f");
                    next.is_some_and(is_letter) && !possessive && !opens
                };
                if !(is_letter(d) || inner || is_mark(d)) {
                    break;
                }
                if is_letter(d) {
                    shape.add(d);
                }
                token.end = at + d.len_utf8();
                token.letters += 1;
                chars.next();
            }
            token.case = shape.case();
            token.latin = shape.latin * 2 > shape.letters;
            token.mixed_script = shape.latin > 0 && shape.latin < shape.letters;
        }
        out.push(token);
        (space, line) = (false, false);
    }
    out
}

fn is_mark(c: char) -> bool {
    matches!(c, '\u{0300}'..='\u{036F}')
}

#[derive(Default)]
struct Shape {
    letters: u32,
    latin: u32,
    capitals: u32,
    first_capital: bool,
}

impl Shape {
    fn add(&mut self, c: char) {
        let capital = is_capital(c);
        if self.letters == 0 {
            self.first_capital = capital;
        }
        self.letters += 1;
        self.capitals += u32::from(capital);
        self.latin += u32::from(is_latin(c));
    }

    fn case(&self) -> Case {
        match (self.capitals, self.letters) {
            (0, _) => Case::Lower,
            (1, 1) => Case::Single,
            (1, _) if self.first_capital => Case::Title,
            (c, l) if c == l => Case::Upper,
            _ => Case::Mixed,
        }
    }
}

/// `char::is_uppercase` with the same short way.
fn is_capital(c: char) -> bool {
    match c {
        '\0'..='\u{7F}' => c.is_ascii_uppercase(),
        '\u{0400}'..='\u{042F}' => true,
        '\u{0430}'..='\u{045F}' => false,
        _ => c.is_uppercase(),
    }
}

/// A letter or digit; figures that mark something beside them (`²`, `①`, `½`) are none.
pub(crate) fn is_alnum(c: char) -> bool {
    c.is_ascii_digit() || is_letter(c)
}
