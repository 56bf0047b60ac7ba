//! The facts, checked: every name in them leads somewhere.

use std::collections::{BTreeMap, BTreeSet};

use darbaza_core::{
    Category, CountryCode, Lang, ModelName, OrganisationId, OrganisationKey, Purpose, RouteKey, SystemKey,
    VendorKey, Way,
};
use jiff::civil::Date;
use serde::Deserialize;

/// All facts of one register file, in force together.
#[derive(Debug)]
pub struct Register {
    pub(crate) version: String,
    pub(crate) organisations: BTreeMap<OrganisationKey, Organisation>,
    pub(crate) countries: BTreeMap<CountryCode, Country>,
    pub(crate) vendors: BTreeMap<VendorKey, Vendor>,
    pub(crate) routes: BTreeMap<RouteKey, Route>,
    pub(crate) systems: BTreeMap<SystemKey, System>,
}

impl Register {
    /// Fingerprint of the text that the facts were read from; stands in every decision leaf.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The organisations, by key.
    pub fn organisations(&self) -> impl Iterator<Item = &Organisation> {
        self.organisations.values()
    }

    /// The organisation of that key.
    pub fn organisation(&self, key: &OrganisationKey) -> Option<&Organisation> {
        self.organisations.get(key)
    }

    /// The AI systems, by key.
    pub fn systems(&self) -> impl Iterator<Item = &System> {
        self.systems.values()
    }

    /// The AI system of that key.
    pub fn system(&self, key: &SystemKey) -> Option<&System> {
        self.systems.get(key)
    }

    /// The vendors, by key.
    pub fn vendors(&self) -> impl Iterator<Item = &Vendor> {
        self.vendors.values()
    }

    /// The route of that key and the vendor it leads to.
    pub fn route(&self, key: &RouteKey) -> Option<(&Route, &Vendor)> {
        let route = self.routes.get(key)?;
        Some((route, self.vendors.get(&route.vendor)?))
    }

    /// What is known of a country; Kazakhstan itself needs no fact.
    pub fn country(&self, code: CountryCode) -> Option<&Country> {
        self.countries.get(&code)
    }
}

/// A name in the three languages of the product.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Names {
    /// In Kazakh.
    pub kk: String,
    /// In Russian.
    pub ru: String,
    /// In English.
    pub en: String,
}

impl Names {
    /// The name in that language.
    pub fn of(&self, lang: Lang) -> &str {
        match lang {
            Lang::Kk => &self.kk,
            Lang::Ru => &self.ru,
            Lang::En => &self.en,
        }
    }
}

/// An organisation in whose name systems run.
#[derive(Debug)]
pub struct Organisation {
    /// Its key in the register.
    pub key: OrganisationKey,
    /// Its id in the stores; never changes.
    pub id: OrganisationId,
    /// Its name.
    pub name: Names,
}

/// What the company decided about transfers to a country (PD 16).
#[derive(Debug)]
pub struct Country {
    /// The country.
    pub code: CountryCode,
    /// The decision.
    pub verdict: Verdict,
    /// Why, in the words of who decided.
    pub reason: String,
}

/// Whether personal data may go to a country.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The state ensures protection (PD 16(1)).
    Protects,
    /// Only on a ground of PD 16(3), such as consent to cross-border transfer.
    NeedsGround,
    /// Not at all.
    Forbidden,
}

/// A vendor of AI services.
#[derive(Debug)]
pub struct Vendor {
    /// Its key; darbaza.toml gives address and secret for the same key.
    pub key: VendorKey,
    /// Its name.
    pub name: String,
    /// The contractual place of processing.
    pub country: CountryCode,
    /// Whether the service runs inside the company's own network (AI 17(4), local mode).
    pub local: bool,
    /// The contract; none means that personal data, masked or not, may not go there (PD 10(1)).
    pub contract: Option<Contract>,
    /// Whether the contract keeps the data out of training.
    pub training: Training,
}

/// A contract with a vendor.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contract {
    /// How the company files it.
    pub number: String,
    /// The last day on which it is in force.
    pub until: Date,
}

/// Whether a vendor may train models on what it receives (article, question 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Training {
    /// The contract and the account setting exclude it.
    Excluded,
    /// It may, or nobody knows.
    NotExcluded,
}

