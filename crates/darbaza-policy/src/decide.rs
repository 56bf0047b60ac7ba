//! From verdicts on single categories to the decision on a request.
//!
//! 1. Purpose and route are made out. What cannot be made out is a reason like any other.
//! 2. The rules are asked for the request as such and for each category found, on the route asked
//!    for. Where all may go, it goes.
//! 3. Where something must stay in the company's network, the system's local route is asked.
//! 4. Where the route may not be taken, its fallbacks are.
//! 5. Of all reasons against, the one with the smallest order is told, the others beside it.

mod missing;

use std::collections::BTreeMap;
use std::sync::Arc;

use darbaza_core::{Action, Category, Purpose, RefusalCode, RouteKey, Way};
use darbaza_register::{Period, Route, System, Use, Vendor};

use crate::card::{RuleCard, Source};
use crate::decision::{Decision, Held, Sending};
use crate::engine::{Asked, Engine};
use crate::explain::Fate;
use crate::facts::Facts;
use crate::policy::{Policy, protected};
use crate::question::{Question, RequestedPurpose};
use crate::refusal::{Missing, Refusal};

/// What the rules say of one category on one route.
#[derive(Debug)]
pub(crate) struct Verdict {
    /// How it may go; none where it may not.
    pub(crate) way: Option<Way>,
    /// The rules that decided, the first to be told first.
    pub(crate) rules: Vec<Arc<RuleCard>>,
    /// The days on which this holds.
    pub(crate) period: Period,
}

impl Verdict {
    /// Asks the strongest way first that a fact could permit; the first that is allowed is taken.
    pub(crate) fn of(engine: &Engine, facts: &Facts<'_>) -> Verdict {
        let ladder: &[(Asked, Way)] = match facts.way() {
            Way::Clear => &[(Asked::Clear, Way::Clear), (Asked::Masked, Way::Masked)],
            Way::Masked | Way::Refused => &[(Asked::Masked, Way::Masked)],
            // Data that must stay in the company's network are read there as they are: masking the
            // words that carry a diagnosis would leave the local system nothing to work on.
            Way::Local => &[(Asked::Local, Way::Clear)],
        };
        let mut verdict = Verdict { way: None, rules: Vec::new(), period: facts.period() };
        for (asked, way) in ladder {
            let answer = engine.ask(facts, *asked);
            verdict.rules = answer.rules;
            if answer.allowed {
                verdict.way = Some(*way);
                break;
            }
        }
        verdict
    }
}

impl Verdict {
    /// Every rule that says no to any way that a fact could permit: also one whose no only makes clear
    /// data go masked. For counting what rules reach; a decision asks no further than it must.
    pub(crate) fn all_against(engine: &Engine, facts: &Facts<'_>) -> Vec<Arc<RuleCard>> {
        let ways: &[Asked] = match facts.way() {
            Way::Clear => &[Asked::Clear, Asked::Masked],
            Way::Masked | Way::Refused => &[Asked::Masked],
            Way::Local => &[Asked::Local],
        };
        let mut against: Vec<Arc<RuleCard>> = Vec::new();
        for (n, way) in ways.iter().enumerate() {
            let answer = engine.ask(facts, *way);
            let last = n + 1 == ways.len();
            // That the law lets data go masked only is no reason against sending them.
            let counts = |rule: &&Arc<RuleCard>| last || rule.source == Source::Company;
            for rule in answer.rules.iter().filter(|rule| !answer.allowed && counts(rule)) {
                if against.iter().all(|known| known.id != rule.id) {
                    against.push(Arc::clone(rule));
                }
            }
        }
        against
    }
}

/// A reason against: the rule, and the category it speaks of.
pub(crate) struct Against {
    pub(crate) rule: Arc<RuleCard>,
    pub(crate) category: Option<Category>,
}

/// A route that was looked at, and what became of it.
pub(crate) type Step<'a> = (&'a Route, Fate);

/// What all categories together come to on one route.
enum OnRoute {
    Goes(BTreeMap<Category, Way>),
    Waits(Arc<RuleCard>),
    Stays(Vec<Against>),
}

/// Who asks, for what, over which route, as far as it could be made out.
pub(crate) struct Asking<'a> {
    pub(crate) system: &'a System,
    pub(crate) purpose: Result<&'a Use, Missing>,
    pub(crate) asked: Option<&'a RouteKey>,
}

