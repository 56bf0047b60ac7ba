//! The vocabulary of Darbaza: what every other crate speaks and none owns.
//!
//! Words only: categories of personal data, the ways they may go, countries, keys of register
//! entries, refusal codes. No logic that could need a clock, a file or a library of the trade.

mod category;
mod chain;
mod country;
mod decision;
mod edit;
mod finding;
mod ids;
mod key;
mod lang;
mod refusal;
mod way;
mod word;

pub use category::{Category, UnknownCategory};
pub use chain::with_sources;
pub use country::{CountryCode, NotACountryCode};
pub use decision::{Action, UnknownAction};
pub use edit::{Edit, apply_edits};
pub use finding::{CategoryCounts, Finding};
pub use ids::{KeyId, OrganisationId, Receipt};
pub use key::{
    BaseKey, ModelName, NotAKey, OrganisationKey, Purpose, RouteKey, RuleKey, SubjectGroup, SystemKey,
    VendorKey,
};
pub use lang::{Lang, UnknownLang};
pub use refusal::{RefusalCode, UnknownRefusalCode};
pub use way::{UnknownWay, Way};
