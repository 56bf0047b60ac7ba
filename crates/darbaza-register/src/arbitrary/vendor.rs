//! Vendors with their contracts, and routes that end somewhere.

use darbaza_core::{CountryCode, ModelName, RouteKey, VendorKey};
use jiff::civil::Date;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};

use super::parts::{country_code, days, key};
use super::text;
use crate::model::{Contract, Route, SubProcessor, Training, Vendor};

const VENDORS: [&str; 3] = ["far", "true", "2026"];
const ROUTES: [&str; 5] = ["main", "off", "3", "1.5", "second"];
const MODELS: [&str; 6] = ["small", "null", "meta-llama/Llama-3.1:free", "0", "*", "{a:b}#c"];

/// A vendor whose key is chosen later.
#[derive(Clone, Debug)]
pub(super) struct AnyVendor(Vendor);

pub(super) fn vendor(today: Date) -> impl Strategy<Value = AnyVendor> {
    let training = select(vec![Training::Excluded, Training::Excluded, Training::NotExcluded]);
    let subs = vec((text(), country_code()).prop_map(|(name, country)| SubProcessor { name, country }), 0..3);
    let retention = option::of(select(vec![0, 1, 30, u32::MAX]));
    (text(), country_code(), prop::bool::weighted(0.3), contracts(today), training, retention, subs).prop_map(
        |(name, country, local, contracts, training, retention_days, sub_processors)| {
            let country = if local { CountryCode::KZ } else { country };
            let key = key(VENDORS[0]);
            AnyVendor(Vendor {
                key,
                name,
                country,
                local,
                contracts,
                training,
                retention_days,
                sub_processors,
            })
        },
    )
}

impl AnyVendor {
    pub(super) fn vendor(self, at: usize) -> (VendorKey, Vendor) {
        let key: VendorKey = key(VENDORS[at]);
        (key.clone(), Vendor { key, ..self.0 })
    }
}

/// None to three contracts, one after the other: ended, in force, to come, of one day, the first
/// perhaps without a beginning.
fn contracts(today: Date) -> impl Strategy<Value = Vec<Contract>> {
    let number = prop_oneof![1 => Just("C-1".to_owned()), 1 => text()];
    let numbers = vec((number, any::<bool>()), 3);
    (subsequence(days(today), 0..=6), numbers, any::<bool>()).prop_map(|(days, numbers, open)| {
        let spans = days.chunks(2).zip(numbers).enumerate();
        let contract = |(at, (span, (number, one_day))): (usize, (&[Date], (String, bool)))| {
            let (from, last) = (span[0], span[span.len() - 1]);
            let until = if one_day { from } else { last };
            Contract { number, from: (at > 0 || !open).then_some(from), until }
        };
        spans.map(contract).collect()
    })
}

/// The name of a model, some of them like other words of YAML.
pub(super) fn model() -> impl Strategy<Value = ModelName> {
    select(&MODELS[..]).prop_map(key)
}

/// A route whose vendor and fallback are chosen later.
pub(super) type AnyRoute = (Index, Option<ModelName>, Option<Index>);

pub(super) fn route() -> impl Strategy<Value = AnyRoute> {
    (any::<Index>(), option::of(model()), option::weighted(0.7, any::<Index>()))
}

/// The routes; each falls back to an earlier one, so that chains end.
pub(super) fn routes(routes: Vec<AnyRoute>, vendors: &[VendorKey]) -> Vec<(RouteKey, Route)> {
    let made = routes.into_iter().enumerate().map(|(at, (vendor, model, fallback))| {
        let key: RouteKey = key(ROUTES[at]);
        let fallback = fallback.filter(|_| at > 0).map(|earlier| self::key(ROUTES[earlier.index(at)]));
        (key.clone(), Route { key, vendor: vendor.get(vendors).clone(), model, fallback })
    });
    made.collect()
}
