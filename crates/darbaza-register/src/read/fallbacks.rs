//! Chains of fallback routes must end.

use std::collections::BTreeMap;

use darbaza_core::RouteKey;
use serde_saphyr::Spanned;

use super::build::line;
use crate::problem::Problem;

/// A problem for each circle of fallbacks, at the first of its links in the file.
pub(super) fn circles(links: &[(RouteKey, Spanned<RouteKey>)]) -> Vec<Problem> {
    let mut next: BTreeMap<&RouteKey, usize> = BTreeMap::new();
    for (at, (route, _)) in links.iter().enumerate() {
        next.entry(route).or_insert(at);
    }
    // The walk that has seen a link. Each link is walked once, however long the chains are.
    let mut seen: Vec<Option<usize>> = vec![None; links.len()];
    let mut problems = Vec::new();
    for walk in 0..links.len() {
        let mut at = Some(walk);
        while let Some(link) = at.filter(|&link| seen[link].is_none()) {
            seen[link] = Some(walk);
            at = next.get(&links[link].1.value).copied();
        }
        if let Some(inside) = at.filter(|&link| seen[link] == Some(walk)) {
            problems.push(circle(links, &next, inside));
        }
    }
    problems
}

/// The circle through that link, told from the first of its links in the file.
fn circle(
    links: &[(RouteKey, Spanned<RouteKey>)],
    next: &BTreeMap<&RouteKey, usize>,
    inside: usize,
) -> Problem {
    let mut round = vec![inside];
    while let Some(&link) = next.get(&links[round[round.len() - 1]].1.value)
        && link != inside
    {
        round.push(link);
    }
    let first = (0..round.len()).min_by_key(|&i| round[i]).unwrap_or_default();
    round.rotate_left(first);
    let names: Vec<&str> = round.iter().chain([&round[0]]).map(|&link| links[link].0.as_str()).collect();
    Problem {
        line: line(&links[round[0]].1),
        what: format!("routes fall back in a circle: {}", names.join(" -> ")),
        remedy: "take one `fallback` out: the last route of a chain has none".to_owned(),
    }
}
