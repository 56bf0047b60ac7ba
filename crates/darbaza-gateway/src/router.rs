//! Which address leads where. The gate's own addresses and the operator's are two routers for two
//! listeners; the gate answers health on both, because load balancers ask where the traffic goes.

use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::{MethodRouter, any, get};
use http::HeaderValue;
use http::Method;
use http::header::HOST;

use crate::gate::Gate;
use crate::journey::DECISION;
use crate::room::Timing;
use crate::{chat, decisions_endpoint, detect_endpoint, journey, models_endpoint, operations, reply, room};

/// An address with its method and what answers there.
type Route = (Method, &'static str, MethodRouter<Arc<Gate>>);

/// What only a key opens.
fn keyed() -> Vec<Route> {
    vec![
        (Method::POST, "/v1/chat/completions", only().post(chat::chat_completions)),
        (Method::GET, "/v1/models", only().get(models_endpoint::models)),
        (Method::POST, "/darbaza/v1/detect", only().post(detect_endpoint::detect)),
        (Method::GET, "/darbaza/v1/decisions/{id}", only().get(decisions_endpoint::decision)),
    ]
}

/// An address where all methods but those that are added are unknown, without the header `Allow`:
/// whoever has no key is not told which addresses exist. Two methods of one path are one `only()`.
fn only() -> MethodRouter<Arc<Gate>> {
    any(journey::unknown_address)
}

/// What load balancers ask, who have no key.
fn health() -> Vec<Route> {
    vec![(Method::GET, "/livez", get(operations::live)), (Method::GET, "/readyz", get(operations::ready))]
}

/// What the operator's own listener has, where nobody else comes.
fn for_operators() -> Vec<Route> {
    let metrics = (Method::GET, "/metrics", get(operations::metrics));
    health().into_iter().chain([metrics]).collect()
}

/// Every method and address of the operator's listener.
pub fn operations_addresses() -> Vec<(Method, &'static str)> {
    for_operators().into_iter().map(|(method, path, _)| (method, path)).collect()
}

/// Every method and address that the gate has, and whether only a key opens it.
pub fn gate_addresses() -> Vec<(Method, &'static str, bool)> {
    let with = |needs_key| move |(method, path, _): Route| (method, path, needs_key);
    keyed().into_iter().map(with(true)).chain(health().into_iter().map(with(false))).collect()
}

fn add(router: Router<Arc<Gate>>, (_, path, answers): Route) -> Router<Arc<Gate>> {
    router.route(path, answers)
}

/// The gate, for applications and employees. Only requests addressed to one of `hosts` are
/// answered: a page in a browser cannot reach the gate under a name of its own (DNS rebinding).
pub fn gate_router(gate: Arc<Gate>, hosts: Vec<String>) -> Router {
    let hosts: Arc<[String]> = hosts.into();
    let keyed = keyed()
        .into_iter()
        .fold(Router::new(), add)
        .fallback(journey::unknown_address)
        .layer(middleware::from_fn_with_state(Arc::clone(&gate), enter));
    health()
        .into_iter()
        .fold(keyed, add)
        .layer(middleware::from_fn_with_state(hosts, only_hosts))
        .with_state(gate)
}

/// Health, readiness and metrics, for the operator's listener.
pub fn operations_router(gate: Arc<Gate>, hosts: Vec<String>) -> Router {
    let hosts: Arc<[String]> = hosts.into();
    for_operators()
        .into_iter()
        .fold(Router::new(), add)
        .layer(middleware::from_fn_with_state(hosts, only_hosts))
        .with_state(gate)
}

/// The authority that the request line and the header `Host` name must be ours, in both where both
/// name one. Ports do not matter: a proxy in front may listen on another.
async fn only_hosts(State(hosts): State<Arc<[String]>>, request: Request, next: Next) -> Response {
    let is_ours = |authority: &str| hosts.iter().any(|host| host.eq_ignore_ascii_case(host_of(authority)));
    let mut named = request.headers().get_all(HOST).iter();
    let header = named.next().map(|value| value.to_str().is_ok_and(is_ours));
    let target = request.uri().authority().map(|authority| is_ours(authority.as_str()));
    // A second host is a second opinion for whoever stands in front (RFC 9112, 3.2).
    if named.next().is_none() && header.or(target) == Some(true) && target.or(header) == Some(true) {
        next.run(request).await
    } else {
        reply::misdirected()
    }
}

fn host_of(authority: &str) -> &str {
    match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => host,
        _ => authority,
    }
}

/// One place for every request, until the last byte of its answer.
async fn enter(State(gate): State<Arc<Gate>>, request: Request, next: Next) -> Response {
    match gate.room.request() {
        Some(place) => {
            let since = Instant::now();
            let response = next.run(request).await;
            let action = response.headers().get(&DECISION).map(HeaderValue::as_bytes);
            let timing = gate.metrics.request(action).map(|durations| Timing { since, durations });
            room::keep((place, timing), response)
        }
        None => reply::busy(&gate, request.headers()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_is_what_stands_before_the_port() {
        for (authority, host) in [
            ("localhost:4000", "localhost"),
            ("localhost", "localhost"),
            ("[::1]:4000", "[::1]"),
            ("[::1]", "[::1]"),
        ] {
            assert_eq!(host_of(authority), host);
        }
    }
}
