//! From what a rule misses to what the gate says.

use std::sync::Arc;

use darbaza_core::{Category, Lang, RefusalCode, VendorKey};
use darbaza_policy::{Held, Missing, Refusal, RuleCard};
use darbaza_register::{Register, System};

use super::{Asked, Reasons, Refused, Saying, Sentence};

impl Refused {
    /// A refusal by a rule.
    pub(crate) fn by_rule(
        refusal: Refusal,
        register: &Register,
        system: Option<&System>,
        lang: Lang,
    ) -> Refused {
        let (what, fix) = match say(&refusal.missing, register, system, lang) {
            Some((what, fix)) => (Saying::Message(what), Saying::Message(Sentence::new(fix))),
            None => {
                let RuleCard { text, fix, .. } = (*refusal.rule).clone();
                (Saying::Card(Box::new(text)), Saying::Card(Box::new(fix)))
            }
        };
        let reasons = Reasons {
            rule: Some(refusal.rule.id.clone()),
            law: law(std::iter::once(&refusal.rule).chain(&refusal.further)),
            asked: Asked { purpose: refusal.purpose, route: refusal.asked, ..Asked::default() },
            retry_after: None,
            further: refusal.further,
        };
        Refused {
            code: refusal.rule.code.unwrap_or(RefusalCode::CategoryRefused),
            what,
            fix,
            reasons: Box::new(reasons),
        }
    }

    /// A request that a person looks at before it is sent.
    pub(crate) fn held(held: Held) -> Refused {
        let reasons = Reasons {
            rule: Some(held.rule.id.clone()),
            law: held.rule.law.clone(),
            asked: Asked { purpose: Some(held.purpose), route: Some(held.asked), ..Asked::default() },
            retry_after: None,
            further: Vec::new(),
        };
        let held = Refused::plain(RefusalCode::Held, Sentence::new("held"), "held-fix");
        Refused { reasons: Box::new(reasons), ..held }
    }

    /// A vendor that the configuration gives no address for this route.
    pub(crate) fn vendor_without_address(vendor: &str) -> Refused {
        let what = Sentence::new("vendor-no-address").word("vendor", vendor);
        let refused = Refused::plain(RefusalCode::VendorNotAllowed, what, "vendor-no-address-fix");
        let reasons = Reasons { rule: Some("vendor-address".to_owned()), ..Reasons::default() };
        Refused { reasons: Box::new(reasons), ..refused }
    }
}

/// The articles of several rules, each once.
fn law<'a>(cards: impl Iterator<Item = &'a Arc<RuleCard>>) -> Vec<String> {
    let mut law: Vec<String> = Vec::new();
    for article in cards.flat_map(|card| &card.law) {
        if !law.contains(article) {
            law.push(article.clone());
        }
    }
    law
}

/// The sentence for what is missing, and the one for what to do; none where the rule's own card
/// says it.
fn say(
    missing: &Missing,
    register: &Register,
    system: Option<&System>,
    lang: Lang,
) -> Option<(Sentence, &'static str)> {
    let system_name = system.map_or("", |s| s.name.of(lang));
    let vendor_name = |key: &VendorKey| {
        let found = register.vendors().find(|v| v.key == *key);
        found.map_or_else(|| key.to_string(), |v| v.name.clone())
    };
    Some(match missing {
        Missing::LiveSystem { state, question } => {
            let sentence = match question {
                None => Sentence::new("system-not-live"),
                Some(number) => Sentence::new("system-not-live-question").word("question", number),
            };
            let state = format!("state-{state}");
            (sentence.word("system", system_name).text("state", state), "system-not-live-fix")
        }
        Missing::KnownSystem => (Sentence::new("system-unknown"), "system-unknown-fix"),
        Missing::DeclaredPurpose => (Sentence::new("purpose-missing"), "purpose-fix"),
        Missing::KnownPurpose => (Sentence::new("purpose-unknown"), "purpose-fix"),
        Missing::LegalBasis { purpose } => {
            (Sentence::new("no-legal-basis").word("purpose", purpose), "no-legal-basis-fix")
        }
        Missing::Consent => (Sentence::new("no-consent"), "no-consent-fix"),
        Missing::Unblocked => (Sentence::new("subject-blocked"), "subject-blocked-fix"),
        Missing::AcceptanceOfAi => (Sentence::new("subject-refused-ai"), "subject-refused-ai-fix"),
        Missing::Model => (Sentence::new("model-not-found"), "model-not-found-fix"),
        Missing::Contract { vendor, ended: None } => {
            (Sentence::new("vendor-no-contract").word("vendor", vendor_name(vendor)), "vendor-fix")
        }
        Missing::Contract { vendor, ended: Some(day) } => {
            let sentence = Sentence::new("vendor-contract-ended").word("vendor", vendor_name(vendor));
            (sentence.word("ended", day), "vendor-fix")
        }
        Missing::TrainingExclusion { vendor } => (
            Sentence::new("training-not-excluded").word("vendor", vendor_name(vendor)),
            "training-not-excluded-fix",
        ),
        Missing::ShorterRetention { vendor, most } => (
            Sentence::new("vendor-keeps-longer").word("vendor", vendor_name(vendor)).word("days", most),
            "vendor-keeps-longer-fix",
        ),
        Missing::SubProcessorCountry { vendor, country } => (
            Sentence::new("sub-processor-country")
                .word("vendor", vendor_name(vendor))
                .word("country", country),
            "country-not-allowed-fix",
        ),
        Missing::CountryPermission { country } => {
            (Sentence::new("country-not-allowed").word("country", country), "country-not-allowed-fix")
        }
        Missing::CrossBorderGround { country } => {
            (Sentence::new("country-needs-ground").word("country", country), "country-needs-ground-fix")
        }
        Missing::ParameterPermission { parameter } => {
            (Sentence::new("parameter-not-allowed").word("parameter", parameter), "parameter-not-allowed-fix")
        }
        Missing::CategoryPermission { category } => {
            (of_category("category-refused", *category), "category-refused-fix")
        }
        Missing::LocalRoute { category } => {
            (of_category("category-stays", *category), "category-refused-fix")
        }
        Missing::CompanyRule => return None,
    })
}

/// A sentence that names a category in words, and by its code for who looks it up.
fn of_category(id: &'static str, category: Category) -> Sentence {
    let name = format!("category-{}", category.as_str().to_ascii_lowercase().replace('_', "-"));
    Sentence::new(id).text("name", name).word("category", category)
}

#[cfg(test)]
mod tests {
    use darbaza_locale::Texts;

    use super::*;

    #[test]
    fn every_category_that_a_rule_decides_on_has_a_name() {
        let texts = Texts::new();
        for &category in Category::ALL.iter().filter(|category| category.is_protected()) {
            let said = of_category("category-refused", category).say(&texts, Lang::Kk);
            assert!(!said.contains("category-"), "{said}");
        }
    }
}
