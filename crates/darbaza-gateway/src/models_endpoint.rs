//! `GET /v1/models`: the names that the caller's key may use.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use darbaza_register::{Register, System};
use darbaza_wire::chat::models_list;
use http::HeaderValue;
use http::header::CONTENT_TYPE;

use crate::gate::Gate;
use crate::journey::{self, admit};

/// Lists the models of the caller's system.
pub(crate) async fn models(State(gate): State<Arc<Gate>>, request: Request) -> Response {
    let caller = match admit::admit(&gate, request.headers()) {
        Ok(caller) => caller,
        Err(not_admitted) => return journey::turn_away(&gate, not_admitted).await,
    };
    let register = caller.policy.register();
    let names = register.system(caller.system()).map(|s| names(register, s)).unwrap_or_default();
    let mut response = Response::new(Body::from(models_list(names.iter().map(String::as_str), 0)));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// The named models; where any name is taken, also the one that it leads to.
fn names(register: &Register, system: &System) -> Vec<String> {
    let mut names: Vec<String> = system.models.named.keys().map(ToString::to_string).collect();
    if let Some(key) = &system.models.any {
        let model = register.route(key).and_then(|(route, _)| route.model.as_ref());
        let name = model.map_or_else(|| key.to_string(), ToString::to_string);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}
