//! The facts that a company declares about its AI systems, read from register files.
//!
//! A register says which AI system may send which categories of personal data, for which purpose,
//! on what legal basis, over which route, to which vendor in which country. The gate obeys it.
//!
//! ```
//! let text = "
//! organisations:
//!   - key: shop
//!     id: 01980000-0000-7000-8000-000000000001
//!     name: { kk: Дүкен, ru: Магазин, en: Shop }
//! ---
//! systems: []
//! ";
//! let register = darbaza_register::Register::read(text).expect("a register");
//! assert_eq!(register.organisations().count(), 1);
//! ```

#[cfg(any(test, feature = "arbitrary"))]
pub mod arbitrary;
mod diff;
mod facts;
mod file;
mod model;
mod problem;
mod read;
mod write;

pub use diff::{Change, Difference, EntryDifference, FieldChange};
pub use model::{
    Access, Base, Basis, CompanyRule, Contract, Country, Ground, ModelTable, Names, Organisation, Period,
    Register, Review, Route, ScopeRule, SubProcessor, System, SystemState, ToolArguments, Training, Use,
    Vendor, Verdict,
};
pub use problem::{Problem, Unreadable};
