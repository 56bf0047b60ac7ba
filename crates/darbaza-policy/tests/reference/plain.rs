//! The same decision in plain Rust, written from the order of the law's questions and not from the
//! rules: who asks, for what, on what ground, for which model, with which data, where to.

use std::collections::BTreeMap;

use darbaza_core::{Action, Category, CountryCode, RefusalCode, RouteKey, Way};
use darbaza_policy::{Question, RequestedPurpose};
use darbaza_register::{Basis, Register, Review, Route, System, SystemState, Training, Use, Vendor, Verdict};
use jiff::civil::Date;

/// What comes of a question, in the words of the contract.
#[derive(Debug, PartialEq)]
pub(crate) enum Plain {
    Sent { action: Action, route: RouteKey, ways: BTreeMap<Category, Way> },
    Held { route: RouteKey },
    Refused(RefusalCode),
}

use RefusalCode as Code;

pub(crate) fn decide(register: &Register, question: &Question<'_>) -> Plain {
    match ask(register, question) {
        Ok(plain) => plain,
        Err(code) => Plain::Refused(code),
    }
}

fn ask(register: &Register, question: &Question<'_>) -> Result<Plain, Code> {
    let system = register.system(question.system).ok_or(Code::SystemNotLive)?;
    if system.state != SystemState::Live {
        return Err(Code::SystemNotLive);
    }
    let use_ = purpose(system, question.purpose).ok_or(Code::PurposeNotDeclared)?;
    let basis = use_.basis.as_ref().filter(|b| b.until.is_none_or(|end| question.today <= end));
    let basis = basis.ok_or(Code::NoLegalBasis)?;
    if question.persons.blocked {
        return Err(Code::SubjectBlocked);
    }
    if question.persons.refused_ai {
        return Err(Code::SubjectRefusedAi);
    }
    if question.persons.consent_missing {
        return Err(Code::NoConsent);
    }
    let asked = system.models.route(question.model).ok_or(Code::ModelNotFound)?;
    if question.parameters.iter().any(|p| !system.parameters.contains(*p)) {
        return Err(Code::ParameterNotAllowed);
    }
    let found: Vec<Category> = question.findings.categories().filter(|c| c.is_protected()).collect();
    if found.iter().any(|c| use_.way(*c) == Way::Refused) {
        return Err(Code::CategoryRefused);
    }
    let mut first = None;
    for (route, vendor) in chain(register, asked) {
        match on(register, question, system, use_, basis, &found, (route, vendor)) {
            Err(code) => {
                first.get_or_insert(code);
            }
            Ok(taken) if use_.review == Review::BeforeSending => {
                return Ok(Plain::Held { route: taken.0.key.clone() });
            }
            Ok((taken, vendor)) => {
                let ways: BTreeMap<Category, Way> =
                    found.iter().map(|c| (*c, way(use_.way(*c), vendor))).collect();
                let masked = ways.values().any(|w| *w == Way::Masked);
                let action = match (taken.key == *asked, masked) {
                    (false, _) => Action::Reroute,
                    (true, true) => Action::Mask,
                    (true, false) => Action::Pass,
                };
                return Ok(Plain::Sent { action, route: taken.key.clone(), ways });
            }
        }
    }
    Err(first.unwrap_or(Code::ModelNotFound))
}

/// The route that is taken where this one is asked for: itself, or the local one.
fn on<'r>(
    register: &'r Register,
    question: &Question<'_>,
    system: &'r System,
    use_: &Use,
    basis: &Basis,
    found: &[Category],
    (route, vendor): (&'r Route, &'r Vendor),
) -> Result<(&'r Route, &'r Vendor), Code> {
    let must_stay = found.iter().any(|c| use_.way(*c) == Way::Local);
    if must_stay && !vendor.local {
        let local = system.local_route.as_ref().and_then(|key| chain(register, key).find(|(_, v)| v.local));
        return local.ok_or(Code::CategoryRefused);
    }
    allowed(register, question.today, use_, basis, vendor)?;
    Ok((route, vendor))
}

fn way(way: Way, vendor: &Vendor) -> Way {
    match way {
        Way::Local => Way::Clear,
        Way::Clear if !vendor.local => Way::Masked,
        other => other,
    }
}

fn allowed(register: &Register, today: Date, use_: &Use, basis: &Basis, vendor: &Vendor) -> Result<(), Code> {
    if vendor.local {
        return Ok(());
    }
    let begun = |from: Option<Date>| from.is_none_or(|from| from <= today);
    if !vendor.contracts.iter().any(|c| begun(c.from) && today <= c.until) {
        return Err(Code::VendorNotAllowed);
    }
    if vendor.training != Training::Excluded {
        return Err(Code::TrainingNotExcluded);
    }
    if let Some(most) = use_.max_vendor_retention_days
        && vendor.retention_days.is_none_or(|days| days > most)
    {
        return Err(Code::VendorNotAllowed);
    }
    let countries = std::iter::once(vendor.country).chain(vendor.sub_processors.iter().map(|s| s.country));
    match countries.into_iter().all(|country| country_allowed(register, today, basis, country)) {
        true => Ok(()),
        false => Err(Code::CountryNotAllowed),
    }
}

fn country_allowed(register: &Register, today: Date, basis: &Basis, code: CountryCode) -> bool {
    let fact = register.country(code).filter(|c| c.until.is_none_or(|end| today <= end));
    let grounded = basis.law.iter().any(|l| l == "PD 16" || l.starts_with("PD 16("));
    match fact.map(|c| c.verdict) {
        _ if code == CountryCode::KZ => true,
        Some(Verdict::Protects) => true,
        Some(Verdict::NeedsGround) => grounded,
        Some(Verdict::Forbidden) | None => false,
    }
}

fn chain<'r>(register: &'r Register, first: &'r RouteKey) -> impl Iterator<Item = (&'r Route, &'r Vendor)> {
    let mut next = Some(first);
    std::iter::from_fn(move || {
        let (route, vendor) = register.route(next?)?;
        next = route.fallback.as_ref();
        Some((route, vendor))
    })
}

fn purpose<'r>(system: &'r System, asked: RequestedPurpose<'_>) -> Option<&'r Use> {
    let bound = |u: &&Use| asked.key.is_empty() || asked.key.contains(&u.purpose);
    match (asked.declared, asked.key) {
        (Some(word), _) => system.uses.values().find(|u| u.purpose.as_str() == word).filter(bound),
        (None, [only]) => system.uses.get(only),
        (None, _) if system.uses.len() == 1 => system.uses.values().next().filter(bound),
        (None, _) => None,
    }
}
