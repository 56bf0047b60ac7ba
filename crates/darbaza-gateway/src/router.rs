//! Which address leads where. The gate's own addresses and the operator's are two routers for two
//! listeners; the gate answers health on both, because load balancers ask where the traffic goes.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::{get, post};
use http::header::HOST;

use crate::gate::Gate;
use crate::{chat, detect_endpoint, journey, models_endpoint, operations, reply, room};

/// The gate, for applications and employees. Only requests addressed to one of `hosts` are
/// answered: a page in a browser cannot reach the gate under a name of its own (DNS rebinding).
pub fn gate_router(gate: Arc<Gate>, hosts: Vec<String>) -> Router {
    let hosts: Arc<[String]> = hosts.into();
    Router::new()
        .route("/v1/chat/completions", post(chat::chat_completions))
        .route("/v1/models", get(models_endpoint::models))
        .route("/darbaza/v1/detect", post(detect_endpoint::detect))
        .fallback(journey::unknown_address)
        .method_not_allowed_fallback(journey::unknown_address)
        .layer(middleware::from_fn_with_state(Arc::clone(&gate), enter))
        .route("/livez", get(operations::live))
        .route("/readyz", get(operations::ready))
        .layer(middleware::from_fn_with_state(hosts, only_hosts))
        .with_state(gate)
}

/// Health, readiness and metrics, for the operator's listener.
pub fn operations_router(gate: Arc<Gate>, hosts: Vec<String>) -> Router {
    let hosts: Arc<[String]> = hosts.into();
    Router::new()
        .route("/livez", get(operations::live))
        .route("/readyz", get(operations::ready))
        .route("/metrics", get(operations::metrics))
        .layer(middleware::from_fn_with_state(hosts, only_hosts))
        .with_state(gate)
}

/// The authority that the request line or the header `Host` names must be ours. Ports do not
/// matter: a proxy in front may listen on another.
async fn only_hosts(State(hosts): State<Arc<[String]>>, request: Request, next: Next) -> Response {
    let mut named = request.headers().get_all(HOST).iter();
    let header = named.next().and_then(|v| v.to_str().ok());
    let authority = request.uri().authority().map(|a| a.as_str()).or(header).unwrap_or_default();
    // A second host is a second opinion for whoever stands in front (RFC 9112, 3.2).
    if named.next().is_none() && hosts.iter().any(|host| host.eq_ignore_ascii_case(host_of(authority))) {
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
        Some(place) => room::keep(place, next.run(request).await),
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
