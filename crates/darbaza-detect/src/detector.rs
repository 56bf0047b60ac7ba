//! The detector: makes a text ready, asks the recognisers, lets the surest findings stand.

use darbaza_core::Finding;

use crate::candidate::Candidates;
use crate::digits::Digits;
use crate::document::Document;
use crate::lexicon::Lexicon;
use crate::recognise::{
    address, bank, dob, document_number, email, identity, ip, person, phone, plate, secret, special, spoken,
};
use crate::roles::{self, Roles};
use crate::token::Kind;

/// Finds personal data in text; cheap to make, free to share between threads.
pub struct Detector {
    lexicon: Lexicon,
    roles: Roles,
}

impl Default for Detector {
    fn default() -> Self {
        Detector::new()
    }
}

impl Detector {
    /// Opens the embedded dictionaries; takes a few milliseconds.
    pub fn new() -> Detector {
        Detector { lexicon: Lexicon::new(), roles: Roles::new() }
    }

    /// The findings in a text: sorted, without overlaps, at character boundaries.
    ///
    /// Never fails and never panics; time grows with the length of the text only.
    pub fn detect(&self, text: &str) -> Vec<Finding> {
        self.run(text, None)
    }

    /// The same for a value that stands under a label: a JSON key, a column, a form's field
    /// (`жсн`, `birth_date`, `password`). An unknown label says nothing.
    pub fn detect_labelled(&self, text: &str, label: Option<&str>) -> Vec<Finding> {
        self.run(text, label)
    }

    fn run(&self, text: &str, label: Option<&str>) -> Vec<Finding> {
        let document = Document::new(text, label, &self.lexicon, &self.roles);
        let mut out = Candidates::default();
        let digits = Digits::new(&document);
        for first in 0..digits.groups.len() {
            identity::find(&document, &digits, first, &mut out);
            phone::find(&document, &digits, first, &mut out);
            bank::card(&document, &digits, first, &mut out);
            document_number::digits_only(&document, &digits, first, &mut out);
        }
        let mut said_upto = 0;
        for (at, token) in document.tokens.iter().enumerate() {
            if token.has(roles::SPOKEN) && at >= said_upto {
                said_upto = spoken::find(&document, at, &mut out);
            }
            match token.kind {
                Kind::Sign('@') => email::around_at(&document, at, &mut out),
                Kind::Sign(':') => ip::version6(&document, at, &mut out),
                Kind::Number => {
                    ip::version4(&document, at, &mut out);
                    plate::find(&document, at, &mut out);
                    document_number::mixed(&document, at, &mut out);
                }
                Kind::Word => {
                    if token.end - token.start <= 4 {
                        bank::account(&document, at, &mut out);
                        document_number::lettered(&document, at, &mut out);
                        plate::find(&document, at, &mut out);
                    }
                    if token.latin {
                        email::link(&document, at, &mut out);
                    }
                    if token.has(roles::HANDLE) {
                        email::named(&document, at, &mut out);
                    }
                }
                Kind::Sign(_) => {}
            }
        }
        secret::find(&document, &mut out);
        dob::find(&document, &digits, &mut out);
        address::find(&document, &mut out);
        person::find(&document, &mut out);
        special::find(&document, &mut out);
        out.resolve()
            .into_iter()
            .map(|c| Finding {
                category: c.category,
                range: document.view.source_range(c.range),
                score: c.score,
                recogniser: c.recogniser,
            })
            .filter(|f| f.range.start < f.range.end)
            .collect()
    }
}
