//! A register with its rules, ready to decide.

use std::sync::Arc;

use darbaza_core::{Category, RouteKey, SystemKey};
use darbaza_register::{Problem, Register, Route, System, Vendor};

use crate::cache::Cache;
use crate::company;
use crate::decide::Verdict;
use crate::decision::Decision;
use crate::engine::Engine;
use crate::facts::Facts;
use crate::question::Question;
use crate::shipped::{Shipped, shipped};

/// The rules of the law, of the register and of the company over the facts of one register.
pub struct Policy {
    pub(crate) register: Arc<Register>,
    pub(crate) engine: Engine,
    pub(crate) shipped: &'static Shipped,
    cache: Cache,
}

impl Policy {
    /// Compiles the rules over these facts.
    ///
    /// # Errors
    ///
    /// Every rule of the company that is none, with its line and a remedy.
    pub fn compile(register: Arc<Register>) -> Result<Policy, Vec<Problem>> {
        let slip =
            |what: &str| vec![Problem { line: 0, what: what.to_owned(), remedy: "report this".to_owned() }];
        let shipped = shipped().map_err(slip)?;
        let company = company::compile(&register, shipped)?;
        let policies = shipped.policies.iter().chain(&company.policies).cloned();
        let mut cards = shipped.cards.clone();
        cards.extend(company.cards);
        let engine = Engine::new(&register, policies, cards).map_err(|problem| vec![problem])?;
        Ok(Policy { register, engine, shipped, cache: Cache::default() })
    }

    /// The facts.
    pub fn register(&self) -> &Arc<Register> {
        &self.register
    }

    /// Decides on one request.
    pub fn decide(&self, question: &Question<'_>) -> Decision {
        crate::decide::decide(self, question, &[], &mut Vec::new())
    }

    /// Decides once more, after vendors could not be reached over these routes; none where no other
    /// route may be taken.
    pub fn decide_again(&self, question: &Question<'_>, passed_over: &[RouteKey]) -> Option<Decision> {
        if !self.has_another_route(question, passed_over) {
            return None;
        }
        let decision = crate::decide::decide(self, question, passed_over, &mut Vec::new());
        matches!(decision, Decision::Send(_)).then_some(decision)
    }

    /// Whether there is a route to decide on beside those that are passed over. Without one no rule need be
    /// asked: nothing is sent.
    pub fn has_another_route(&self, question: &Question<'_>, passed_over: &[RouteKey]) -> bool {
        let asked = self.system(question.system).and_then(|system| system.models.route(question.model));
        asked.is_some_and(|asked| self.chain(asked).any(|(route, _)| !passed_over.contains(&route.key)))
    }

    /// What the rules say of one category on one route, from memory where it was asked before.
    pub(crate) fn verdict(&self, facts: &Facts<'_>) -> Arc<Verdict> {
        let key = Cache::key(facts);
        if let Some(known) = self.cache.find(&key, facts.today) {
            return known;
        }
        let verdict = Arc::new(Verdict::of(&self.engine, facts));
        self.cache.keep(key, &verdict);
        verdict
    }

    pub(crate) fn system(&self, key: &SystemKey) -> Option<&System> {
        self.register.system(key)
    }

    /// A route and its fallbacks, in their order.
    pub(crate) fn chain<'a>(
        &'a self,
        first: &'a RouteKey,
    ) -> impl Iterator<Item = (&'a Route, &'a Vendor)> + 'a {
        let mut next = Some(first);
        std::iter::from_fn(move || {
            let (route, vendor) = self.register.route(next?)?;
            next = route.fallback.as_ref();
            Some((route, vendor))
        })
    }
}

/// The categories of a question that rules decide on.
pub(crate) fn protected(question: &Question<'_>) -> Vec<Category> {
    question.findings.categories().filter(|category| category.is_protected()).collect()
}
