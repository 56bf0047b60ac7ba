//! Findings and register to a decision, with its reasons.

use darbaza_core::{CountryCode, ModelName, VendorKey};
use darbaza_policy::{Decision, Question, RequestedPurpose, Sending};
use darbaza_register::ScopeRule;
use darbaza_wire::chat::Request;

use super::admit::Caller;
use super::{Findings, Stopped};
use crate::gate::Gate;
use crate::refused::Refused;

/// A decision to send, with the facts of the route that later steps need.
pub(crate) struct Decided {
    pub(crate) sending: Sending,
    pub(crate) vendor: VendorKey,
    pub(crate) country: CountryCode,
    /// The vendor's name of the model; the client's is passed on where there is none.
    pub(crate) model: Option<ModelName>,
    /// How far tokens reach in this system.
    pub(crate) scope: ScopeRule,
}

/// Decides by the register in force.
pub(super) fn decide(
    gate: &Gate,
    caller: &Caller,
    request: &Request,
    findings: &Findings,
) -> Result<Decided, Stopped> {
    let register = gate.register();
    let refuse = |refused| Stopped::Refused { refused, findings: findings.counts.clone() };
    let parameters: Vec<&str> = request.present_parameters().iter().map(|p| p.as_str()).collect();
    let question = Question {
        system: caller.system(),
        purpose: RequestedPurpose { declared: caller.purpose.as_deref(), key: &caller.key.issued.purposes },
        model: request.model(),
        findings: &findings.counts,
        parameters: &parameters,
        today: gate.clock.today(),
    };
    let system = register.system(caller.system());
    let sending = match darbaza_policy::decide(register, &question) {
        Decision::Send(sending) => sending,
        Decision::Refuse(refusal) => {
            return Err(refuse(Refused::by_rule(refusal, register, system, caller.lang)));
        }
    };
    let (Some((route, vendor)), Some(system)) = (register.route(&sending.route), system) else {
        return Err(refuse(Refused::model_not_found()));
    };
    if !gate.vendors.reaches(&vendor.key, vendor.local) {
        return Err(refuse(Refused::vendor_without_address(&vendor.name)));
    }
    // The client's word goes to the vendor only where it is a plain name without personal data.
    let plain = request.model().parse::<ModelName>().is_ok() && !findings.in_model_name;
    if route.model.is_none() && !plain {
        return Err(refuse(Refused::model_not_found()));
    }
    Ok(Decided {
        vendor: vendor.key.clone(),
        country: vendor.country,
        model: route.model.clone(),
        scope: system.scope,
        sending,
    })
}
