//! Why a request may not go, in facts that a text in any language can be made of.

use darbaza_core::{Category, CountryCode, Purpose, RefusalCode, VendorKey};
use jiff::civil::Date;

/// A refusal: the code of the contract, what is missing, and the law.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What is missing; the code follows from it.
    pub missing: Missing,
    /// The rule that refused, by id.
    pub rule: &'static str,
    /// The articles that the rule stands for.
    pub law: &'static [&'static str],
}

impl Refusal {
    /// The error code of the contract.
    pub fn code(&self) -> RefusalCode {
        self.missing.code()
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
}

impl Missing {
    fn code(&self) -> RefusalCode {
        match self {
            Missing::LiveSystem { .. } | Missing::KnownSystem => RefusalCode::SystemNotLive,
            Missing::DeclaredPurpose | Missing::KnownPurpose => RefusalCode::PurposeNotDeclared,
            Missing::LegalBasis { .. } => RefusalCode::NoLegalBasis,
            Missing::Model => RefusalCode::ModelNotFound,
            Missing::Contract { .. } => RefusalCode::VendorNotAllowed,
            Missing::TrainingExclusion { .. } => RefusalCode::TrainingNotExcluded,
            Missing::CountryPermission { .. } | Missing::CrossBorderGround { .. } => {
                RefusalCode::CountryNotAllowed
            }
            Missing::ParameterPermission { .. } => RefusalCode::ParameterNotAllowed,
            Missing::CategoryPermission { .. } | Missing::LocalRoute { .. } => RefusalCode::CategoryRefused,
        }
    }
}
