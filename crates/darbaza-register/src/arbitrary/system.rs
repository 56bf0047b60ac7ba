//! Systems and their uses.

use std::collections::{BTreeMap, BTreeSet};

use darbaza_core::{
    BaseKey, Category, CountryCode, Lang, ModelName, Purpose, RouteKey, SubjectGroup, SystemKey, Way,
};
use jiff::civil::Date;
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};

use super::parts::{category, day, key, keyed};
use super::{text, vendor};
use crate::model::{
    Basis, Ground, ModelTable, Names, Register, Review, ScopeRule, System, SystemState, ToolArguments, Use,
};

const SYSTEMS: [&str; 3] = ["chat", "no", "4.0"];
const PURPOSES: [&str; 3] = ["answers", "null", "7"];
const GROUPS: [&str; 3] = ["customers", "yes", "5"];
/// Some of them mean something else in YAML.
const TOOLS: [&str; 10] = ["look_up", "send-sms", "null", "no", "On", "-", "---", "123", "1e3", "0x1f"];
const TOOL_CHARACTERS: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
const PARAMETERS: [&str; 4] = ["store", "tools", "service_tier", "web_search_options"];

/// A system whose routes, organisation and bases are chosen later.
#[derive(Clone, Debug)]
pub(super) struct AnySystem {
    organisation: Index,
    name: Names,
    state: SystemState,
    language: Lang,
    scope: ScopeRule,
    named: BTreeMap<ModelName, Index>,
    any: Option<Index>,
    local_route: Option<Index>,
    parameters: BTreeSet<String>,
    tools: BTreeMap<String, ToolArguments>,
    uses: Vec<AnyUse>,
}

/// A use whose purpose and bases are chosen later.
#[derive(Clone, Debug)]
struct AnyUse {
    basis: Option<Basis>,
    subjects: Vec<&'static str>,
    bases: Vec<Index>,
    ways: BTreeMap<Category, Way>,
    otherwise: Way,
    max_vendor_retention_days: Option<u32>,
    review: Review,
}

pub(super) fn system(today: Date) -> impl Strategy<Value = AnySystem> {
    use SystemState::{Draft, InAssessment, Live, Retired, Suspended};
    let state = prop_oneof![5 => Just(Live), 2 => select(vec![Draft, InAssessment, Suspended, Retired])];
    let scope = select(vec![ScopeRule::Request, ScopeRule::Opening, ScopeRule::Subject, ScopeRule::Header]);
    let who = (any::<Index>(), text::names(), state, select(Lang::ALL.to_vec()), scope);
    let named = btree_map(vendor::model(), any::<Index>(), 0..=3);
    let routes = (named, option::weighted(0.8, any::<Index>()), option::weighted(0.7, any::<Index>()));
    let arguments = select(vec![ToolArguments::Restored, ToolArguments::Masked]);
    let tool = prop_oneof![
        2 => select(TOOLS.to_vec()).prop_map(str::to_owned),
        1 => vec(select(TOOL_CHARACTERS.chars().collect::<Vec<_>>()), 1..=64).prop_map(String::from_iter),
    ];
    let parameters = subsequence(PARAMETERS.to_vec(), 0..=2);
    (who, routes, parameters, btree_map(tool, arguments, 0..=2), vec(use_(today), 0..=3)).prop_map(
        |(
            (organisation, name, state, language, scope),
            (named, any, local_route),
            parameters,
            tools,
            uses,
        )| {
            let parameters = parameters.into_iter().map(str::to_owned).collect();
            AnySystem {
                organisation,
                name,
                state,
                language,
                scope,
                named,
                any,
                local_route,
                parameters,
                tools,
                uses,
            }
        },
    )
}

