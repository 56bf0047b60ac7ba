//! Licences, sources and names of all dependencies, against deny.toml. `cargo deny check` says more; this
//! needs nothing installed.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, ensure};
use serde_json::Value;

use crate::process::{command, output, say};

/// Fails where a dependency has a licence that is not allowed, or comes from elsewhere than the
/// package registry.
pub(crate) fn run() -> anyhow::Result<()> {
    let deny = std::fs::read_to_string("deny.toml")?;
    let allowed = allowed(&deny);
    ensure!(!allowed.is_empty(), "deny.toml allows no licence");
    let line = "cargo metadata --format-version 1 --locked --filter-platform x86_64-unknown-linux-gnu";
    let metadata: Value = serde_json::from_str(&output(&mut command(line))?)?;
    let packages = metadata["packages"].as_array().context("packages")?;
    let banned = banned(&deny);
    for package in packages {
        let name = package["name"].as_str().unwrap_or_default();
        if let Some(wrappers) = banned.get(name) {
            let id = package["id"].as_str().unwrap_or_default();
            for user in users(&metadata, id) {
                ensure!(wrappers.contains(&user), "{name}, which {user} uses, is banned in deny.toml");
            }
        }
        let Some(source) = package["source"].as_str() else { continue };
        ensure!(source.starts_with("registry+"), "{name} comes from {source}");
        let licence = package["license"].as_str().unwrap_or_default();
        ensure!(holds(licence, &allowed), "the licence {licence:?} of {name} is not allowed in deny.toml");
    }
    say(&format!("== licences: {} packages", packages.len()));
    Ok(())
}

/// The words of the list `allow = [...]` under `[licenses]`.
fn allowed(deny: &str) -> BTreeSet<String> {
    let licences = deny.split_once("[licenses]").map_or("", |(_, rest)| rest);
    let list = licences.split_once("allow = [").and_then(|(_, rest)| rest.split_once(']'));
    let words = list.map_or("", |(words, _)| words).split('"').skip(1).step_by(2);
    words.map(str::to_owned).collect()
}

/// The names under `[bans]`, each with the packages that may use it all the same.
fn banned(deny: &str) -> BTreeMap<&str, Vec<&str>> {
    let bans = deny.split_once("[bans]").map_or("", |(_, rest)| rest);
    let list = bans.split_once("deny = [").and_then(|(_, rest)| rest.split_once("\n]"));
    let names = list.map_or("", |(names, _)| names).split("{ name = \"").skip(1);
    names
        .filter_map(|rest| {
            let name = rest.split('"').next()?;
            let entry = rest.split('\n').next()?;
            let wrappers = entry.split_once("wrappers = [").and_then(|(_, rest)| rest.split_once(']'));
            let words = wrappers.map_or("", |(words, _)| words).split('"').skip(1).step_by(2);
            Some((name, words.collect()))
        })
        .collect()
}

/// The names of the packages that use the one of that id.
fn users<'m>(metadata: &'m Value, id: &str) -> Vec<&'m str> {
    let nodes = metadata["resolve"]["nodes"].as_array().into_iter().flatten();
    let uses = |node: &&Value| {
        node["dependencies"].as_array().is_some_and(|used| used.iter().any(|used| used == id))
    };
    let ids: BTreeSet<&str> = nodes.filter(uses).filter_map(|node| node["id"].as_str()).collect();
    let packages = metadata["packages"].as_array().into_iter().flatten();
    let named = packages.filter(|package| package["id"].as_str().is_some_and(|id| ids.contains(id)));
    named.filter_map(|package| package["name"].as_str()).collect()
}

/// Whether an SPDX expression can be met with the allowed licences. AND binds more tightly than OR.
fn holds(expression: &str, allowed: &BTreeSet<String>) -> bool {
    let plain = expression.replace('/', " OR ");
    let alternatives = split_outside(&plain, " OR ");
    if alternatives.len() > 1 {
        return alternatives.iter().any(|alternative| holds(alternative, allowed));
    }
    let parts = split_outside(&plain, " AND ");
    if parts.len() > 1 {
        return parts.iter().all(|part| holds(part, allowed));
    }
    match plain.trim().strip_prefix('(').and_then(|inner| inner.strip_suffix(')')) {
        Some(inner) => holds(inner, allowed),
        None => allowed.contains(plain.trim()),
    }
}

/// The pieces between separators that stand in no brackets.
fn split_outside<'e>(expression: &'e str, separator: &str) -> Vec<&'e str> {
    let (mut pieces, mut start, mut depth) = (Vec::new(), 0, 0_i32);
    for (at, letter) in expression.char_indices() {
        match letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ if depth == 0 && at >= start && expression[at..].starts_with(separator) => {
                pieces.push(&expression[start..at]);
                start = at + separator.len();
            }
            _ => {}
        }
    }
    pieces.push(&expression[start..]);
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_alternative_is_enough_and_all_its_parts_are_needed() {
        let allowed = ["MIT", "Apache-2.0", "Unicode-3.0"].map(str::to_owned).into();
        for (expression, expected) in [
            ("MIT", true),
            ("MIT OR GPL-3.0", true),
            ("GPL-3.0/MIT", true),
            ("(MIT OR Apache-2.0) AND Unicode-3.0", true),
            ("GPL-3.0", false),
            ("MIT AND GPL-3.0", false),
            ("(MIT OR Apache-2.0) AND GPL-3.0", false),
            ("MIT OR (Apache-2.0 AND GPL-3.0)", true),
            ("", false),
        ] {
            assert_eq!(holds(expression, &allowed), expected, "{expression}");
        }
    }
}
