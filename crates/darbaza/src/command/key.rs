//! `darbaza key issue|list|revoke|rotate`.

mod table;

use std::process::ExitCode;

use darbaza_core::KeyId;
use darbaza_gateway::told;
use darbaza_store::KeyLimits;
use jiff::Timestamp;

use super::desk::at_desk;
use super::say;
use crate::cli::{Key, KeyIssue, KeyList, KeyRevoke, KeyRotate};
use crate::failure::Failure;
use crate::key_desk::{IssuedKey, KeyRequest, ListedKey, Listing, Revocation, RotatedKey, Rotation, list};
use crate::noted::Noted;
use crate::os_user::os_user;

/// Does what is asked with keys.
pub(super) fn run(command: Key) -> Result<ExitCode, Failure> {
    match command {
        Key::Issue(options) => issue(options)?,
        Key::List(options) => show(options)?,
        Key::Revoke(options) => revoke(options)?,
        Key::Rotate(options) => rotate(options)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn issue(options: KeyIssue) -> Result<(), Failure> {
    let KeyIssue { system, purposes, expires, owner, requests_per_minute, concurrent, tokens_per_day, data } =
        options;
    let limits = KeyLimits { requests_per_minute, concurrent, tokens_per_day };
    let request = KeyRequest { system, purposes, expires, owner, limits };
    let issued: IssuedKey =
        at_desk(&data, "/keys/issue", &request, |own| own.key_desk()?.issue(&request, &os_user()))?;
    say_key(&issued);
    Ok(())
}

/// The last line is the key, for scripts.
fn say_key(issued: &IssuedKey) {
    say(format_args!("key id {}", issued.id));
    say(issued.key.as_str());
}

fn show(options: KeyList) -> Result<(), Failure> {
    let KeyList { system, json, data } = options;
    let listing = Listing { system };
    let keys: Vec<ListedKey> = at_desk(&data, "/keys/list", &listing, |own| {
        let keys = list(&*own.store()?, own.policy()?.register(), &listing, Timestamp::now())?;
        Ok(Noted::new(keys, Vec::new()))
    })?;
    if json {
        let text = serde_json::to_string_pretty(&keys)
            .map_err(|why| Failure::environment("the keys cannot be written as JSON", why, "report this"))?;
        say(text);
    } else {
        table::of_keys(&keys).iter().for_each(say);
    }
    Ok(())
}

fn revoke(options: KeyRevoke) -> Result<(), Failure> {
    let KeyRevoke { system, key, data } = options;
    let asked = Revocation { system, key };
    let revoked: Vec<KeyId> =
        at_desk(&data, "/keys/revoke", &asked, |own| own.key_desk()?.revoke(&asked, &os_user()))?;
    revoked.iter().for_each(|id| say(format_args!("revoked {id}")));
    Ok(())
}

fn rotate(options: KeyRotate) -> Result<(), Failure> {
    let KeyRotate { system, key, overlap, expires, data } = options;
    let asked = Rotation { system, key, overlap, expires };
    let rotated: RotatedKey =
        at_desk(&data, "/keys/rotate", &asked, |own| own.key_desk()?.rotate(&asked, &os_user()))?;
    match rotated.old_ends {
        None => say(format_args!("revoked {}", rotated.old)),
        Some(end) => say(format_args!("{} ends {} (Kazakhstan time)", rotated.old, told(end))),
    }
    say_key(&rotated.new);
    Ok(())
}