fn use_(today: Date) -> impl Strategy<Value = AnyUse> {
    let way = || select(Way::ALL.to_vec());
    let bases = vec(any::<Index>(), 0..=2);
    let days = option::of(select(vec![0, 1, 29, 30, 31]));
    let review = prop_oneof![4 => Just(Review::None), 1 => Just(Review::BeforeSending)];
    let ways = btree_map(category(), way(), 0..=5);
    let subjects = subsequence(GROUPS.to_vec(), 0..=2);
    (option::weighted(0.8, basis(today)), subjects, bases, ways, way(), days, review).prop_map(
        |(basis, subjects, bases, ways, otherwise, max_vendor_retention_days, review)| AnyUse {
            basis,
            subjects,
            bases,
            ways,
            otherwise,
            max_vendor_retention_days,
            review,
        },
    )
}

/// Grounds with the articles that each needs, with and without one for another state.
fn basis(today: Date) -> impl Strategy<Value = Basis> {
    let consent: &[&[&str]] = &[&["PD 8"], &["PD 8", "PD 16"], &["PD 16(3)", "PD 8(1)", "PD 19-1"]];
    let law: &[&[&str]] = &[&["PD 9(4)"], &["PD 9(10)", "TAX 1"], &["LAB 33", "PD 9(10)", "PD 16(3)"]];
    let cited = prop_oneof![
        select(consent).prop_map(|law| (Ground::Consent, law)),
        select(law).prop_map(|law| (Ground::Law, law)),
    ];
    (cited, option::weighted(0.4, day(today))).prop_map(|((ground, law), until)| Basis {
        ground,
        law: law.iter().map(|article| (*article).to_owned()).collect(),
        until,
    })
}

impl AnySystem {
    pub(super) fn system(self, at: usize, register: &Register) -> (SystemKey, System) {
        let routes: Vec<&RouteKey> = register.routes.keys().collect();
        let is_local = |key: &&RouteKey| register.route(key).is_some_and(|(_, vendor)| vendor.local);
        let local: Vec<&RouteKey> = routes.iter().copied().filter(is_local).collect();
        let organisations: Vec<_> = register.organisations.keys().collect();
        let route = |index: Index| (*index.get(&routes)).clone();
        let local_route =
            self.local_route.filter(|_| !local.is_empty()).map(|index| (*index.get(&local)).clone());
        let uses = self.uses.into_iter().zip(PURPOSES);
        let key: SystemKey = key(SYSTEMS[at]);
        let system = System {
            key: key.clone(),
            organisation: (*self.organisation.get(&organisations)).clone(),
            name: self.name,
            state: self.state,
            language: self.language,
            scope: self.scope,
            models: ModelTable {
                named: keyed(self.named.into_iter().map(|(name, index)| (name, route(index)))),
                any: self.any.map(route),
            },
            parameters: self.parameters,
            tools: self.tools,
            uses: keyed(uses.map(|(use_, purpose)| use_.use_(purpose, register, local_route.is_some()))),
            local_route,
        };
        (key, system)
    }
}

impl AnyUse {
    fn use_(self, purpose: &str, register: &Register, has_local_route: bool) -> (Purpose, Use) {
        let purpose: Purpose = key(purpose);
        // What must stay where there is nowhere to stay is refused.
        let lead = |way: Way| if way == Way::Local && !has_local_route { Way::Refused } else { way };
        let use_ = Use {
            purpose: purpose.clone(),
            basis: self.basis,
            subjects: self.subjects.into_iter().map(key::<SubjectGroup>).collect(),
            bases: bases(&self.bases, register),
            ways: keyed(self.ways.into_iter().map(|(category, way)| (category, lead(way)))),
            // Clear goes only what is named.
            otherwise: lead(self.otherwise).max(Way::Masked),
            max_vendor_retention_days: self.max_vendor_retention_days,
            review: self.review,
        };
        (purpose, use_)
    }
}

/// Some bases, with one in Kazakhstan among them, or none.
fn bases(chosen: &[Index], register: &Register) -> BTreeSet<BaseKey> {
    let all: Vec<_> = register.bases.values().collect();
    if all.is_empty() {
        return BTreeSet::new();
    }
    let chosen: Vec<_> = chosen.iter().map(|index| *index.get(&all)).collect();
    let at_home = chosen.iter().any(|base| base.country == CountryCode::KZ);
    chosen.into_iter().filter(|_| at_home).map(|base| base.key.clone()).collect()
}
