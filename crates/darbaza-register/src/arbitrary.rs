//! Random registers for property tests: valid ones, in which everything occurs that is allowed.
//!
//! There are few systems, vendors and countries and few days, all of them close to a given one, so
//! that what a decision hangs on meets often: a contract that ends today, a route that falls back to
//! a vendor in a forbidden country. Names hold what breaks writers of YAML.

mod large;
mod parts;
mod system;
mod text;
mod vendor;

use darbaza_core::OrganisationId;
use jiff::civil::Date;
use proptest::collection::vec;
use proptest::prelude::*;

use crate::file::Document;
use crate::model::{CompanyRule, Organisation, Register};
use crate::read::build;
use parts::{ORGANISATIONS, RULES, keyed};

pub use large::large;
pub use text::text;

/// Valid registers around `today`, with company rules of the given Cedar texts.
pub fn register(today: Date, rules: impl Strategy<Value = Vec<String>>) -> impl Strategy<Value = Register> {
    let organisations = vec((text::names(), any::<u64>()), 1..=ORGANISATIONS.len());
    let bases = vec(parts::base(), 0..=3);
    let vendors = vec(vendor::vendor(today), 1..=3);
    let routes = vec(vendor::route(), 1..=5);
    let systems = vec(system::system(today), 1..=3);
    let rule_texts = vec((text::names(), text::names(), parts::citations()), RULES.len());
    (organisations, bases, parts::countries(today), vendors, routes, systems, (rules, rule_texts)).prop_map(
        |(organisations, bases, countries, vendors, routes, systems, (rules, texts))| {
            let organisations = organisations.into_iter().zip(ORGANISATIONS).map(|((name, id), key)| {
                let organisation = Organisation { key: parts::key(key), id: organisation_id(id, key), name };
                (organisation.key.clone(), organisation)
            });
            let mut register = Register { organisations: keyed(organisations), ..Register::default() };
            let organisations: Vec<_> = register.organisations.keys().cloned().collect();
            register.bases = keyed((0..).zip(bases).map(|(at, base)| base.base(at, &organisations)));
            register.countries = keyed(countries.into_iter().map(|country| (country.code, country)));
            register.vendors = keyed((0..).zip(vendors).map(|(at, vendor)| vendor.vendor(at)));
            let vendors: Vec<_> = register.vendors.keys().cloned().collect();
            register.routes = keyed(vendor::routes(routes, &vendors));
            register.systems = keyed((0..).zip(systems).map(|(at, system)| system.system(at, &register)));
            register.rules =
                keyed(rules.into_iter().zip(texts).zip(RULES).map(|((cedar, (text, fix, law)), key)| {
                    let key = parts::key(key);
                    let rule = CompanyRule { key, text, fix, law, cedar, line: 0 };
                    (rule.key.clone(), rule)
                }));
            checked(&register)
        },
    )
}

/// What was made is read like a file, so that nothing invalid can be made.
#[expect(clippy::expect_used, reason = "a generator that makes invalid registers has to be mended")]
fn checked(register: &Register) -> Register {
    build::register(vec![Document::from(register)]).expect("a valid register")
}

/// Ids of one register differ, as its keys do.
fn organisation_id(random: u64, key: &str) -> OrganisationId {
    let key = key.bytes().fold(0_u64, |sum, byte| sum.wrapping_mul(257).wrapping_add(byte.into()));
    OrganisationId(uuid::Uuid::from_u64_pair(random, key))
}

#[cfg(test)]
mod tests;
