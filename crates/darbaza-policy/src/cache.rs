//! Verdicts that were given before. The key holds every attribute that a rule may read and that is
//! not fixed by system, use and route; the answer holds only on the days on which its facts do.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use darbaza_core::{Category, Purpose, RouteKey, SystemKey};
use jiff::civil::Date;

use crate::decide::Verdict;
use crate::facts::Facts;
use crate::question::Persons;

/// Most answers that are kept; beyond it all are forgotten and asked again.
const MOST: usize = 200_000;

/// What an answer depends on, beside the day.
#[derive(PartialEq, Eq, Hash)]
pub(crate) struct Key {
    system: SystemKey,
    purpose: Option<Purpose>,
    route: Option<RouteKey>,
    category: Option<Category>,
    parameters: Vec<String>,
    persons: Persons,
}

#[derive(Default)]
pub(crate) struct Cache {
    answers: RwLock<HashMap<Key, Arc<Verdict>>>,
}

impl Cache {
    pub(crate) fn key(facts: &Facts<'_>) -> Key {
        let mut parameters: Vec<String> = facts.parameters.iter().map(|p| (*p).to_owned()).collect();
        parameters.sort_unstable();
        Key {
            system: facts.system.key.clone(),
            purpose: facts.use_.map(|u| u.purpose.clone()),
            route: facts.route.map(|(route, _)| route.key.clone()),
            category: facts.category,
            parameters,
            persons: facts.persons,
        }
    }

    /// The answer, where it holds on that day.
    pub(crate) fn find(&self, key: &Key, today: Date) -> Option<Arc<Verdict>> {
        let answers = self.answers.read().unwrap_or_else(PoisonError::into_inner);
        answers.get(key).filter(|verdict| verdict.period.contains(today)).cloned()
    }

    pub(crate) fn keep(&self, key: Key, verdict: &Arc<Verdict>) {
        let mut answers = self.answers.write().unwrap_or_else(PoisonError::into_inner);
        if answers.len() >= MOST {
            answers.clear();
        }
        answers.insert(key, Arc::clone(verdict));
    }
}
