//! Why a request is decided as it is: rules, articles, facts, and what would change it.

use std::sync::Arc;

use darbaza_core::{Category, ModelName, RouteKey, Way};
use darbaza_register::{Period, Route, Vendor};

use crate::card::{RuleCard, Source};
use crate::decide::{asking, facts};
use crate::decision::Decision;
use crate::policy::{Policy, protected};
use crate::question::Question;

/// The reasons of a decision.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// The decision.
    pub decision: Decision,
    /// For the request as such and for each category found: what the rules say on the route that
    /// it takes, or would take.
    pub reasons: Vec<Reason>,
    /// The days on which the same request is decided the same, as long as the register stays.
    pub holds: Period,
    /// Models of the system with which the request would go, where it does not go as it is.
    pub alternatives: Vec<Alternative>,
}

/// What the rules say of one category.
#[derive(Clone, Debug)]
pub struct Reason {
    /// The category; none for the request as such.
    pub category: Option<Category>,
    /// On which route.
    pub route: Option<RouteKey>,
    /// How it may go there; none where it may not.
    pub way: Option<Way>,
    /// The rules that decided, the first to be told first.
    pub rules: Vec<Arc<RuleCard>>,
    /// The facts that those rules read.
    pub facts: Vec<Fact>,
}

/// A fact that a rule read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// The attribute, as rules name it.
    pub name: String,
    /// Its value.
    pub value: String,
    /// Where in the register it stands; none for what the request brought.
    pub place: Option<String>,
}

/// Another model with which the request would go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alternative {
    /// The name to write; none where any other name leads there.
    pub model: Option<ModelName>,
    /// Over which route.
    pub route: RouteKey,
}

impl Policy {
    /// Explains how a request is decided.
    pub fn explain(&self, question: &Question<'_>) -> Explanation {
        let decision = self.decide(question);
        let Some(asking) = asking(self, question) else {
            return Explanation {
                decision,
                reasons: Vec::new(),
                holds: Period::ALWAYS,
                alternatives: Vec::new(),
            };
        };
        let taken = match &decision {
            Decision::Send(sending) => Some(&sending.route),
            Decision::Hold(held) => Some(&held.route),
            Decision::Refuse(_) => asking.asked,
        };
        let route: Option<(&Route, &Vendor)> = taken.and_then(|key| self.register.route(key));
        let mut holds = Period::ALWAYS;
        let mut reasons = Vec::new();
        for category in std::iter::once(None).chain(protected(question).into_iter().map(Some)) {
            let facts = facts(self, question, &asking, route, category);
            let verdict = self.verdict(&facts);
            holds = holds.and(verdict.period);
            let mut read: Vec<&str> =
                verdict.rules.iter().flat_map(|rule| &rule.reads).map(String::as_str).collect();
            read.sort_unstable();
            read.dedup();
            reasons.push(Reason {
                category,
                route: route.map(|(route, _)| route.key.clone()),
                way: verdict.way,
                rules: verdict.rules.clone(),
                facts: read.into_iter().map(|attribute| facts.told(attribute)).collect(),
            });
        }
        let alternatives = match decision {
            Decision::Refuse(_) => self.alternatives(question),
            Decision::Send(_) | Decision::Hold(_) => Vec::new(),
        };
        Explanation { decision, reasons, holds, alternatives }
    }

    /// The rules that made this decision possible or impossible, each once.
    pub fn cards(&self) -> impl Iterator<Item = &RuleCard> {
        self.engine.cards().filter(|card| card.source != Source::Register || card.code.is_some())
    }

    fn alternatives(&self, question: &Question<'_>) -> Vec<Alternative> {
        let Some(system) = self.system(question.system) else { return Vec::new() };
        let named = system.models.named.keys().map(Some);
        let any = system.models.any.is_some().then_some(None);
        named
            .chain(any)
            .filter_map(|model| {
                let name = model.map_or(ANY_NAME, |name| name.as_str());
                match self.decide(&Question { model: name, ..question.clone() }) {
                    Decision::Send(sending) => {
                        Some(Alternative { model: model.cloned(), route: sending.route })
                    }
                    Decision::Hold(_) | Decision::Refuse(_) => None,
                }
            })
            .collect()
    }
}

/// A word that names no model of any register: names of models hold no spaces.
pub(crate) const ANY_NAME: &str = "any other name";
