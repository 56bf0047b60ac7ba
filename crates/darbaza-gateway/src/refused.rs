//! A request that gets no vendor's answer: why, in a form that every language can say.

mod key;
mod missing;

use std::borrow::Cow;
use std::num::NonZeroU32;
use std::sync::Arc;

use darbaza_core::{Action, Lang, ModelName, Purpose, RefusalCode, RouteKey};
use darbaza_locale::{Args, Texts};
use darbaza_policy::RuleCard;
use darbaza_register::Names;
use http::StatusCode;

/// A sentence of the gate: the id of the message and what stands in its places.
#[derive(Clone, Debug)]
pub(crate) struct Sentence {
    id: &'static str,
    places: Vec<(&'static str, Place)>,
}

/// What stands in a place: a word of its own, or one that has itself to be said in the language.
#[derive(Clone, Debug)]
enum Place {
    Word(String),
    Text(Cow<'static, str>),
}

impl Sentence {
    pub(crate) fn new(id: &'static str) -> Sentence {
        Sentence { id, places: Vec::new() }
    }

    /// A word that is the same in every language: a key, a name from a closed list, a number.
    pub(crate) fn word(mut self, place: &'static str, word: impl ToString) -> Sentence {
        self.places.push((place, Place::Word(word.to_string())));
        self
    }

    /// A message of its own.
    pub(crate) fn text(mut self, place: &'static str, id: impl Into<Cow<'static, str>>) -> Sentence {
        self.places.push((place, Place::Text(id.into())));
        self
    }

    fn say(&self, texts: &Texts, lang: Lang) -> String {
        let mut args = Args::none();
        for (name, place) in &self.places {
            let word = match place {
                Place::Word(word) => word.clone(),
                Place::Text(id) => texts.text(lang, id, &Args::none()),
            };
            args = args.with(name, word);
        }
        texts.text(lang, self.id, &args)
    }
}

/// Something to say: a message of the gate, or what stands on the card of a company's rule.
#[derive(Clone, Debug)]
enum Saying {
    Message(Sentence),
    Card(Box<Names>),
}

impl Saying {
    fn say(&self, texts: &Texts, lang: Lang) -> String {
        match self {
            Saying::Message(sentence) => sentence.say(texts, lang),
            Saying::Card(names) => names.of(lang).to_owned(),
        }
    }
}

/// Why a request is not answered by a vendor.
#[derive(Clone, Debug)]
pub(crate) struct Refused {
    pub(crate) code: RefusalCode,
    what: Saying,
    fix: Saying,
    /// What stands behind it.
    pub(crate) reasons: Box<Reasons>,
}

/// What stands behind a refusal.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reasons {
    /// The rule that refused, where a rule did.
    pub(crate) rule: Option<String>,
    /// The articles behind it and behind what else is missing.
    pub(crate) law: Vec<String>,
    /// After how many seconds it is worth asking again, where that is known.
    pub(crate) retry_after: Option<NonZeroU32>,
    /// What was asked, as far as it was made out, for the record.
    pub(crate) asked: Asked,
    /// What else would have to be mended.
    further: Vec<Arc<RuleCard>>,
}

/// What a request asked for, in words of the register: by them its decision can be taken once more,
/// by another register too.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asked {
    /// The purpose, where it was clear.
    pub(crate) purpose: Option<Purpose>,
    /// The route that the model's name leads to.
    pub(crate) route: Option<RouteKey>,
    /// The named model; none where the name was not among them.
    pub(crate) model: Option<ModelName>,
    /// Parameters in effect, of the closed list.
    pub(crate) parameters: Vec<String>,
}

impl Refused {
    /// A refusal that no rule of law stands behind: the request itself or the machinery is at fault.
    pub(crate) fn plain(code: RefusalCode, what: Sentence, fix: &'static str) -> Refused {
        Refused {
            code,
            what: Saying::Message(what),
            fix: Saying::Message(Sentence::new(fix)),
            reasons: Box::default(),
        }
    }

    /// What the gate does with the request: it waits for a person, or it is refused.
    pub(crate) fn action(&self) -> Action {
        if self.code == RefusalCode::Held { Action::Hold } else { Action::Refuse }
    }

    /// What and why.
    pub(crate) fn what(&self, texts: &Texts, lang: Lang) -> String {
        self.what.say(texts, lang)
    }

    /// What is missing: what to do about it, the first thing first.
    pub(crate) fn missing(&self, texts: &Texts, lang: Lang) -> Vec<String> {
        let further = self.reasons.further.iter().map(|card| card.fix.of(lang).to_owned());
        std::iter::once(self.fix.say(texts, lang)).chain(further).collect()
    }

    pub(crate) fn malformed(what_text: impl Into<Cow<'static, str>>) -> Refused {
        let what = Sentence::new("request-malformed").text("what", what_text);
        Refused::plain(RefusalCode::RequestMalformed, what, "request-malformed-fix")
    }

    pub(crate) fn header(header: &'static str) -> Refused {
        let what = Sentence::new("header-malformed").word("header", header);
        Refused::plain(RefusalCode::RequestMalformed, what, "header-malformed-fix")
    }

