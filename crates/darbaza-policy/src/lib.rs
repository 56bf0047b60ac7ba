//! The decision on a request: what may go, how, and where to; or why not.
//!
//! The door of all rules. Today the rules are the facts of the register and the articles that the
//! facts stand for; a rule engine will stand behind the same door. Asked per category: masked by
//! default, clear only where a fact says so, one refused category refuses the request.

mod decide;
mod question;
mod refusal;

pub use decide::{Decision, Sending, decide};
pub use question::{Question, RequestedPurpose};
pub use refusal::{Missing, Refusal};
