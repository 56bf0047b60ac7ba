//! Findings and register to a decision, with its reasons.

use darbaza_core::{CountryCode, ModelName, RouteKey, VendorKey};
use darbaza_policy::{Decision, Persons, Question, RequestedPurpose, Sending};
use darbaza_register::ScopeRule;
use darbaza_wire::chat::Request;

use super::admit::Caller;
use super::{Findings, Stopped};
use crate::gate::Gate;
use crate::refused::{Asked, Refused};

/// A decision to send, with the facts of the route that later steps need.
pub(crate) struct Decided {
    pub(crate) sending: Sending,
    pub(crate) vendor: VendorKey,
    pub(crate) country: CountryCode,
    /// The vendor's name of the model; the client's is passed on where there is none.
    pub(crate) model: Option<ModelName>,
    /// How far tokens reach in this system.
    pub(crate) scope: ScopeRule,
    /// Whether there is another route to ask for where this one's vendor cannot be reached.
    pub(crate) falls_back: bool,
    /// What was asked for, for the record.
    pub(crate) asked: Asked,
}

/// Decides by the register in force when the caller came. Routes that are passed over lead to
/// vendors that could not be reached.
pub(super) fn decide(
    gate: &Gate,
    caller: &Caller,
    request: &Request,
    findings: &Findings,
    passed_over: &[RouteKey],
) -> Result<Decided, Stopped> {
    let register = caller.policy.register();
    let system = register.system(caller.system());
    let parameters: Vec<&str> = request.present_parameters().iter().map(|p| p.as_str()).collect();
    let asked = Asked {
        model: system.and_then(|s| s.models.entry(request.model())).map(|(name, _)| name.clone()),
        parameters: parameters.iter().map(|p| (*p).to_owned()).collect(),
        ..Asked::default()
    };
    let refuse = |mut refused: Refused| {
        let Asked { model, parameters, .. } = asked.clone();
        (refused.reasons.asked.model, refused.reasons.asked.parameters) = (model, parameters);
        Stopped::Refused { refused, findings: findings.counts.clone() }
    };
    let question = Question {
        system: caller.system(),
        purpose: RequestedPurpose { declared: caller.purpose.as_deref(), key: &caller.key.issued.purposes },
        model: request.model(),
        findings: &findings.counts,
        parameters: &parameters,
        persons: Persons::default(),
        today: gate.clock.today(),
    };
    // A key issued in one organisation's name does not act in another's.
    let organisation = system.and_then(|s| register.organisation(&s.organisation));
    if organisation.is_some_and(|organisation| organisation.id != caller.organisation()) {
        return Err(refuse(Refused::key_of_another_organisation()));
    }
    let decision = match passed_over {
        [] => Some(caller.policy.decide(&question)),
        _ => caller.policy.decide_again(&question, passed_over),
    };
    let sending = match decision {
        Some(Decision::Send(sending)) => sending,
        Some(Decision::Hold(held)) => return Err(refuse(Refused::held(held))),
        Some(Decision::Refuse(refusal)) => {
            return Err(refuse(Refused::by_rule(refusal, register, system, caller.lang)));
        }
        None => return Err(refuse(Refused::vendor_error())),
    };
    let (Some((route, vendor)), Some(system)) = (register.route(&sending.route), system) else {
        return Err(refuse(Refused::model_not_found()));
    };
    if !gate.vendors.reaches(&vendor.key, vendor.local) {
        let also = [passed_over, &[sending.route]].concat();
        let other = caller.policy.decide_again(&question, &also).is_some();
        return match other {
            true => decide(gate, caller, request, findings, &also),
            false => Err(refuse(Refused::vendor_without_address(&vendor.name))),
        };
    }
    // The client's word goes to the vendor only where it is a plain name without personal data.
    let plain = request.model().parse::<ModelName>().is_ok() && !findings.in_model_name;
    if route.model.is_none() && !plain {
        return Err(refuse(Refused::model_not_found()));
    }
    let mut gone = passed_over.to_vec();
    gone.push(sending.route.clone());
    Ok(Decided {
        vendor: vendor.key.clone(),
        country: vendor.country,
        model: route.model.clone(),
        scope: system.scope,
        asked: Asked { purpose: Some(sending.purpose.clone()), route: Some(sending.asked.clone()), ..asked },
        falls_back: caller.policy.has_another_route(&question, &gone),
        sending,
    })
}
