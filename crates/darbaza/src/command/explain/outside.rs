//! Causes of a decision that no rule on data knows: what the gate itself refuses, a person's switch,
//! limits, vendors that are not there.

use darbaza_core::{RefusalCode, RouteKey};
use darbaza_policy::Policy;
use darbaza_store::DecisionLeaf;

/// What decided instead of the rules; none where the record names a rule, or a request was sent.
pub(super) fn cause(leaf: &DecisionLeaf, policy: &Policy) -> Option<String> {
    let register = policy.register();
    let system = register.system(&leaf.system);
    let organisation = system.and_then(|system| register.organisation(&system.organisation));
    let of_another = organisation.is_some_and(|organisation| organisation.id != leaf.organisation);
    let cause = match (leaf.rule.as_deref(), leaf.code) {
        (Some("system-known"), _) if of_another => {
            "the key had been issued in the name of another organisation than the system's"
        }
        (Some(rule), _) if policy.knows(rule) => return None,
        (Some("system-suspended"), _) => "a person had suspended the system (darbaza system suspend)",
        (Some("requests-per-minute"), _) => "the key's limit of requests in a minute was reached",
        (Some("concurrent-requests"), _) => "the key's limit of requests at once was reached",
        (Some("tokens-per-day"), _) => "the key's limit of tokens in a day was reached",
        (Some("vendor-address"), _) => "the configuration gave the vendor no address",
        (Some(rule), _) => return Some(format!("the rule {rule}, which the rules asked here do not have")),
        (None, Some(code)) => by_code(code),
        (None, None) => return None,
    };
    Some(cause.to_owned())
}

/// The vendors of these routes were to be asked first.
pub(super) fn not_reached(routes: &[RouteKey]) -> String {
    let routes = routes.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    format!("the rules let it go over {routes}, and the vendor there could not be reached or had no address")
}

/// A refusal without a rule: the request or the machinery was at fault.
fn by_code(code: RefusalCode) -> &'static str {
    use RefusalCode as C;
    match code {
        C::RequestMalformed => "the request was not what the protocol asks for",
        C::RequestTooDeep => "the request was nested deeper than the gate reads",
        C::RouteUnknown => "the gate has no such address, or no such receipt of the system",
        C::TooLarge => "the request, or the record of it, was larger than the gate takes",
        C::EncodingUnsupported => "the request was compressed or in another character set",
        C::ContentNotInspectable => "a part of the request could not be read for personal data",
        C::LimitReached => "a limit of the gate was reached",
        C::ModelNotFound => {
            "the model's name was no plain word or held personal data, and the route gives the vendor no other"
        }
        C::ParameterNotAllowed => "a parameter held a number that cannot be sent",
        C::VendorError | C::VendorTimeout => "the vendor could not be asked or gave no answer",
        C::LedgerUnavailable => "the ledger could not record",
        _ => "the gate itself, and not a rule on data",
    }
}
