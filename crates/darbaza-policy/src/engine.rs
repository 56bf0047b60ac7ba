//! Cedar with one register: entities made once, questions asked many times.

use std::collections::HashMap;
use std::sync::Arc;

use cedar_policy::{
    AuthorizationError, Authorizer, Context, Decision as CedarDecision, Entities, Entity, EntityId,
    EntityTypeName, EntityUid, PolicySet, Request, RestrictedExpression as Value,
};
use darbaza_register::{Problem, Register, Route, System, Training, Vendor};

use crate::card::RuleCard;
use crate::facts::Facts;
use crate::shipped::Cards;

/// What is asked of the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Asked {
    Clear,
    Masked,
    Local,
}

/// What the rules say, with those that decided.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) allowed: bool,
    /// The rules that decided: those that permitted, or those that forbade.
    pub(crate) rules: Vec<Arc<RuleCard>>,
}

pub(crate) struct Engine {
    authorizer: Authorizer,
    policies: PolicySet,
    entities: Entities,
    cards: Cards,
    names: Names,
}

/// Names that every question needs.
struct Names {
    system: EntityTypeName,
    route: EntityTypeName,
    clear: EntityUid,
    masked: EntityUid,
    local: EntityUid,
}

impl Engine {
    /// An engine of these rules over the facts of a register.
    ///
    /// # Errors
    ///
    /// What Cedar does not take; a slip of ours, since the register is checked.
    pub(crate) fn new(
        register: &Register,
        policies: impl IntoIterator<Item = cedar_policy::Policy>,
        cards: Cards,
    ) -> Result<Engine, Problem> {
        let slip = |what: String| Problem { line: 0, what, remedy: "report this".to_owned() };
        let names = Names::new().map_err(slip)?;
        let systems = register.systems().map(|system| names.system_entity(system));
        let routes = register
            .routes()
            .filter_map(|route| register.route(&route.key))
            .map(|(route, vendor)| names.route_entity(route, vendor));
        let entities: Vec<Entity> =
            systems.chain(routes).chain([names.no_route()]).collect::<Result<_, String>>().map_err(slip)?;
        Ok(Engine {
            authorizer: Authorizer::new(),
            policies: PolicySet::from_policies(policies).map_err(|e| slip(e.to_string()))?,
            entities: Entities::from_entities(entities, None).map_err(|e| slip(e.to_string()))?,
            cards,
            names,
        })
    }

    /// Every card, by id.
    pub(crate) fn cards(&self) -> impl Iterator<Item = &RuleCard> {
        self.cards.values().map(|card| &**card)
    }

    /// The card of that rule.
    pub(crate) fn card(&self, id: &str) -> Option<Arc<RuleCard>> {
        self.cards.get(id).cloned()
    }

    /// Asks. What cannot be asked or evaluated is not allowed.
    pub(crate) fn ask(&self, facts: &Facts<'_>, asked: Asked) -> Answer {
        let denied = || Answer { allowed: false, rules: Vec::new() };
        let action = match asked {
            Asked::Clear => &self.names.clear,
            Asked::Masked => &self.names.masked,
            Asked::Local => &self.names.local,
        };
        let principal = self.names.system(facts.system);
        let resource = self.names.route(facts.route.map(|(route, _)| route));
        let Ok(context) = Context::from_pairs(facts.context()) else { return denied() };
        let Ok(request) = Request::new(principal, action.clone(), resource, context, None) else {
            return denied();
        };
        let response = self.authorizer.is_authorized(&request, &self.policies, &self.entities);
        let diagnostics = response.diagnostics();
        // A rule that could not be evaluated is passed over by Cedar. Here it is a no: it may have
        // been the one that forbids.
        let erring = |error: &AuthorizationError| match error {
            AuthorizationError::PolicyEvaluationError(error) => {
                self.cards.get(error.policy_id().as_ref() as &str).cloned()
            }
        };
        let failed: Vec<Arc<RuleCard>> = diagnostics.errors().filter_map(erring).collect();
        if diagnostics.errors().next().is_some() {
            return Answer { allowed: false, rules: failed };
        }
        let mut rules: Vec<Arc<RuleCard>> =
            diagnostics.reason().filter_map(|id| self.cards.get(id.as_ref() as &str).cloned()).collect();
        rules.sort_by(|a, b| a.order.cmp(&b.order).then_with(|| a.id.cmp(&b.id)));
        Answer { allowed: response.decision() == CedarDecision::Allow, rules }
    }
}

impl Names {
    fn new() -> Result<Names, String> {
        let type_name = |word: &str| word.parse::<EntityTypeName>().map_err(|e| e.to_string());
        let action = type_name("Action")?;
        let of = |word: &str| EntityUid::from_type_name_and_id(action.clone(), EntityId::new(word));
        Ok(Names {
            system: type_name("System")?,
            route: type_name("Route")?,
            clear: of("SendClear"),
            masked: of("SendMasked"),
            local: of("SendLocal"),
        })
    }

    fn system(&self, system: &System) -> EntityUid {
        EntityUid::from_type_name_and_id(self.system.clone(), EntityId::new(system.key.as_str()))
    }

    /// The route's entity; keys are never empty, so that the empty one is free for "no route".
    fn route(&self, route: Option<&Route>) -> EntityUid {
        let id = route.map_or("", |route| route.key.as_str());
        EntityUid::from_type_name_and_id(self.route.clone(), EntityId::new(id))
    }

    fn system_entity(&self, system: &System) -> Result<Entity, String> {
        let attributes = [
            ("organisation", text(system.organisation.as_str())),
            ("state", text(system.state.as_str())),
            ("purposes", words(system.uses.keys().map(|p| p.as_str()))),
            ("parameters", words(system.parameters.iter().map(String::as_str))),
        ];
        entity(self.system(system), attributes)
    }

    fn route_entity(&self, route: &Route, vendor: &Vendor) -> Result<Entity, String> {
        let attributes = [
            ("vendor", text(vendor.key.as_str())),
            ("local", Value::new_bool(vendor.local)),
            ("country", text(vendor.country.as_str())),
            ("training_excluded", Value::new_bool(vendor.training == Training::Excluded)),
            ("sub_processors", words(vendor.sub_processors.iter().map(|s| s.country.as_str()))),
        ];
        let retention = vendor.retention_days.map(|days| ("retention_days", Value::new_long(days.into())));
        entity(self.route(Some(route)), attributes.into_iter().chain(retention))
    }

    /// Stands in the place of a route where the model's name leads to none, so that everything else
    /// that is missing can still be told. Rules about vendors do not speak of it.
    fn no_route(&self) -> Result<Entity, String> {
        let attributes = [
            ("vendor", text("")),
            ("local", Value::new_bool(true)),
            ("country", text("")),
            ("training_excluded", Value::new_bool(true)),
            ("sub_processors", words([].into_iter())),
        ];
        entity(self.route(None), attributes)
    }
}

fn entity<'a>(
    uid: EntityUid,
    attributes: impl IntoIterator<Item = (&'a str, Value)>,
) -> Result<Entity, String> {
    let attributes: HashMap<String, Value> =
        attributes.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    Entity::new(uid, attributes, std::collections::HashSet::new()).map_err(|e| e.to_string())
}

pub(crate) fn text(word: &str) -> Value {
    Value::new_string(word.to_owned())
}

pub(crate) fn words<'a>(words: impl Iterator<Item = &'a str>) -> Value {
    Value::new_set(words.map(text))
}
