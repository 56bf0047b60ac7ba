//! The decision on a request: what may go, how, and where to; or why not.
//!
//! The door of all rules. Behind it stands Cedar: the law's rules and those of the register's facts
//! are shipped (`rules/`), a company's own come with its register. Asked per category: masked by
//! default, clear only where a fact says so, one refused category refuses the request or sends it
//! into the company's own network. A prohibition always beats a permission.
//!
//! ```
//! # use std::sync::Arc;
//! # use darbaza_core::CategoryCounts;
//! # use darbaza_policy::{Decision, Persons, Policy, Question, RequestedPurpose};
//! # use darbaza_register::Register;
//! # let text = include_str!("../../../sample/register.yaml");
//! let register = Register::read(text).expect("a register");
//! let policy = Policy::compile(Arc::new(register)).expect("rules that hold");
//! let decision = policy.decide(&Question {
//!     system: &"support-chat".parse().unwrap(),
//!     purpose: RequestedPurpose { declared: None, key: &[] },
//!     model: "any",
//!     findings: &CategoryCounts::default(),
//!     parameters: &[],
//!     persons: Persons::default(),
//!     today: jiff::civil::date(2026, 11, 24),
//! });
//! assert!(matches!(decision, Decision::Send(_)));
//! ```

mod cache;
mod card;
mod company;
mod decide;
mod decision;
mod engine;
mod explain;
mod facts;
mod policy;
mod question;
mod refusal;
mod shipped;
mod table;

pub use card::{RuleCard, Source};
pub use decision::{Decision, Held, Sending};
pub use explain::{Alternative, Explanation, Fact, Fate, Looked, Reason};
pub use policy::Policy;
pub use question::{ANY_NAME, Persons, Question, RequestedPurpose};
pub use refusal::{Missing, Refusal};
pub use shipped::shipped_rules;
pub use table::{Cell, Outcome, Row, Table, TableDifference};