pub(crate) fn asking<'a>(policy: &'a Policy, question: &Question<'_>) -> Option<Asking<'a>> {
    let system = policy.system(question.system)?;
    Some(Asking {
        system,
        purpose: purpose(system, question.purpose),
        asked: system.models.route(question.model),
    })
}

/// Decides, without the routes that are passed over. The routes that were looked at are added to the
/// trail, in their order.
pub(crate) fn decide<'a>(
    policy: &'a Policy,
    question: &Question<'_>,
    passed_over: &[RouteKey],
    trail: &mut Vec<Step<'a>>,
) -> Decision {
    let Some(asking) = asking(policy, question) else {
        return Decision::Refuse(Refusal {
            missing: Missing::KnownSystem,
            rule: Arc::clone(&policy.shipped.system_known),
            further: Vec::new(),
            purpose: None,
            asked: None,
        });
    };
    let (Ok(use_), Some(asked)) = (&asking.purpose, asking.asked) else {
        let route = asking.asked.and_then(|key| policy.register.route(key));
        trail.extend(route.map(|(route, _)| (route, Fate::Shut)));
        let against = match on_route(policy, question, &asking, route) {
            OnRoute::Stays(against) => against,
            OnRoute::Goes(_) | OnRoute::Waits(_) => Vec::new(),
        };
        return Decision::Refuse(refusal(policy, question, &asking, route, against));
    };
    let mut first = None;
    let mut instead_of = None;
    for candidate in policy.chain(asked) {
        if passed_over.contains(&candidate.0.key) {
            trail.push((candidate.0, Fate::PassedOver));
            continue;
        }
        let tried = try_route(policy, question, &asking, candidate, passed_over, trail);
        if candidate.0.key == *asked {
            instead_of = tried.shut;
        }
        match tried.on {
            OnRoute::Goes(ways) => {
                return Decision::Send(Sending {
                    action: action(&tried.route.key, asked, &ways),
                    purpose: use_.purpose.clone(),
                    asked: asked.clone(),
                    route: tried.route.key.clone(),
                    instead_of,
                    ways,
                });
            }
            OnRoute::Waits(rule) => {
                let (purpose, route) = (use_.purpose.clone(), tried.route.key.clone());
                return Decision::Hold(Held { purpose, asked: asked.clone(), route, rule });
            }
            OnRoute::Stays(against) => {
                first.get_or_insert((tried.route, against));
            }
        }
    }
    let (route, against) = match first {
        Some((route, against)) => (policy.register.route(&route.key), against),
        None => (None, Vec::new()),
    };
    Decision::Refuse(refusal(policy, question, &asking, route, against))
}

/// What became of one route.
struct Tried<'a> {
    /// The route itself, or the local one in its place.
    route: &'a Route,
    on: OnRoute,
    /// The rule that shut the route itself.
    shut: Option<Arc<RuleCard>>,
}

/// One route, or the local one in its place where something must stay in the company's network.
fn try_route<'a>(
    policy: &'a Policy,
    question: &Question<'_>,
    asking: &Asking<'a>,
    candidate: (&'a Route, &'a Vendor),
    passed_over: &[RouteKey],
    trail: &mut Vec<Step<'a>>,
) -> Tried<'a> {
    let on = on_route(policy, question, asking, Some(candidate));
    trail.push((candidate.0, on.fate()));
    let OnRoute::Stays(against) = &on else { return Tried { route: candidate.0, on, shut: None } };
    let must_stay = against.iter().find(|a| a.rule.instead_local);
    let shut = must_stay.or(against.first()).map(|a| Arc::clone(&a.rule));
    let local = asking.system.local_route.as_ref().filter(|_| must_stay.is_some());
    for inside in local.into_iter().flat_map(|key| policy.chain(key)).filter(|(_, vendor)| vendor.local) {
        if passed_over.contains(&inside.0.key) {
            trail.push((inside.0, Fate::PassedOver));
            continue;
        }
        let on = on_route(policy, question, asking, Some(inside));
        trail.push((inside.0, on.fate()));
        return Tried { route: inside.0, on, shut };
    }
    Tried { route: candidate.0, on, shut }
}