/// A way to one model of a vendor.
#[derive(Debug)]
pub struct Route {
    /// Its key.
    pub key: RouteKey,
    /// The vendor it leads to.
    pub vendor: VendorKey,
    /// The vendor's name of the model; the client's word is passed on where there is none.
    pub model: Option<ModelName>,
}

/// An AI system of the company (AI 1(5)).
#[derive(Debug)]
pub struct System {
    /// Its key; API keys belong to it.
    pub key: SystemKey,
    /// In whose name it runs.
    pub organisation: OrganisationKey,
    /// Its name.
    pub name: Names,
    /// Where it stands on the way to production.
    pub state: SystemState,
    /// The language of its error texts where the caller names none.
    pub language: Lang,
    /// How far a token's meaning reaches.
    pub scope: ScopeRule,
    /// Which model names lead to which routes.
    pub models: ModelTable,
    /// Where data that may not leave the company's network go.
    pub local_route: Option<RouteKey>,
    /// Request parameters of the closed list that are allowed here by name.
    pub parameters: BTreeSet<String>,
    /// What it is used for.
    pub uses: BTreeMap<Purpose, Use>,
}

/// Where an AI system stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SystemState {
    /// Being described.
    Draft,
    /// Being assessed by the eight questions.
    InAssessment,
    /// Approved and in use.
    Live,
    /// Stopped by a person (AI 18(2)).
    Suspended,
    /// Out of use.
    Retired,
}

impl SystemState {
    /// The written form, as in register files.
    pub const fn as_str(self) -> &'static str {
        match self {
            SystemState::Draft => "draft",
            SystemState::InAssessment => "in-assessment",
            SystemState::Live => "live",
            SystemState::Suspended => "suspended",
            SystemState::Retired => "retired",
        }
    }
}

/// How far a token's meaning reaches: requests of one scope share tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ScopeRule {
    /// One request; for systems that decide about people.
    Request,
    /// Requests with the same system text and first user message: a conversation.
    #[default]
    Opening,
    /// Requests with the same `Darbaza-Subject`; one request where it is missing.
    Subject,
    /// Requests with the same `Darbaza-Conversation`; one request where it is missing.
    Header,
}

/// Which names of models a system may write, and where they lead.
#[derive(Debug, Default)]
pub struct ModelTable {
    /// Named models.
    pub named: BTreeMap<ModelName, RouteKey>,
    /// Where every other name leads; none means that other names are unknown.
    pub any: Option<RouteKey>,
}

impl ModelTable {
    /// The route for a name that a client wrote.
    pub fn route(&self, model: &str) -> Option<&RouteKey> {
        let named = self.named.iter().find(|(name, _)| name.as_str() == model).map(|(_, route)| route);
        named.or(self.any.as_ref())
    }
}

/// One use of a system: a purpose with its ground and the data it may process.
#[derive(Debug)]
pub struct Use {
    /// The purpose (PD 7(8), 14).
    pub purpose: Purpose,
    /// The legal basis; none means that the use is not lawful yet.
    pub basis: Option<Basis>,
    /// How each named category may go.
    pub ways: BTreeMap<Category, Way>,
    /// How every other category may go. Masked, where the file is silent.
    pub otherwise: Way,
}

impl Use {
    /// How a category may go for this purpose.
    pub fn way(&self, category: Category) -> Way {
        self.ways.get(&category).copied().unwrap_or(self.otherwise)
    }
}

/// Why the processing is lawful.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Basis {
    /// Consent, or a case of the closed list.
    pub ground: Ground,
    /// Articles, such as `PD 8` or `PD 9(10)`.
    pub law: Vec<String>,
}

impl Basis {
    /// Whether the ground covers transfer to another state: the basis then cites PD 16.
    pub fn covers_cross_border(&self) -> bool {
        let article = |citation: &String| {
            citation
                .strip_prefix("PD 16")
                .is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_digit() || c == '-'))
        };
        self.law.iter().any(article)
    }
}

/// The grounds that the law knows (PD 7(1), 9). There is no "legitimate interest" among them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ground {
    /// Consent of the subject (PD 8).
    Consent,
    /// A case without consent that a law names (PD 9).
    Law,
}
