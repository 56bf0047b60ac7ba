//! The facts that a rule may read about one category on one route, and the days on which they hold.

mod told;

use cedar_policy::RestrictedExpression as Value;
use darbaza_core::{Category, CountryCode, Way};
use darbaza_register::{
    Access, Basis, Ground, Period, Register, Review, Route, System, Use, Vendor, Verdict,
};
use jiff::civil::Date;

use crate::engine::{text, words};
use crate::question::Persons;

/// One question to the rules.
#[derive(Clone, Copy)]
pub(crate) struct Facts<'a> {
    pub(crate) register: &'a Register,
    pub(crate) system: &'a System,
    /// None where no purpose follows.
    pub(crate) use_: Option<&'a Use>,
    /// None where the model's name leads nowhere.
    pub(crate) route: Option<(&'a Route, &'a Vendor)>,
    /// None for the request as such.
    pub(crate) category: Option<Category>,
    pub(crate) parameters: &'a [&'a str],
    pub(crate) persons: Persons,
    pub(crate) today: Date,
}

impl Facts<'_> {
    /// How the register lets the category go. A request in which nothing was found goes as masked
    /// ones do: what the detector does not see may still be there.
    pub(crate) fn way(&self) -> Way {
        match (self.use_, self.category) {
            (Some(use_), Some(category)) => use_.way(category),
            _ => Way::Masked,
        }
    }

    /// The attributes of the context, as the schema names them.
    pub(crate) fn context(&self) -> Vec<(String, Value)> {
        let basis = self.basis().0;
        let mut pairs = vec![
            ("category", text(self.category.map_or("NONE", Category::as_str))),
            ("way", text(self.way().as_str())),
            ("purpose", text(self.use_.map_or("", |u| u.purpose.as_str()))),
            ("ground", text(if self.use_.is_some() { ground(basis) } else { "unknown" })),
            ("law", words(basis.iter().flat_map(|b| &b.law).map(String::as_str))),
            ("cross_border", Value::new_bool(basis.is_some_and(Basis::covers_cross_border))),
            ("subjects", words(self.use_.iter().flat_map(|u| &u.subjects).map(|s| s.as_str()))),
            ("access", text(self.access())),
            ("contract", Value::new_bool(self.contract().0)),
            ("country", text(self.country().0)),
            ("sub_processors", text(self.sub_processors().0)),
            ("parameters", words(self.parameters.iter().copied())),
            ("review", text(review(self.use_))),
            ("consent_missing", Value::new_bool(self.persons.consent_missing)),
            ("subject_blocked", Value::new_bool(self.persons.blocked)),
            ("subject_refused_ai", Value::new_bool(self.persons.refused_ai)),
        ];
        if let Some(days) = self.use_.and_then(|u| u.max_vendor_retention_days) {
            pairs.push(("max_retention_days", Value::new_long(days.into())));
        }
        pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }

    /// The days on which every fact that depends on the day says what it says today.
    pub(crate) fn period(&self) -> Period {
        [self.basis().1, self.contract().1, self.country().1, self.sub_processors().1]
            .into_iter()
            .fold(Period::ALWAYS, Period::and)
    }

    /// The legal basis in force.
    pub(crate) fn basis(&self) -> (Option<&Basis>, Period) {
        let Some(basis) = self.use_.and_then(|u| u.basis.as_ref()) else { return (None, Period::ALWAYS) };
        match until(basis.until, self.today) {
            (true, period) => (Some(basis), period),
            (false, period) => (None, period),
        }
    }

    /// Whether a contract with the vendor is in force.
    pub(crate) fn contract(&self) -> (bool, Period) {
        let Some((_, vendor)) = self.route else { return (false, Period::ALWAYS) };
        if let Some(contract) = vendor.contract(self.today) {
            return (true, contract.period());
        }
        // Between two contracts: from the day after the last one to the day before the next one.
        let ended = vendor.contracts.iter().map(|c| c.until).filter(|until| *until < self.today).max();
        let next = vendor.contracts.iter().filter_map(|c| c.from).filter(|from| *from > self.today).min();
        let gap = Period {
            from: ended.and_then(|day| day.tomorrow().ok()),
            until: next.and_then(|day| day.yesterday().ok()),
        };
        (false, gap)
    }

    /// The verdict on the vendor's country.
    pub(crate) fn country(&self) -> (&'static str, Period) {
        self.route.map_or(("unknown", Period::ALWAYS), |(_, vendor)| self.verdict(vendor.country))
    }

    /// The strictest verdict on the countries of the vendor's sub-processors.
    pub(crate) fn sub_processors(&self) -> (&'static str, Period) {
        let countries = self.route.iter().flat_map(|(_, vendor)| &vendor.sub_processors);
        let verdicts = countries.map(|s| self.verdict(s.country));
        verdicts.fold(("home", Period::ALWAYS), |(worst, period), (verdict, its)| {
            (if strictness(verdict) > strictness(worst) { verdict } else { worst }, period.and(its))
        })
    }

    /// The first of the sub-processors' countries that may not be sent to.
    pub(crate) fn sub_processor_country(&self) -> Option<CountryCode> {
        let grounded = self.basis().0.is_some_and(Basis::covers_cross_border);
        let (_, vendor) = self.route?;
        let countries = vendor.sub_processors.iter().map(|s| s.country);
        countries.into_iter().find(|country| match self.verdict(*country).0 {
            "needs-ground" => !grounded,
            verdict => strictness(verdict) >= strictness("forbidden"),
        })
    }

    fn verdict(&self, code: CountryCode) -> (&'static str, Period) {
        if code == CountryCode::KZ {
            return ("home", Period::ALWAYS);
        }
        let Some(country) = self.register.country(code) else { return ("unknown", Period::ALWAYS) };
        match until(country.until, self.today) {
            (false, period) => ("unknown", period),
            (true, period) => match country.verdict {
                Verdict::Protects => ("protects", period),
                Verdict::NeedsGround => ("needs-ground", period),
                Verdict::Forbidden => ("forbidden", period),
            },
        }
    }

    pub(crate) fn access(&self) -> &'static str {
        let bases = self.use_.iter().flat_map(|u| &u.bases).filter_map(|key| self.register.base(key));
        let kinds = bases.map(|base| match base.access {
            Access::Public => (1, "public"),
            Access::Restricted => (2, "restricted"),
            Access::Secret => (3, "secret"),
        });
        kinds.max().map_or("unknown", |(_, word)| word)
    }
}

/// Whether a fact with that last day still holds, and the days on which the answer is the same.
fn until(last: Option<Date>, today: Date) -> (bool, Period) {
    match last {
        Some(last) if today > last => (false, Period { from: last.tomorrow().ok(), until: None }),
        last => (true, Period { from: None, until: last }),
    }
}

pub(crate) fn ground(basis: Option<&Basis>) -> &'static str {
    match basis.map(|b| b.ground) {
        None => "none",
        Some(Ground::Consent) => "consent",
        Some(Ground::Law) => "law",
    }
}

pub(crate) fn review(use_: Option<&Use>) -> &'static str {
    match use_.map(|u| u.review) {
        Some(Review::BeforeSending) => "before-sending",
        Some(Review::None) | None => "none",
    }
}

fn strictness(verdict: &str) -> u8 {
    match verdict {
        "home" => 0,
        "protects" => 1,
        "needs-ground" => 2,
        "forbidden" => 3,
        _ => 4,
    }
}
