//! Finds personal data and secrets in Kazakh, Russian and English text, in one pass, without a
//! language switch and without a trained model.
//!
//! ```
//! use darbaza_core::Category;
//! use darbaza_detect::Detector;
//!
//! let detector = Detector::new();
//! let findings = detector.detect("Ахметова Гульнара, ЖСН 791028302728, тел. 8 701 000 00 00");
//! let found: Vec<Category> = findings.iter().map(|f| f.category).collect();
//! assert_eq!(found, [Category::Person, Category::Iin, Category::Phone]);
//! ```
//!
//! A text becomes a view (what hides is undone, with a way back), tokens with roles and dictionary
//! flags, and labelled fields. Recognisers propose candidates with scores; one resolver decides.

mod candidate;
mod detector;
mod digits;
mod document;
mod endings;
mod field;
mod fold;
mod lexicon;
mod recognise;
mod roles;
mod token;
mod trunk;
mod view;

pub use detector::Detector;

use std::sync::LazyLock;

use darbaza_core::Finding;

static DETECTOR: LazyLock<Detector> = LazyLock::new(Detector::new);

/// The findings in a text, by a detector that is made once per process.
pub fn detect(text: &str) -> Vec<Finding> {
    DETECTOR.detect(text)
}
