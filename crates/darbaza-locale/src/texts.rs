//! The bundles and how a message is asked for.

use darbaza_core::Lang;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

const SOURCES: [(Lang, &str); 3] = [
    (Lang::Kk, include_str!("../../../locales/kk/gate.ftl")),
    (Lang::Ru, include_str!("../../../locales/ru/gate.ftl")),
    (Lang::En, include_str!("../../../locales/en/gate.ftl")),
];

/// What stands in the places of a message.
#[derive(Default)]
pub struct Args<'a>(FluentArgs<'a>);

impl<'a> Args<'a> {
    /// No places.
    pub fn none() -> Args<'a> {
        Args::default()
    }

    /// A word for a place.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<FluentValue<'a>>) -> Args<'a> {
        self.0.set(name, value);
        self
    }
}

/// All messages in all languages.
pub struct Texts {
    bundles: Vec<(Lang, FluentBundle<FluentResource>)>,
}

impl Default for Texts {
    fn default() -> Self {
        Texts::new()
    }
}

impl Texts {
    /// Reads the files that the program carries. A message that Fluent cannot read is left out,
    /// and the parity test names it.
    pub fn new() -> Texts {
        Texts { bundles: SOURCES.iter().map(|(lang, source)| (*lang, bundle(*lang, source))).collect() }
    }

    /// The message in that language; its id where there is none, which the parity test excludes.
    pub fn text(&self, lang: Lang, id: &str, args: &Args<'_>) -> String {
        let found = self.bundles.iter().find(|(l, _)| *l == lang);
        let Some((bundle, pattern)) = found.and_then(|(_, b)| Some((b, b.get_message(id)?.value()?))) else {
            return id.to_owned();
        };
        bundle.format_pattern(pattern, Some(&args.0), &mut Vec::new()).into_owned()
    }

    /// Whether every language has that message.
    pub fn has(&self, id: &str) -> bool {
        self.bundles.iter().all(|(_, b)| b.get_message(id).is_some_and(|m| m.value().is_some()))
    }
}

fn bundle(lang: Lang, source: &str) -> FluentBundle<FluentResource> {
    let id: LanguageIdentifier = lang.as_str().parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![id]);
    // The marks that Fluent puts around places are invisible and break what scripts compare.
    bundle.set_use_isolating(false);
    let resource = match FluentResource::try_new(source.to_owned()) {
        Ok(resource) | Err((resource, _)) => resource,
    };
    bundle.add_resource_overriding(resource);
    bundle
}

#[cfg(test)]
mod tests;
