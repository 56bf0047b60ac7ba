//! The facts behind a rule, as an explanation tells them: attribute, value, and where in the register
//! it stands.

use super::{Facts, ground, review};
use crate::explain::Fact;

impl Facts<'_> {
    /// An attribute that a rule reads, such as `context.contract`.
    pub(crate) fn told(&self, attribute: &str) -> Fact {
        let (value, place) = self.value(attribute);
        Fact { name: attribute.to_owned(), value, place }
    }

    fn value(&self, attribute: &str) -> (String, Option<String>) {
        let system = format!("systems/{}", self.system.key);
        let of_use = |field: &str| self.use_.map(|u| format!("{system}/uses/{}/{field}", u.purpose));
        let vendor = self.route.map(|(_, vendor)| vendor);
        let of_vendor = |field: &str| vendor.map(|v| format!("vendors/{}/{field}", v.key));
        let basis = self.basis().0;
        match attribute {
            "principal.organisation" => {
                (self.system.organisation.to_string(), Some(format!("{system}/organisation")))
            }
            "principal.state" => (self.system.state.as_str().to_owned(), Some(format!("{system}/state"))),
            "principal.purposes" => {
                (list(self.system.uses.keys().map(|p| p.as_str())), Some(format!("{system}/uses")))
            }
            "principal.parameters" => (
                list(self.system.parameters.iter().map(String::as_str)),
                Some(format!("{system}/parameters")),
            ),
            "resource.vendor" => (
                vendor.map_or_else(String::new, |v| v.key.to_string()),
                self.route.map(|(route, _)| format!("routes/{}/vendor", route.key)),
            ),
            "resource.local" => (yes(vendor.is_some_and(|v| v.local)), of_vendor("local")),
            "resource.country" => {
                (vendor.map_or_else(String::new, |v| v.country.to_string()), of_vendor("country"))
            }
            "resource.training_excluded" => (
                yes(vendor.is_some_and(|v| v.training == darbaza_register::Training::Excluded)),
                of_vendor("training"),
            ),
            "resource.retention_days" => (
                vendor.and_then(|v| v.retention_days).map_or_else(|| "unknown".to_owned(), |d| d.to_string()),
                of_vendor("retention_days"),
            ),
            "resource.sub_processors" => (
                list(vendor.iter().flat_map(|v| &v.sub_processors).map(|s| s.country.as_str())),
                of_vendor("sub_processors"),
            ),
            "context.category" => (self.category.map_or_else(|| "NONE".to_owned(), |c| c.to_string()), None),
            "context.way" => {
                let named = self.use_.zip(self.category).is_some_and(|(u, c)| u.ways.contains_key(&c));
                let field = self.category.filter(|_| named).map(|c| format!("categories/{c}"));
                let place = self.category.and_then(|_| of_use(field.as_deref().unwrap_or("otherwise")));
                (self.way().as_str().to_owned(), place)
            }
            "context.purpose" => {
                (self.use_.map_or_else(String::new, |u| u.purpose.to_string()), of_use("purpose"))
            }
            "context.ground" => (ground(basis).to_owned(), of_use("basis/ground")),
            "context.law" => {
                (list(basis.iter().flat_map(|b| &b.law).map(String::as_str)), of_use("basis/law"))
            }
            "context.cross_border" => {
                (yes(basis.is_some_and(|b| b.covers_cross_border())), of_use("basis/law"))
            }
            "context.subjects" => {
                (list(self.use_.iter().flat_map(|u| &u.subjects).map(|s| s.as_str())), of_use("subjects"))
            }
            "context.access" => (self.access().to_owned(), of_use("bases")),
            "context.contract" => {
                let in_force = vendor.and_then(|v| v.contract(self.today));
                let value = in_force.map(|c| format!("{} until {}", c.number, c.until));
                (value.unwrap_or_else(|| "none in force".to_owned()), of_vendor("contracts"))
            }
            "context.country" => {
                let place = vendor.map(|v| format!("countries/{}/verdict", v.country));
                (self.country().0.to_owned(), place)
            }
            "context.sub_processors" => (self.sub_processors().0.to_owned(), of_vendor("sub_processors")),
            "context.parameters" => (list(self.parameters.iter().copied()), None),
            "context.max_retention_days" => (
                self.use_
                    .and_then(|u| u.max_vendor_retention_days)
                    .map_or_else(String::new, |d| d.to_string()),
                of_use("max_vendor_retention_days"),
            ),
            "context.review" => (review(self.use_).to_owned(), of_use("review")),
            "context.consent_missing" => (yes(self.persons.consent_missing), None),
            "context.subject_blocked" => (yes(self.persons.blocked), None),
            "context.subject_refused_ai" => (yes(self.persons.refused_ai), None),
            // An attribute that the schema has and this list has not: a test holds them together.
            _ => (String::new(), None),
        }
    }
}

fn yes(holds: bool) -> String {
    if holds { "yes" } else { "no" }.to_owned()
}

fn list<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let words = words.collect::<Vec<_>>().join(", ");
    if words.is_empty() { "none".to_owned() } else { words }
}
