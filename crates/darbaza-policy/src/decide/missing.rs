//! From the rule that said no to what is missing, with the facts that a sentence needs.

use darbaza_core::Category;
use darbaza_register::SystemState;

use super::Asking;
use crate::card::{RuleCard, Source};
use crate::facts::Facts;
use crate::refusal::Missing;

/// What is missing by that rule.
pub(super) fn missing(rule: &RuleCard, facts: &Facts<'_>, asking: &Asking<'_>) -> Missing {
    if rule.source == Source::Company {
        return Missing::CompanyRule;
    }
    let purpose = || facts.use_.map(|u| u.purpose.clone());
    let vendor = || facts.route.map(|(_, vendor)| vendor);
    let found = match rule.id.as_str() {
        "system-live" => Some(live(facts)),
        "purpose-declared" => asking.purpose.as_ref().err().cloned(),
        "legal-basis" => purpose().map(|purpose| Missing::LegalBasis { purpose }),
        "subject-not-blocked" => Some(Missing::Unblocked),
        "subject-accepts-ai" => Some(Missing::AcceptanceOfAi),
        "consent-given" => Some(Missing::Consent),
        "parameter-allowed" => parameter(facts),
        "category-allowed" | "clear-inside" => {
            category(facts, |c| Missing::CategoryPermission { category: c })
        }
        "category-local" => category(facts, |c| Missing::LocalRoute { category: c }),
        "vendor-contract" => vendor().map(|vendor| Missing::Contract {
            vendor: vendor.key.clone(),
            ended: vendor.contracts.iter().map(|c| c.until).filter(|until| *until < facts.today).max(),
        }),
        "training-excluded" => vendor().map(|v| Missing::TrainingExclusion { vendor: v.key.clone() }),
        "vendor-retention" => vendor()
            .zip(facts.use_.and_then(|u| u.max_vendor_retention_days))
            .map(|(vendor, most)| Missing::ShorterRetention { vendor: vendor.key.clone(), most }),
        "country-allowed" => vendor().map(|v| Missing::CountryPermission { country: v.country }),
        "country-ground" => vendor().map(|v| Missing::CrossBorderGround { country: v.country }),
        "sub-processor-country" => vendor()
            .zip(facts.sub_processor_country())
            .map(|(vendor, country)| Missing::SubProcessorCountry { vendor: vendor.key.clone(), country }),
        "model-known" => Some(Missing::Model),
        _ => None,
    };
    // The card itself says what is missing where the facts have nothing to add.
    found.unwrap_or(Missing::CompanyRule)
}

fn category(facts: &Facts<'_>, missing: impl FnOnce(Category) -> Missing) -> Option<Missing> {
    facts.category.map(missing)
}

fn parameter(facts: &Facts<'_>) -> Option<Missing> {
    let unnamed = facts.parameters.iter().find(|p| !facts.system.parameters.contains(**p))?;
    Some(Missing::ParameterPermission { parameter: (*unnamed).to_owned() })
}

fn live(facts: &Facts<'_>) -> Missing {
    // Question 3 of the assessment: is there a legal basis for the processing?
    let no_basis = facts.system.uses.values().any(|u| u.basis.is_none());
    let assessed = matches!(facts.system.state, SystemState::Draft | SystemState::InAssessment);
    Missing::LiveSystem { state: facts.system.state.as_str(), question: (no_basis && assessed).then_some(3) }
}