impl OnRoute {
    fn fate(&self) -> Fate {
        match self {
            OnRoute::Goes(_) => Fate::Taken,
            OnRoute::Waits(_) => Fate::Held,
            OnRoute::Stays(_) => Fate::Shut,
        }
    }
}

fn on_route<'a>(
    policy: &'a Policy,
    question: &Question<'_>,
    asking: &Asking<'a>,
    route: Option<(&'a Route, &'a Vendor)>,
) -> OnRoute {
    let categories = protected(question);
    let subjects = std::iter::once(None).chain(categories.into_iter().map(Some));
    let mut ways = BTreeMap::new();
    let mut against: Vec<Against> = Vec::new();
    for category in subjects {
        let verdict = policy.verdict(&facts(policy, question, asking, route, category));
        match (category, verdict.way) {
            (None, Some(_)) => {}
            (Some(category), Some(way)) => {
                ways.insert(category, way);
            }
            (_, None) => {
                against.extend(verdict.rules.iter().map(|rule| Against { rule: Arc::clone(rule), category }))
            }
        }
        if verdict.way.is_none() && verdict.rules.is_empty() {
            // Nothing permits it and no rule says why: that cannot be told, so it is not sent.
            let rule = policy.engine.card("category-allowed");
            against.extend(rule.map(|rule| Against { rule, category }));
        }
    }
    against.sort_by_key(|a| (a.rule.order, a.category));
    match against.first() {
        None => OnRoute::Goes(ways),
        Some(only) if only.rule.code == Some(RefusalCode::Held) => OnRoute::Waits(Arc::clone(&only.rule)),
        Some(_) => OnRoute::Stays(against),
    }
}

pub(crate) fn facts<'a>(
    policy: &'a Policy,
    question: &Question<'a>,
    asking: &Asking<'a>,
    route: Option<(&'a Route, &'a Vendor)>,
    category: Option<Category>,
) -> Facts<'a> {
    Facts {
        register: &policy.register,
        system: asking.system,
        use_: asking.purpose.as_ref().ok().copied(),
        route,
        category,
        parameters: question.parameters,
        persons: question.persons,
        today: question.today,
    }
}

fn action(route: &RouteKey, asked: &RouteKey, ways: &BTreeMap<Category, Way>) -> Action {
    if route != asked {
        Action::Reroute
    } else if ways.values().any(|way| *way == Way::Masked) {
        Action::Mask
    } else {
        Action::Pass
    }
}

/// The purpose that follows from header, key and system; else what is missing.
fn purpose<'r>(system: &'r System, asked: RequestedPurpose<'_>) -> Result<&'r Use, Missing> {
    let bound = |p: &Purpose| asked.key.is_empty() || asked.key.contains(p);
    let found = match (asked.declared, asked.key) {
        (Some(word), _) => system.uses.values().find(|u| u.purpose.as_str() == word && bound(&u.purpose)),
        (None, [only]) => system.uses.get(only),
        (None, _) if system.uses.len() == 1 => system.uses.values().find(|u| bound(&u.purpose)),
        (None, _) => return Err(Missing::DeclaredPurpose),
    };
    found.ok_or(Missing::KnownPurpose)
}

/// The refusal for these reasons, with the model's name among them where it leads nowhere.
fn refusal(
    policy: &Policy,
    question: &Question<'_>,
    asking: &Asking<'_>,
    route: Option<(&Route, &Vendor)>,
    mut against: Vec<Against>,
) -> Refusal {
    if asking.asked.is_none() || against.is_empty() {
        against.push(Against { rule: Arc::clone(&policy.shipped.model_known), category: None });
        against.sort_by_key(|a| (a.rule.order, a.category));
    }
    let told = &against[0];
    let facts = facts(policy, question, asking, route, told.category);
    let mut further: Vec<Arc<RuleCard>> = Vec::new();
    for reason in &against[1..] {
        if reason.rule.id != told.rule.id && further.iter().all(|card| card.id != reason.rule.id) {
            further.push(Arc::clone(&reason.rule));
        }
    }
    Refusal {
        missing: missing::missing(&told.rule, &facts, asking),
        rule: Arc::clone(&told.rule),
        further,
        purpose: asking.purpose.as_ref().ok().map(|u| u.purpose.clone()),
        asked: asking.asked.cloned(),
    }
}

#[cfg(test)]
mod tests;
