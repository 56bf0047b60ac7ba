//! One question over the socket, and its answer.

use std::io;
use std::path::Path;

use axum::Json;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tokio::net::UnixStream;

use crate::data_folder::DataFolder;
use crate::failure::{Exit, Failure};
use crate::os_user::os_user;

/// A question, and who asks: whoever can open the socket could write the data folder anyway.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked<T> {
    pub(super) who: String,
    pub(super) ask: T,
}

/// A failure as it travels: the command that asked says it as its own.
#[derive(Serialize, Deserialize)]
struct Told {
    exit: u8,
    what: String,
    why: String,
    remedy: String,
}

/// The server's end: what a desk says.
pub(super) fn answer<T: Serialize>(said: Result<T, Failure>) -> Response {
    match said {
        Ok(said) => Json(said).into_response(),
        Err(failure) => {
            let (exit, what, why, remedy) = failure.into_parts();
            let told = Told { exit: exit as u8, what, why, remedy };
            (StatusCode::UNPROCESSABLE_ENTITY, Json(told)).into_response()
        }
    }
}

/// The command's end: asks the running server.
///
/// # Errors
///
/// What the server says, or that it does not answer.
pub(crate) async fn ask<Q: Serialize, A: DeserializeOwned>(
    data: &Path,
    address: &str,
    question: &Q,
) -> Result<A, Failure> {
    let lost = |why: String| {
        Failure::environment(
            "the running server did not answer",
            why,
            "see whether it runs and is of this version, and try again as the user that runs it",
        )
    };
    let question = serde_json::to_vec(&Asked { who: os_user(), ask: question });
    let question = question.map_err(|e| lost(e.to_string()))?;
    let answered = exchange(data, address, question).await.map_err(|e| lost(e.to_string()))?;
    match answered {
        (StatusCode::OK, body) => serde_json::from_slice(&body).map_err(|e| lost(e.to_string())),
        (_, body) => match serde_json::from_slice::<Told>(&body) {
            Ok(told) => {
                let exits = [Exit::Negative, Exit::Usage, Exit::Environment];
                let exit = exits.into_iter().find(|exit| *exit as u8 == told.exit);
                Err(Failure::new(exit.unwrap_or(Exit::Environment), told.what, told.why, told.remedy))
            }
            Err(error) => Err(lost(error.to_string())),
        },
    }
}

async fn exchange(data: &Path, address: &str, question: Vec<u8>) -> io::Result<(StatusCode, Bytes)> {
    let stream = UnixStream::connect(DataFolder::socket(data)).await?;
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(io::Error::other)?;
    let request = Request::post(address)
        .header("host", "owner")
        .header("content-type", "application/json")
        .body(Full::new(Bytes::from(question)))
        .map_err(io::Error::other)?;
    let exchange = async {
        let response = sender.send_request(request).await.map_err(io::Error::other)?;
        let status = response.status();
        let body = response.into_body().collect().await.map_err(io::Error::other)?.to_bytes();
        drop(sender);
        Ok((status, body))
    };
    let (answered, _) = tokio::join!(exchange, connection);
    answered
}
