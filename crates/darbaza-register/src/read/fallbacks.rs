//! Chains of fallback routes must end.

use std::collections::{BTreeMap, BTreeSet};

use darbaza_core::RouteKey;
use serde_saphyr::Spanned;

use super::build::line;
use crate::model::Route;
use crate::problem::Problem;

/// A problem for each circle of fallbacks, at the first of its links in the file.
pub(super) fn circles(
    routes: &BTreeMap<RouteKey, Route>,
    links: &[(RouteKey, Spanned<RouteKey>)],
) -> Vec<Problem> {
    let mut told = BTreeSet::new();
    let mut problems = Vec::new();
    for (start, link) in links {
        let Some(circle) = circle(routes, start).filter(|_| !told.contains(start)) else { continue };
        let names: Vec<&str> = circle.iter().map(|key| key.as_str()).collect();
        problems.push(Problem {
            line: line(link),
            what: format!("routes fall back in a circle: {} -> {start}", names.join(" -> ")),
            remedy: "take one `fallback` out: the last route of a chain has none".to_owned(),
        });
        told.extend(circle.into_iter().cloned());
    }
    problems
}

/// The routes from `start` back to itself, where its fallbacks lead there.
fn circle<'r>(routes: &'r BTreeMap<RouteKey, Route>, start: &'r RouteKey) -> Option<Vec<&'r RouteKey>> {
    let mut path = vec![start];
    let mut at = start;
    loop {
        at = routes.get(at)?.fallback.as_ref()?;
        if at == start {
            return Some(path);
        }
        if path.contains(&at) {
            return None;
        }
        path.push(at);
    }
}
