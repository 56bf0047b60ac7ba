//! Words, days, bases and countries.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use darbaza_core::{BaseKey, Category, CountryCode, OrganisationKey};
use jiff::civil::Date;
use proptest::collection::{btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};

use super::text;
use crate::model::{Access, Base, Country, Names, Verdict};

pub(super) const ORGANISATIONS: [&str; 3] = ["null", "bank", "0"];
pub(super) const RULES: [&str; 3] = ["nights", "1e3", "no"];
const BASES: [&str; 3] = ["customers", "12", "y"];
const COUNTRIES: [&str; 5] = ["KZ", "US", "DE", "NO", "CN"];

/// Entries by their keys.
pub(super) fn keyed<K: Ord, V>(entries: impl IntoIterator<Item = (K, V)>) -> BTreeMap<K, V> {
    entries.into_iter().collect()
}

#[expect(clippy::expect_used, reason = "the words are written in this module")]
pub(super) fn key<K: FromStr<Err: std::fmt::Debug>>(word: &str) -> K {
    word.parse().expect("a key")
}

/// Days close to that one, so that they meet.
pub(super) fn day(today: Date) -> impl Strategy<Value = Date> {
    select(days(today))
}

/// The days around that one, in order.
pub(super) fn days(today: Date) -> Vec<Date> {
    let far = |days: i32| today.saturating_add(jiff::Span::new().days(days));
    [-400, -30, -2, -1, 0, 1, 2, 30, 400].map(far).to_vec()
}

pub(super) fn country_code() -> impl Strategy<Value = CountryCode> {
    select(&COUNTRIES[..]).prop_map(key)
}

/// Few categories, so that findings meet them.
pub(super) fn category() -> impl Strategy<Value = Category> {
    let few = [Category::Person, Category::Iin, Category::Health, Category::Secret];
    prop_oneof![4 => select(few.to_vec()), 1 => select(Category::ALL)]
}

pub(super) fn citations() -> impl Strategy<Value = Vec<String>> {
    let articles = ["PD 11", "PD 12(2)", "AI 17(4)", "CoAO 641-1", "DC 45(2)", "BANK 50"];
    subsequence(articles.to_vec(), 0..=3)
        .prop_shuffle()
        .prop_map(|law| law.into_iter().map(str::to_owned).collect())
}

/// Decisions about some countries: of each verdict, ended, ending, without an end.
pub(super) fn countries(today: Date) -> impl Strategy<Value = Vec<Country>> {
    let verdict = select(vec![Verdict::Protects, Verdict::NeedsGround, Verdict::Forbidden]);
    let decision = option::weighted(0.7, (verdict, text(), option::of(day(today))));
    vec(decision, COUNTRIES.len()).prop_map(|decisions| {
        let decided = COUNTRIES.into_iter().zip(decisions).filter_map(|(code, decision)| {
            let (verdict, reason, until) = decision?;
            let code = key(code);
            // Of Kazakhstan nobody may decide that.
            let verdict = match verdict {
                Verdict::Forbidden if code == CountryCode::KZ => Verdict::Protects,
                other => other,
            };
            Some(Country { code, verdict, reason, until })
        });
        decided.collect()
    })
}

/// A base whose owner is chosen later.
#[derive(Clone, Debug)]
pub(super) struct AnyBase {
    organisation: Index,
    name: Names,
    country: CountryCode,
    access: Access,
    law: Vec<String>,
    categories: BTreeSet<Category>,
}

pub(super) fn base() -> impl Strategy<Value = AnyBase> {
    let country = prop_oneof![2 => Just(CountryCode::KZ), 1 => country_code()];
    let access = select(vec![Access::Public, Access::Restricted, Access::Secret]);
    (any::<Index>(), text::names(), country, access, citations(), btree_set(category(), 0..4)).prop_map(
        |(organisation, name, country, access, law, categories)| AnyBase {
            organisation,
            name,
            country,
            access,
            law,
            categories,
        },
    )
}

impl AnyBase {
    pub(super) fn base(self, at: usize, organisations: &[OrganisationKey]) -> (BaseKey, Base) {
        let AnyBase { organisation, name, country, access, law, categories } = self;
        let key: BaseKey = key(BASES[at % BASES.len()]);
        let organisation = organisation.get(organisations).clone();
        (key.clone(), Base { key, organisation, name, country, access, law, categories })
    }
}
