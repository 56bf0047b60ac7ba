//! Who calls: key to organisation, AI system and purposes; persons and conversation from headers.

use std::sync::Arc;

use darbaza_core::{Lang, OrganisationId, SystemKey};
use darbaza_policy::Policy;
use darbaza_store::Pseudonym;
use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderValue};

use super::cut_off;
use crate::gate::Gate;
use crate::keybook::{HeldKey, Place};
use crate::keyed::Referent;
use crate::refused::Refused;

/// Longest reference of a person or conversation, in bytes.
const REFERENCE_BYTES: usize = 256;
/// Most persons that one request may name.
const SUBJECTS: usize = 8;

/// A caller whose key opens a system.
pub(crate) struct Caller {
    pub(crate) key: Arc<HeldKey>,
    /// The register and its rules: as they were in force when the caller came, and once its request is
    /// read, as they are then.
    pub(crate) policy: Arc<Policy>,
    /// The language of what the gate says.
    pub(crate) lang: Lang,
    /// The header `Darbaza-Purpose`.
    pub(crate) purpose: Option<String>,
    /// The persons concerned, as pseudonyms; the references themselves end here.
    pub(crate) subjects: Vec<Pseudonym>,
    /// The conversation, as a pseudonym.
    pub(crate) conversation: Option<Pseudonym>,
    /// The place of the key that the request takes, until the last byte of its answer.
    pub(crate) place: Place,
}

impl Caller {
    pub(crate) fn system(&self) -> &SystemKey {
        &self.key.issued.system
    }

    pub(crate) fn organisation(&self) -> OrganisationId {
        self.key.issued.organisation
    }
}

/// Why nobody is admitted, and in which language to say it.
pub(crate) struct NotAdmitted {
    pub(crate) refused: Refused,
    pub(crate) lang: Lang,
    /// The key was good, so the refusal is recorded in its name.
    pub(crate) caller: Option<Box<Caller>>,
}

/// Admits a caller by the headers of the request.
pub(crate) fn admit(gate: &Gate, headers: &HeaderMap) -> Result<Caller, NotAdmitted> {
    let asked_lang = single(headers, "darbaza-lang").map(|v| v.and_then(|word| word.parse::<Lang>().ok()));
    let lang = asked_lang.flatten();
    let not_admitted = |refused| NotAdmitted { refused, lang: lang.unwrap_or_default(), caller: None };
    let key = key(headers).map_err(|refused| {
        gate.refused_keys.count();
        not_admitted(refused)
    })?;
    let found = key.and_then(|key| gate.keybook.find(gate.keys.lookup(key), gate.clock.now()));
    let Some(key) = found else {
        gate.refused_keys.count();
        return Err(not_admitted(Refused::key_invalid()));
    };
    let policy = gate.in_force.now();
    let system_lang = policy.register().system(&key.issued.system).map(|s| s.language);
    let mut caller = Caller {
        key,
        policy,
        lang: lang.or(system_lang).unwrap_or_default(),
        purpose: None,
        subjects: Vec::new(),
        conversation: None,
        place: None,
    };
    match enter(gate, &mut caller).and_then(|()| headers_of(gate, headers, &mut caller, asked_lang)) {
        Ok(()) => Ok(caller),
        Err(refused) => Err(NotAdmitted { refused, lang: caller.lang, caller: Some(Box::new(caller)) }),
    }
}

/// Lets the caller in by the state of its system and the limits of its key.
fn enter(gate: &Gate, caller: &mut Caller) -> Result<(), Refused> {
    if let Some(closed) = caller.key.closed(gate.clock.now()) {
        return Err(cut_off::refused(gate, caller.system(), caller.lang, closed));
    }
    caller.place = caller.key.allowance.enter(&gate.clock).map_err(Refused::exceeded)?;
    Ok(())
}

/// Reads the optional headers into the caller.
fn headers_of(
    gate: &Gate,
    headers: &HeaderMap,
    caller: &mut Caller,
    asked_lang: Option<Option<Lang>>,
) -> Result<(), Refused> {
    if asked_lang == Some(None) {
        return Err(Refused::header("Darbaza-Lang"));
    }
    let organisation = caller.organisation();
    if let Some(purpose) = single(headers, "darbaza-purpose") {
        caller.purpose = Some(purpose.ok_or_else(|| Refused::header("Darbaza-Purpose"))?.to_owned());
    }
    if let Some(reference) = single(headers, "darbaza-conversation") {
        let reference = reference.ok_or_else(|| Refused::header("Darbaza-Conversation"))?;
        caller.conversation = Some(gate.keys.pseudonym(organisation, Referent::Conversation, reference));
    }
    let subjects = headers.get_all("darbaza-subject");
    if subjects.iter().count() > SUBJECTS {
        return Err(Refused::header("Darbaza-Subject"));
    }
    for value in subjects {
        let reference = text(value).ok_or_else(|| Refused::header("Darbaza-Subject"))?;
        caller.subjects.push(gate.keys.pseudonym(organisation, Referent::Subject, reference));
    }
    Ok(())
}

/// The one key of the request. Both header forms go through here, so that no check can be passed
/// by choosing the other form.
fn key(headers: &HeaderMap) -> Result<Option<&str>, Refused> {
    let bearer = headers.get_all(AUTHORIZATION).iter().map(|v| v.to_str().ok().and_then(bearer));
    let plain = headers.get_all("x-api-key").iter().map(|v| v.to_str().ok().map(str::trim));
    let mut found: Option<Option<&str>> = None;
    for key in bearer.chain(plain) {
        match found {
            Some(first) if first != key => return Err(Refused::key_twice()),
            _ => found = Some(key),
        }
    }
    Ok(found.flatten().filter(|key| !key.is_empty()))
}

fn bearer(value: &str) -> Option<&str> {
    let (scheme, key) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| key.trim())
}

/// The value of a header that may stand once: `Some(None)` where it cannot be read.
fn single<'h>(headers: &'h HeaderMap, name: &str) -> Option<Option<&'h str>> {
    let mut values = headers.get_all(name).iter();
    let first = values.next()?;
    Some(if values.next().is_some() { None } else { text(first) })
}

/// References may be in any script, so UTF-8 is read, not only ASCII.
fn text(value: &HeaderValue) -> Option<&str> {
    let text = std::str::from_utf8(value.as_bytes()).ok()?.trim();
    (!text.is_empty() && text.len() <= REFERENCE_BYTES).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(lines: &[(&'static str, &str)]) -> HeaderMap {
        let mut map = HeaderMap::new();
        for (name, value) in lines {
            map.append(*name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        map
    }

    #[test]
    fn one_key_in_either_form_is_read_and_two_different_ones_are_refused() {
        let same = [("authorization", "Bearer k1"), ("x-api-key", "k1")];
        assert_eq!(key(&headers(&same)).unwrap(), Some("k1"));
        assert_eq!(key(&headers(&[("authorization", "bearer  k1 ")])).unwrap(), Some("k1"));
        assert_eq!(key(&headers(&[("x-api-key", "k1")])).unwrap(), Some("k1"));
        assert_eq!(key(&headers(&[])).unwrap(), None);
        assert_eq!(key(&headers(&[("authorization", "Basic azE=")])).unwrap(), None);
        for two in [
            [("authorization", "Bearer k1"), ("x-api-key", "k2")],
            [("authorization", "Bearer k1"), ("authorization", "Bearer k2")],
            [("authorization", "Basic azE="), ("x-api-key", "k1")],
            [("x-api-key", "k1"), ("x-api-key", "k2")],
        ] {
            assert!(key(&headers(&two)).is_err(), "{two:?}");
        }
    }
}
