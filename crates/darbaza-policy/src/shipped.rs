//! The rules that come with the gate, read once in a process.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use cedar_policy::{Policy as CedarPolicy, PolicyId, PolicySet, Schema};
use darbaza_core::RefusalCode;

use crate::card::{RuleCard, Source};

const SCHEMA: &str = include_str!("../rules/schema.cedarschema");
const LAW: &str = include_str!("../rules/law.cedar");
const REGISTER: &str = include_str!("../rules/register.cedar");

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
