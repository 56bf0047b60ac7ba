//! Why a request may not go, in facts that a text in any language can be made of.

use std::sync::Arc;

use darbaza_core::{Category, CountryCode, Purpose, RefusalCode, RouteKey, VendorKey};
use jiff::civil::Date;

use crate::card::RuleCard;

/// A refusal: the code of the contract, what is missing, and the rule with its law.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// What is missing.
    pub missing: Missing,
    /// The rule that is told first.
    pub rule: Arc<RuleCard>,
    /// What else would have to be mended, in the order of the rules.
    pub further: Vec<Arc<RuleCard>>,
    /// The purpose, where it was clear.
    pub purpose: Option<Purpose>,
    /// The route that was asked for, where the model's name led to one.
    pub asked: Option<RouteKey>,
}

impl Refusal {
    /// The error code of the contract.
    pub fn code(&self) -> RefusalCode {
        self.rule.code.unwrap_or(RefusalCode::CategoryRefused)
    }
}

/// What a request lacks to be lawful.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Missing {
    /// The system is in the register and not live; the question of the assessment that blocks it,
    /// where the facts show one.
    LiveSystem {
        /// The written form of its state.
        state: &'static str,
        /// The number of the question of the eight-question assessment.
        question: Option<u8>,
    },
    /// The key's system is not in the register any more.
    KnownSystem,
    /// No purpose was named and none follows.
    DeclaredPurpose,
    /// A purpose was named that the system does not have, or that the key is not bound to.
    KnownPurpose,
    /// The use has no legal basis.
    LegalBasis {
        /// The purpose of the use.
        purpose: Purpose,
    },
    /// A consent of the persons concerned.
    Consent,
    /// Persons whose data are not blocked.
    Unblocked,
    /// Persons who accept AI.
    AcceptanceOfAi,
    /// No route of that model name.
    Model,
    /// The vendor has no contract in force.
    Contract {
        /// The vendor.
        vendor: VendorKey,
        /// The day on which the last one ended.
        ended: Option<Date>,
    },
    /// The vendor may train on the data.
    TrainingExclusion {
        /// The vendor.
        vendor: VendorKey,
    },
    /// The vendor keeps the data for longer than the use allows, or nobody knows how long.
    ShorterRetention {
        /// The vendor.
        vendor: VendorKey,
        /// The most days that the use allows.
        most: u32,
    },
    /// The country is forbidden, or nothing is known of it.
    CountryPermission {
        /// The country.
        country: CountryCode,
    },
    /// The country ensures no protection, and the use has no ground for cross-border transfer.
    CrossBorderGround {
        /// The country.
        country: CountryCode,
    },
    /// A sub-processor of the vendor is in such a country.
    SubProcessorCountry {
        /// The vendor.
        vendor: VendorKey,
        /// The country.
        country: CountryCode,
    },
    /// A parameter that no register fact allows.
    ParameterPermission {
        /// Its name, from a closed list.
        parameter: String,
    },
    /// A category that may not leave.
    CategoryPermission {
        /// The category.
        category: Category,
    },
    /// A category that must stay in the company's network, and the route there does not lead there.
    LocalRoute {
        /// The category.
        category: Category,
    },
    /// What a rule of the company asks for; its card says it.
    CompanyRule,
}
