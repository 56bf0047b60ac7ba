//! What comes of a question.

use std::collections::BTreeMap;
use std::sync::Arc;

use darbaza_core::{Action, Category, Purpose, RouteKey, Way};

use crate::card::RuleCard;
use crate::refusal::Refusal;

/// What happens with a request.
#[derive(Clone, Debug, PartialEq)]
pub enum Decision {
    /// It goes, so.
    Send(Sending),
    /// A person looks first.
    Hold(Held),
    /// It does not go.
    Refuse(Refusal),
}

/// How a request goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sending {
    /// Pass, mask or reroute.
    pub action: Action,
    /// For which purpose.
    pub purpose: Purpose,
    /// The route that the model's name leads to.
    pub asked: RouteKey,
    /// Over which route it goes.
    pub route: RouteKey,
    /// The rule that shut the route asked for, where one did.
    pub instead_of: Option<Arc<RuleCard>>,
    /// How each category that was found goes: `Clear` or `Masked`.
    pub ways: BTreeMap<Category, Way>,
}

impl Sending {
    /// How a category goes. What was not asked about goes masked.
    pub fn way(&self, category: Category) -> Way {
        self.ways.get(&category).copied().unwrap_or(Way::Masked)
    }

    /// Whether personal data leave as they are: then the decision is durable before the call.
    pub fn sends_clear(&self) -> bool {
        self.ways.values().any(|way| *way == Way::Clear)
    }
}

/// A request that waits for a person.
#[derive(Clone, Debug, PartialEq)]
pub struct Held {
    /// For which purpose.
    pub purpose: Purpose,
    /// The route that the model's name leads to.
    pub asked: RouteKey,
    /// The route that it would take.
    pub route: RouteKey,
    /// The rule that holds it.
    pub rule: Arc<RuleCard>,
}
