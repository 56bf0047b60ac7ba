//! Why a request is decided as it is: routes, rules, articles, facts, and what would change it.

use std::sync::Arc;

use darbaza_core::{Category, CountryCode, ModelName, RouteKey, VendorKey, Way};
use darbaza_register::{Names, Period, Route, Vendor};

use crate::card::{RuleCard, Source};
use crate::decide::{Asking, asking, facts};
use crate::decision::Decision;
use crate::policy::{Policy, protected};
use crate::question::{ANY_NAME, Question};

/// The reasons of a decision.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// The decision.
    pub decision: Decision,
    /// The routes that were looked at, in their order: the one asked for, the local one in its place,
    /// its fallbacks. One without a key where the model's name leads to none; empty where the system
    /// is not in the register.
    pub routes: Vec<Looked>,
    /// The days on which the same request is decided the same, as long as the register stays.
    pub holds: Period,
    /// Models of the system with which the request would go, where it does not go as it is.
    pub alternatives: Vec<Alternative>,
}

/// A route that was looked at.
#[derive(Clone, Debug)]
pub struct Looked {
    /// The route; none where the model's name leads to none.
    pub route: Option<RouteKey>,
    /// Its vendor, and the vendor's country.
    pub vendor: Option<(VendorKey, CountryCode)>,
    /// What became of it.
    pub fate: Fate,
    /// What the rules say on it, of the request as such and of each category found.
    pub reasons: Vec<Reason>,
}

/// What became of a route that was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// The request goes over it.
    Taken,
    /// The request would go over it once a person has looked.
    Held,
    /// Rules say no.
    Shut,
    /// It was not to be asked: its vendor could not be reached.
    PassedOver,
}

impl Fate {
    /// The written form.
    pub const fn as_str(self) -> &'static str {
        match self {
            Fate::Taken => "taken",
            Fate::Held => "held",
            Fate::Shut => "shut",
            Fate::PassedOver => "passed-over",
        }
    }
}

/// What the rules say of one category on one route.
#[derive(Clone, Debug)]
pub struct Reason {
    /// The category; none for the request as such.
    pub category: Option<Category>,
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
    /// Explains how a request is decided, after vendors could not be reached over the routes that are
    /// passed over.
    pub fn explain(&self, question: &Question<'_>, passed_over: &[RouteKey]) -> Explanation {
        let mut trail = Vec::new();
        let decision = crate::decide::decide(self, question, passed_over, &mut trail);
        let mut holds = Period::ALWAYS;
        let mut routes: Vec<Looked> = Vec::new();
        if let Some(asking) = asking(self, question) {
            let mut looked = |route: Option<&Route>, fate| {
                let route = route.and_then(|route| self.register.route(&route.key));
                let reasons = self.reasons(question, &asking, route, &mut holds);
                let vendor = route.map(|(_, vendor)| (vendor.key.clone(), vendor.country));
                Looked { route: route.map(|(route, _)| route.key.clone()), vendor, fate, reasons }
            };
            for (route, fate) in &trail {
                // A local route may be a fallback as well.
                if routes.iter().all(|known| known.route.as_ref() != Some(&route.key)) {
                    routes.push(looked(Some(route), *fate));
                }
            }
            if trail.is_empty() {
                routes.push(looked(None, Fate::Shut));
            }
        }
        let alternatives = match decision {
            Decision::Refuse(_) => self.alternatives(question),
            Decision::Send(_) | Decision::Hold(_) => Vec::new(),
        };
        Explanation { decision, routes, holds, alternatives }
    }

    /// The rules that made this decision possible or impossible, each once.
    pub fn cards(&self) -> impl Iterator<Item = &RuleCard> {
        self.engine.cards().filter(|card| card.source != Source::Register || card.code.is_some())
    }

    /// Whether these rules have one of that id.
    pub fn knows(&self, rule: &str) -> bool {
        let before = [&self.shipped.system_known, &self.shipped.model_known];
        before.iter().any(|card| card.id == rule) || self.engine.card(rule).is_some()
    }

    fn reasons(
        &self,
        question: &Question<'_>,
        asking: &Asking<'_>,
        route: Option<(&Route, &Vendor)>,
        holds: &mut Period,
    ) -> Vec<Reason> {
        let reason = |category| {
            let facts = facts(self, question, asking, route, category);
            let verdict = self.verdict(&facts);
            *holds = holds.and(verdict.period);
            let mut read: Vec<&str> =
                verdict.rules.iter().flat_map(|rule| &rule.reads).map(String::as_str).collect();
            read.sort_unstable();
            read.dedup();
            let told = |rule: &Arc<RuleCard>| match category {
                None if rule.code.is_none() => as_such(rule),
                _ => Arc::clone(rule),
            };
            Reason {
                category,
                way: verdict.way,
                rules: verdict.rules.iter().map(told).collect(),
                facts: read.into_iter().map(|attribute| facts.told(attribute)).collect(),
            }
        };
        std::iter::once(None).chain(protected(question).into_iter().map(Some)).map(reason).collect()
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

/// A rule that permits, in words for the request as such: its own speak of a category.
fn as_such(rule: &RuleCard) -> Arc<RuleCard> {
    let text = Names {
        kk: "Сұрау салудың өзін осы маршрутпен жіберуге ешбір қағида тыйым салмайды.".to_owned(),
        ru: "Отправке самого запроса по этому маршруту не препятствует ни одно правило.".to_owned(),
        en: "No rule forbids the request as such on this route.".to_owned(),
    };
    Arc::new(RuleCard { text, ..rule.clone() })
}
