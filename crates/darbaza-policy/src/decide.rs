//! The decision itself.

use std::collections::BTreeMap;

use darbaza_core::{Action, Category, CountryCode, Purpose, RouteKey, Way};
use darbaza_register::{Basis, Register, System, SystemState, Training, Use, Vendor, Verdict};

use crate::question::{Question, RequestedPurpose};
use crate::refusal::{Missing, Refusal};

/// What happens with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It goes, so.
    Send(Sending),
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
    /// Over which route.
    pub route: RouteKey,
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

/// Decides on one request by the facts of the register.
///
/// The order is the order in which a person would ask: may this system run, for what, on what
/// ground, what does it carry, where to. The first "no" is the answer.
pub fn decide(register: &Register, question: &Question<'_>) -> Decision {
    match try_decide(register, question) {
        Ok(sending) => Decision::Send(sending),
        Err(refusal) => Decision::Refuse(refusal),
    }
}

fn try_decide(register: &Register, question: &Question<'_>) -> Result<Sending, Refusal> {
    let system = register
        .system(question.system)
        .ok_or_else(|| refuse(Missing::KnownSystem, "system-known", &["AI 8(2)"]))?;
    live(system)?;
    let use_ = purpose(system, question.purpose)?;
    if use_.basis.is_none() {
        let missing = Missing::LegalBasis { purpose: use_.purpose.clone() };
        return Err(refuse(missing, "legal-basis", &["PD 7(1)", "PD 9"]));
    }
    let asked =
        system.models.route(question.model).ok_or_else(|| refuse(Missing::Model, "model-known", &[]))?;
    parameters(system, question.parameters)?;

    let protected = || question.findings.categories().filter(|c| c.is_protected());
    if let Some(category) = protected().find(|c| use_.way(*c) == Way::Refused) {
        return Err(refuse(Missing::CategoryPermission { category }, "category-allowed", &["PD 7(9)"]));
    }
    let must_stay = protected().find(|c| use_.way(*c) == Way::Local);
    let route = local_if_needed(register, system, asked, must_stay)?;
    let vendor = vendor(register, &route)?;
    vendor_allowed(register, vendor, use_, question)?;

    // Data that must stay in the company's network are read there as they are: masking the words
    // that carry a diagnosis would leave the local system nothing to work on.
    let ways: BTreeMap<Category, Way> = protected()
        .map(|c| {
            (c, if use_.way(c) == Way::Local { Way::Clear } else { clear_only_inside(use_.way(c), vendor) })
        })
        .collect();
    let action = if route != *asked {
        Action::Reroute
    } else if ways.values().any(|way| *way == Way::Masked) {
        Action::Mask
    } else {
        Action::Pass
    };
    Ok(Sending { action, purpose: use_.purpose.clone(), route, ways })
}

/// A register fact "clear" speaks of a system inside the network; a vendor outside it receives
/// masked data all the same (AI 17(4)).
fn clear_only_inside(way: Way, vendor: &Vendor) -> Way {
    if way == Way::Clear && !vendor.local { Way::Masked } else { way }
}

