//! What can be wrong in a configuration that was read: each entry by itself, and against the register.

use darbaza_register::Register;

use super::{Config, Finding, Listener, SecretSource};
use crate::listen;
use crate::server::check_origin;

/// Makes a finding at the line that begins with a header such as `[gateway]`: what is wrong, what to do.
type At<'a> = &'a dyn Fn(&str, String, &str) -> Finding;

/// Everything wrong with the entries.
pub(super) fn check(config: &Config, register: Option<&Register>, at: At<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (name, listener) in [("gateway", &config.gateway), ("operations", &config.operations)] {
        findings.extend(listener_problem(name, listener, at));
    }
    if config.gateway.listen == config.operations.listen && config.gateway.listen.port() != 0 {
        findings.push(at(
            "[operations]",
            format!("both listeners have the address {}", config.gateway.listen),
            "give each listener a port of its own",
        ));
    }
    if let Err(failure) = check_origin(&config.origin) {
        let (_, what, why, remedy) = failure.into_parts();
        findings.push(at("origin", format!("{what}: {why}"), &remedy));
    }
    for (key, what) in config.limits.problems() {
        findings.push(at(key, what, "write a number in that range, or take the line out"));
    }
    vendor_problems(config, at, &mut findings);
    if let Some(register) = register {
        register_problems(config, register, at, &mut findings);
    }
    findings
}

fn listener_problem(name: &str, listener: &Listener, at: At<'_>) -> Option<Finding> {
    let header = format!("[{name}");
    if !listener.is_protected() {
        return Some(at(
            &header,
            format!("the listener {name} on {} is open to the network without TLS", listener.listen),
            "give it tls files, set behind_tls_proxy = true, or listen on 127.0.0.1",
        ));
    }
    let failure = listener.tls.as_ref().and_then(|files| listen::acceptor(files).err())?;
    let (_, what, why, remedy) = failure.into_parts();
    Some(at(&header, format!("the listener {name}: {what}: {why}"), &remedy))
}

fn vendor_problems(config: &Config, at: At<'_>, findings: &mut Vec<Finding>) {
    for (key, vendor) in &config.vendors {
        let header = format!("[vendors.{key}]");
        if let Err((what, remedy)) = vendor.check(config.mirror.enabled) {
            findings.push(at(&header, format!("vendor {key}: {what}"), remedy));
        }
        if let Some(missing) = vendor.secret.as_ref().and_then(|s: &SecretSource| s.read().err()) {
            let remedy = "set it, or take the line `secret` out";
            findings.push(at(&header, format!("vendor {key}: {missing}"), remedy));
        }
    }
}

/// Both files speak of the same vendors: a slip in a key is found here and not by a caller.
fn register_problems(config: &Config, register: &Register, at: At<'_>, findings: &mut Vec<Finding>) {
    for vendor in register.vendors() {
        let key = &vendor.key;
        match config.vendors.get(key) {
            None => findings.push(at(
                "[vendors",
                format!("vendor {key} of the register has no address"),
                &format!("write [vendors.{key}] with url = \"https://...\", or take it out of the register"),
            )),
            Some(address) if vendor.local && !address.local && address.url != "mirror" => findings.push(at(
                &format!("[vendors.{key}]"),
                format!(
                    "vendor {key} is inside the company's own network by the register, not by its address"
                ),
                "write local = true if it is, or local: false in the register if it is not",
            )),
            Some(_) => {}
        }
    }
    for key in config.vendors.keys() {
        if !register.vendors().any(|vendor| vendor.key == *key) {
            findings.push(at(
                &format!("[vendors.{key}]"),
                format!("vendor {key} is not in the register"),
                "write its key as in the register, or take the entry out",
            ));
        }
    }
}