    pub(crate) fn key_invalid() -> Refused {
        Refused::plain(RefusalCode::KeyInvalid, Sentence::new("key-invalid"), "key-invalid-fix")
    }

    pub(crate) fn key_twice() -> Refused {
        Refused::plain(RefusalCode::KeyInvalid, Sentence::new("key-twice"), "key-twice-fix")
    }

    pub(crate) fn too_large(limit: usize) -> Refused {
        let what = Sentence::new("too-large").word("limit", limit);
        Refused::plain(RefusalCode::TooLarge, what, "too-large-fix")
    }

    pub(crate) fn record_too_large() -> Refused {
        let what = Sentence::new("record-too-large");
        Refused::plain(RefusalCode::TooLarge, what, "record-too-large-fix")
    }

    pub(crate) fn encoding() -> Refused {
        let what = Sentence::new("encoding-unsupported");
        Refused::plain(RefusalCode::EncodingUnsupported, what, "encoding-unsupported-fix")
    }

    pub(crate) fn route_unknown() -> Refused {
        Refused::plain(RefusalCode::RouteUnknown, Sentence::new("route-unknown"), "route-unknown-fix")
    }

    /// The key's system went over to another organisation.
    pub(crate) fn key_of_another_organisation() -> Refused {
        let what = Sentence::new("system-of-another");
        let refused = Refused::plain(RefusalCode::SystemNotLive, what, "system-unknown-fix");
        let rule = Some("system-known".to_owned());
        let law = vec!["AI 8(2)".to_owned()];
        Refused { reasons: Box::new(Reasons { rule, law, ..Reasons::default() }), ..refused }
    }

    /// A receipt that names no decision of the caller's system.
    pub(crate) fn decision_unknown() -> Refused {
        let what = Sentence::new("decision-unknown");
        Refused::plain(RefusalCode::RouteUnknown, what, "decision-unknown-fix")
    }

    pub(crate) fn limit_reached() -> Refused {
        Refused::plain(RefusalCode::LimitReached, Sentence::new("limit-reached"), "limit-reached-fix")
    }

    pub(crate) fn vendor_error() -> Refused {
        Refused::plain(RefusalCode::VendorError, Sentence::new("vendor-error"), "vendor-error-fix")
    }

    pub(crate) fn vendor_timeout() -> Refused {
        Refused::plain(RefusalCode::VendorTimeout, Sentence::new("vendor-timeout"), "vendor-timeout-fix")
    }

    pub(crate) fn gate_stopped() -> Refused {
        Refused::plain(RefusalCode::VendorTimeout, Sentence::new("gate-stopped"), "gate-stopped-fix")
    }

    pub(crate) fn ledger_unavailable() -> Refused {
        let what = Sentence::new("ledger-unavailable");
        Refused::plain(RefusalCode::LedgerUnavailable, what, "ledger-unavailable-fix")
    }

    pub(crate) fn number_not_sendable(parameter: String) -> Refused {
        let what = Sentence::new("number-not-sendable").word("parameter", parameter);
        Refused::plain(RefusalCode::ParameterNotAllowed, what, "parameter-not-allowed-fix")
    }

    pub(crate) fn model_not_found() -> Refused {
        Refused::plain(RefusalCode::ModelNotFound, Sentence::new("model-not-found"), "model-not-found-fix")
    }
}

/// The status of the contract's table.
pub(crate) fn status(code: RefusalCode) -> StatusCode {
    use RefusalCode as C;
    match code {
        C::RequestMalformed | C::RequestTooDeep => StatusCode::BAD_REQUEST,
        C::KeyInvalid => StatusCode::UNAUTHORIZED,
        C::SystemNotLive
        | C::PurposeNotDeclared
        | C::NoLegalBasis
        | C::NoConsent
        | C::SubjectBlocked
        | C::SubjectRefusedAi
        | C::VendorNotAllowed
        | C::CountryNotAllowed
        | C::TrainingNotExcluded
        | C::ParameterNotAllowed
        | C::CategoryRefused => StatusCode::FORBIDDEN,
        C::ModelNotFound | C::RouteUnknown => StatusCode::NOT_FOUND,
        C::Held => StatusCode::CONFLICT,
        C::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        C::EncodingUnsupported => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        C::ContentNotInspectable => StatusCode::UNPROCESSABLE_ENTITY,
        C::LimitReached => StatusCode::TOO_MANY_REQUESTS,
        C::VendorError => StatusCode::BAD_GATEWAY,
        C::VendorTimeout => StatusCode::GATEWAY_TIMEOUT,
        C::LedgerUnavailable => StatusCode::SERVICE_UNAVAILABLE,
    }
}

/// The error types of the OpenAI protocol, which its clients' exception classes follow.
pub(crate) fn error_type(code: RefusalCode) -> &'static str {
    match status(code).as_u16() {
        401 => "authentication_error",
        403 => "permission_error",
        429 => "rate_limit_error",
        500.. => "server_error",
        _ => "invalid_request_error",
    }
}
