//! A company's own rules: read from the register's text, checked against the schema.

mod names;

use std::sync::Arc;

use cedar_policy::{Effect, Policy as CedarPolicy, PolicyId, PolicySet, ValidationMode, Validator};
use darbaza_core::RefusalCode;
use darbaza_register::{CompanyRule, Problem, Register};

use crate::card::{RuleCard, Source, reads};
use crate::shipped::{Cards, Shipped};

/// Where the company's rules stand among the others: after the law's, before a person is asked.
const ORDER: u32 = 95;

/// The company's rules, compiled.
pub(crate) struct Company {
    pub(crate) policies: Vec<CedarPolicy>,
    pub(crate) cards: Cards,
}

/// Compiles the company's rules.
///
/// # Errors
///
/// Every rule that is none, with its line and a remedy.
pub(crate) fn compile(register: &Register, shipped: &Shipped) -> Result<Company, Vec<Problem>> {
    let mut company = Company { policies: Vec::new(), cards: Cards::new() };
    let mut problems = Vec::new();
    let validator = Validator::new(shipped.schema.clone());
    for rule in register.rules() {
        match policy(rule, register, &validator) {
            Ok(policy) => {
                company.cards.insert(id(rule), Arc::new(card(rule, &policy)));
                company.policies.push(policy);
            }
            Err(found) => problems.extend(found),
        }
    }
    if problems.is_empty() { Ok(company) } else { Err(problems) }
}

/// The id of a company's rule. Shipped rules have no slash in theirs.
fn id(rule: &CompanyRule) -> String {
    format!("company/{}", rule.key)
}

fn card(rule: &CompanyRule, policy: &CedarPolicy) -> RuleCard {
    RuleCard {
        id: id(rule),
        source: Source::Company,
        order: ORDER,
        code: Some(RefusalCode::CategoryRefused),
        law: rule.law.clone(),
        text: rule.text.clone(),
        fix: rule.fix.clone(),
        instead_local: policy.annotation("instead") == Some("local"),
        reads: reads(policy),
    }
}

fn policy(
    rule: &CompanyRule,
    register: &Register,
    validator: &Validator,
) -> Result<CedarPolicy, Vec<Problem>> {
    let problem = |line: u64, what: String, remedy: &str| {
        vec![Problem { line, what: format!("rule {}: {what}", rule.key), remedy: remedy.to_owned() }]
    };
    let set: PolicySet = rule.cedar.parse().map_err(|error: cedar_policy::ParseErrors| {
        let first = error.iter().next();
        let offset = first.and_then(|e| miette::Diagnostic::labels(e)?.next().map(|l| l.offset()));
        let what = first.map_or_else(|| error.to_string(), ToString::to_string);
        problem(line_of(rule, offset), what, "write one Cedar policy; docs/rules.md has examples")
    })?;
    if set.templates().next().is_some() {
        let what = "it is a template, with ?principal or ?resource in it".to_owned();
        return Err(problem(rule.line, what, "name the system or route itself, or leave it open"));
    }
    let mut policies = set.policies();
    let (Some(policy), None) = (policies.next(), policies.next()) else {
        let what = "it is not one policy".to_owned();
        return Err(problem(rule.line, what, "write exactly one `forbid (...) when { ... };` a rule"));
    };
    if policy.effect() == Effect::Permit {
        let what = "it permits, and only facts of the register permit".to_owned();
        return Err(problem(
            rule.line,
            what,
            "write it as `forbid`; to permit more, change the facts of the system's uses",
        ));
    }
    let policy = policy.new_id(PolicyId::new(id(rule)));
    let alone = PolicySet::from_policies([policy.clone()])
        .map_err(|error| problem(rule.line, error.to_string(), "write one Cedar policy"))?;
    let checked = validator.validate(&alone, ValidationMode::default());
    let mut found: Vec<Problem> = Vec::new();
    let mut places = Vec::new();
    // What Cedar only warns of is a problem too: a rule that never applies protects nobody.
    let errors = checked.validation_errors().map(|e| e as &dyn miette::Diagnostic);
    let warnings = checked.validation_warnings().map(|w| w as &dyn miette::Diagnostic);
    for said in errors.chain(warnings) {
        let offset = said.labels().and_then(|mut labels| labels.next()).map(|label| label.offset());
        // The same mistake is told once, not for each of the three actions.
        if !places.contains(&offset) {
            places.push(offset);
            found.extend(problem(
                line_of(rule, offset),
                validation_text(&said.to_string()),
                "compare names, types and conditions with docs/rules.md",
            ));
        }
    }
    for what in names::dangling(&policy, register) {
        found.extend(problem(
            rule.line,
            what,
            "correct the name; `darbaza register table` lists what there is",
        ));
    }
    if found.is_empty() { Ok(policy) } else { Err(found) }
}

/// The line of the register file on which an offset into the rule's text lies.
fn line_of(rule: &CompanyRule, offset: Option<usize>) -> u64 {
    let before = offset.and_then(|offset| rule.cedar.get(..offset)).unwrap_or_default();
    let lines = before.bytes().filter(|b| *b == b'\n').count() as u64;
    rule.line + lines
}

/// The validator's sentence without the policy's id, which the problem already names.
fn validation_text(text: &str) -> String {
    text.split_once("`, ").map_or(text, |(_, said)| said).to_owned()
}