fn refuse(missing: Missing, rule: &'static str, law: &'static [&'static str]) -> Refusal {
    Refusal { missing, rule, law }
}

fn live(system: &System) -> Result<(), Refusal> {
    if system.state == SystemState::Live {
        return Ok(());
    }
    // Question 3 of the assessment: is there a legal basis for the processing?
    let no_basis = system.uses.values().any(|u| u.basis.is_none());
    let missing = Missing::LiveSystem { state: system.state.as_str(), question: no_basis.then_some(3) };
    let law: &[&str] = if no_basis { &["AI 10(1)", "PD 7(1)"] } else { &["AI 10(1)"] };
    Err(refuse(missing, "system-live", law))
}

fn purpose<'r>(system: &'r System, asked: RequestedPurpose<'_>) -> Result<&'r Use, Refusal> {
    const LAW: &[&str] = &["PD 7(8)", "PD 14"];
    let bound = |p: &Purpose| asked.key.is_empty() || asked.key.contains(p);
    let found = match (asked.declared, asked.key) {
        (Some(word), _) => system.uses.values().find(|u| u.purpose.as_str() == word && bound(&u.purpose)),
        (None, [only]) => system.uses.get(only),
        (None, _) if system.uses.len() == 1 => system.uses.values().find(|u| bound(&u.purpose)),
        (None, _) => return Err(refuse(Missing::DeclaredPurpose, "purpose-declared", LAW)),
    };
    found.ok_or_else(|| refuse(Missing::KnownPurpose, "purpose-declared", LAW))
}

fn parameters(system: &System, in_effect: &[&str]) -> Result<(), Refusal> {
    match in_effect.iter().find(|p| !system.parameters.contains(**p)) {
        None => Ok(()),
        Some(parameter) => Err(refuse(
            Missing::ParameterPermission { parameter: (*parameter).to_owned() },
            "parameter-allowed",
            &["PD 7(6)", "PD 16"],
        )),
    }
}

/// The route that the request takes: the one asked for, or the local one where something in the
/// request must stay in the company's network.
fn local_if_needed(
    register: &Register,
    system: &System,
    asked: &RouteKey,
    must_stay: Option<Category>,
) -> Result<RouteKey, Refusal> {
    let Some(category) = must_stay else { return Ok(asked.clone()) };
    if vendor(register, asked)?.local {
        return Ok(asked.clone());
    }
    match &system.local_route {
        Some(route) if vendor(register, route)?.local => Ok(route.clone()),
        _ => Err(refuse(Missing::LocalRoute { category }, "category-local", &["AI 17(4)"])),
    }
}

fn vendor<'r>(register: &'r Register, route: &RouteKey) -> Result<&'r Vendor, Refusal> {
    let found = register.route(route).map(|(_, vendor)| vendor);
    found.ok_or_else(|| refuse(Missing::Model, "model-known", &[]))
}

/// Contract, training and country are asked for masked traffic too: masked data are personal data
/// of which a part was replaced, not anonymised ones (PD 1, 23(2)).
fn vendor_allowed(
    register: &Register,
    vendor: &Vendor,
    use_: &Use,
    question: &Question<'_>,
) -> Result<(), Refusal> {
    if vendor.local {
        return Ok(());
    }
    let in_force = vendor.contract.as_ref().is_some_and(|c| question.today <= c.until);
    if !in_force {
        let ended = vendor.contract.as_ref().map(|c| c.until);
        let missing = Missing::Contract { vendor: vendor.key.clone(), ended };
        return Err(refuse(missing, "vendor-contract", &["PD 10(1)", "PD 7(6)"]));
    }
    if vendor.training == Training::NotExcluded {
        let missing = Missing::TrainingExclusion { vendor: vendor.key.clone() };
        return Err(refuse(missing, "training-excluded", &["PD 14"]));
    }
    country_allowed(register, vendor.country, use_)
}

/// A state that ensures no protection needs a ground of its own beside the legal basis: consent to
/// cross-border transfer, a treaty, a law (PD 16).
fn country_allowed(register: &Register, country: CountryCode, use_: &Use) -> Result<(), Refusal> {
    let verdict = register.country(country).map(|c| c.verdict);
    let grounded = use_.basis.as_ref().is_some_and(Basis::covers_cross_border);
    let missing = match verdict {
        _ if country == CountryCode::KZ => return Ok(()),
        Some(Verdict::Protects) => return Ok(()),
        Some(Verdict::NeedsGround) if grounded => return Ok(()),
        Some(Verdict::NeedsGround) => Missing::CrossBorderGround { country },
        Some(Verdict::Forbidden) | None => Missing::CountryPermission { country },
    };
    Err(refuse(missing, "country-allowed", &["PD 16"]))
}

#[cfg(test)]
mod tests;
