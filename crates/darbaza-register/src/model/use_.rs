//! Uses: what a system is used for, on what ground, with which data.

use std::collections::{BTreeMap, BTreeSet};

use darbaza_core::{BaseKey, Category, Purpose, SubjectGroup, Way};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// One use of a system: a purpose with its ground and the data it may process.
#[derive(Clone, Debug, PartialEq)]
pub struct Use {
    /// The purpose (PD 7(8), 14).
    pub purpose: Purpose,
    /// The legal basis; none means that the use is not lawful yet.
    pub basis: Option<Basis>,
    /// The groups of persons concerned, such as customers or candidates.
    pub subjects: BTreeSet<SubjectGroup>,
    /// The bases of personal data that it draws on.
    pub bases: BTreeSet<BaseKey>,
    /// How each named category may go.
    pub ways: BTreeMap<Category, Way>,
    /// How every other category may go. Masked, where the file is silent.
    pub otherwise: Way,
    /// The most days that a vendor outside may keep what this use sends; none where the company set
    /// no bound (PD 12(2): no longer than the purpose needs).
    pub max_vendor_retention_days: Option<u32>,
    /// Whether a person looks before anything is sent.
    pub review: Review,
}

impl Use {
    /// How a category may go for this purpose.
    pub fn way(&self, category: Category) -> Way {
        self.ways.get(&category).copied().unwrap_or(self.otherwise)
    }
}

/// Whether a person looks at requests of a use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Review {
    /// Nobody has to.
    #[default]
    None,
    /// Before it is sent: the request is held (PD 19-1(1): no automated decision without a human).
    BeforeSending,
}

/// Why the processing is lawful.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Basis {
    /// Consent, or a case of the closed list.
    pub ground: Ground,
    /// Articles, such as `PD 8` or `PD 9(10)`.
    pub law: Vec<String>,
    /// The last day on which it holds; open where it is not given.
    pub until: Option<Date>,
}

impl Basis {
    /// Whether the ground covers transfer to another state: the basis then cites PD 16.
    pub fn covers_cross_border(&self) -> bool {
        self.law.iter().any(|citation| cites(citation, "PD 16"))
    }
}

/// Whether a citation is of that article or of a part of it: `PD 16(3)` is of `PD 16`, `PD 16-1`
/// and `PD 160` are not.
pub(crate) fn cites(citation: &str, article: &str) -> bool {
    citation
        .strip_prefix(article)
        .is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_digit() || c == '-'))
}

/// The grounds that the law knows (PD 7(1), 9). There is no "legitimate interest" among them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ground {
    /// Consent of the subject (PD 8).
    Consent,
    /// A case without consent that a law names (PD 9).
    Law,
}
