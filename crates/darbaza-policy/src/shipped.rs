//! The rules that come with the gate, read once in a process.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use cedar_policy::{Policy as CedarPolicy, PolicyId, PolicySet, Schema};
use darbaza_core::RefusalCode;
use sha2::{Digest, Sha256};

use crate::card::{RuleCard, Source};

const SCHEMA: &str = include_str!("../rules/schema.cedarschema");
const LAW: &str = include_str!("../rules/law.cedar");
const REGISTER: &str = include_str!("../rules/register.cedar");

/// Characters of the fingerprint of the shipped rules.
const FINGERPRINT: usize = 16;

/// The cards of rules, by id.
pub(crate) type Cards = BTreeMap<String, Arc<RuleCard>>;

/// The schema and the shipped rules. A slip in them is a slip of ours, found by the tests.
pub(crate) struct Shipped {
    pub(crate) schema: Schema,
    pub(crate) policies: Vec<CedarPolicy>,
    pub(crate) cards: Cards,
    /// Checks that come before all rules.
    pub(crate) system_known: Arc<RuleCard>,
    pub(crate) model_known: Arc<RuleCard>,
}

/// The shipped rules; none where they cannot be read, and then nothing may be sent.
pub(crate) fn shipped() -> Result<&'static Shipped, &'static str> {
    static SHIPPED: LazyLock<Result<Shipped, String>> = LazyLock::new(read);
    SHIPPED.as_ref().map_err(String::as_str)
}

/// The fingerprint of the rules that come with the gate.
///
/// The first characters of the SHA-256 of their files, in hexadecimal; stands in the record of each
/// decision, so that it is known by which rules it was taken.
pub fn shipped_rules() -> &'static str {
    static FINGER: LazyLock<String> = LazyLock::new(|| {
        let mut hash = Sha256::new();
        for text in [SCHEMA, LAW, REGISTER] {
            // With its length, so that no line can move from one file to the next unseen.
            hash.update((text.len() as u64).to_be_bytes());
            hash.update(text);
        }
        let hex: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        hex.chars().take(FINGERPRINT).collect()
    });
    &FINGER
}

fn read() -> Result<Shipped, String> {
    let (schema, _warnings) =
        Schema::from_cedarschema_str(SCHEMA).map_err(|e| format!("the rules' schema: {e}"))?;
    let mut policies = Vec::new();
    let mut cards = Cards::new();
    for (text, source) in [(LAW, Source::Law), (REGISTER, Source::Register)] {
        let set: PolicySet = text.parse().map_err(|e| format!("the shipped rules: {e}"))?;
        for policy in set.policies() {
            let card = RuleCard::from_annotations(policy, source);
            policies.push(policy.new_id(PolicyId::new(&card.id)));
            cards.insert(card.id.clone(), Arc::new(card));
        }
    }
    Ok(Shipped { schema, policies, cards, system_known: system_known(), model_known: model_known() })
}

fn system_known() -> Arc<RuleCard> {
    RuleCard::before_rules(
        "system-known",
        1,
        RefusalCode::SystemNotLive,
        &["AI 8(2)"],
        [
            "Тек тізілімдегі ЖИ жүйесі ғана дербес деректерді өңдей алады.",
            "Персональные данные обрабатывает только система ИИ из реестра.",
            "Only an AI system of the register processes personal data.",
        ],
        [
            "Тізілімге енгізілген жүйенің кілтін пайдаланыңыз.",
            "Используйте ключ системы, внесённой в реестр.",
            "Use the key of a system that is in the register.",
        ],
    )
}

fn model_known() -> Arc<RuleCard> {
    RuleCard::before_rules(
        "model-known",
        40,
        RefusalCode::ModelNotFound,
        &[],
        [
            "Жүйе тізілімде аталған модельдерді ғана шақырады.",
            "Система обращается только к моделям, названным в реестре.",
            "A system calls only models that the register names.",
        ],
        [
            "Қолжетімді атауларды GET /v1/models сұрау салуымен біліңіз.",
            "Узнайте доступные имена запросом GET /v1/models.",
            "GET /v1/models lists the names at hand.",
        ],
    )
}

#[cfg(test)]
mod tests {
    use cedar_policy::{PolicySet, ValidationMode, Validator};

    use super::*;

    const DOCUMENT: &str = include_str!("../../../docs/rules.md");

    #[test]
    fn the_shipped_rules_fit_the_schema() {
        let shipped = shipped().expect("rules");
        let set = PolicySet::from_policies(shipped.policies.iter().cloned()).expect("one set");
        let result = Validator::new(shipped.schema.clone()).validate(&set, ValidationMode::default());
        let said: Vec<String> = result.validation_errors().map(ToString::to_string).collect();
        assert!(result.validation_passed_without_warnings(), "{said:#?}");
    }

    #[test]
    fn every_rule_says_itself_in_three_languages_and_has_its_line_in_the_document() {
        let shipped = shipped().expect("rules");
        for (id, card) in &shipped.cards {
            assert_eq!(*id, card.id);
            let texts = [&card.text.kk, &card.text.ru, &card.text.en];
            assert!(texts.iter().all(|text| text.len() > 20), "{id}: {texts:?}");
            assert!(card.law.iter().all(|article| article.contains(' ')), "{id}: {:?}", card.law);
            assert!(DOCUMENT.contains(&format!("`{id}`")), "docs/rules.md has no {id}");
            let Some(code) = card.code else { continue };
            let fixes = [&card.fix.kk, &card.fix.ru, &card.fix.en];
            assert!(fixes.iter().all(|text| text.len() > 20), "{id}: {fixes:?}");
            let line = format!("| {} | `{id}` | {code} |", card.order);
            assert!(DOCUMENT.contains(&line), "docs/rules.md has no line {line}");
        }
    }

    #[test]
    fn every_attribute_that_a_rule_reads_can_be_told_and_is_in_the_document() {
        let shipped = shipped().expect("rules");
        let register = darbaza_register::Register::read(include_str!("../../../sample/register.yaml"));
        let register = register.expect("the sample");
        let system = register.systems().next().expect("a system");
        let facts = crate::facts::Facts {
            register: &register,
            system,
            use_: system.uses.values().next(),
            route: register.routes().next().and_then(|route| register.route(&route.key)),
            category: Some(darbaza_core::Category::Person),
            parameters: &["store"],
            persons: crate::Persons::default(),
            today: jiff::civil::date(2026, 11, 24),
        };
        let read = shipped.cards.values().flat_map(|card| &card.reads);
        let mut attributes: Vec<String> = read.cloned().collect();
        // What only a company's rule may read is told as well.
        attributes.extend(facts.context().into_iter().map(|(name, _)| format!("context.{name}")));
        for attribute in attributes {
            let fact = facts.told(&attribute);
            let optional = attribute == "context.max_retention_days";
            assert!(!fact.value.is_empty() || optional, "{attribute} has no value");
            assert!(DOCUMENT.contains(&format!("`{attribute}`")), "docs/rules.md has no {attribute}");
        }
    }
}
