//! The owner's socket: how commands write through a running server. A Unix socket of mode 0600 in
//! the data folder; whoever can open it could read the data anyway.

use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use serde::{Deserialize, Serialize};
use tokio::net::{UnixListener, UnixStream};

use crate::data_folder::DataFolder;
use crate::failure::{Exit, Failure};
use crate::key_desk::{IssuedKey, KeyDesk, KeyRequest};

/// A failure as it travels: the command that asked says it as its own.
#[derive(Serialize, Deserialize)]
struct Told {
    exit: u8,
    what: String,
    why: String,
    remedy: String,
}

/// The longest path of a Unix socket; the system's structure has 108 bytes, one of them a zero.
const LONGEST: usize = 107;

/// Refuses a data folder whose socket could not be opened, before anything is made there.
///
/// # Errors
///
/// Where the path is too long.
pub(crate) fn check_length(data: &Path) -> Result<(), Failure> {
    let path = DataFolder::socket(data);
    let length = path.as_os_str().len();
    if length <= LONGEST {
        return Ok(());
    }
    Err(Failure::environment(
        format!("the data folder {} cannot be used", data.display()),
        format!("the path of the socket in it has {length} bytes, and the system allows {LONGEST}"),
        "name a data folder with a shorter path, or one relative to the folder you are in",
    ))
}

/// Opens the socket; a stale one of a server that was killed is replaced, since the data folder's
/// lock says that no server runs.
pub(crate) fn bind(data: &Path) -> Result<UnixListener, Failure> {
    let path = DataFolder::socket(data);
    let bound = remove(&path).and_then(|()| UnixListener::bind(&path)).and_then(|listener| {
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))?;
        Ok(listener)
    });
    bound.map_err(|why| {
        Failure::environment(
            format!("the socket {} cannot be opened", path.display()),
            why,
            "use a data folder on a local disk",
        )
    })
}

fn remove(path: &PathBuf) -> io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// What the socket answers.
pub(crate) fn router(desk: Arc<KeyDesk>) -> Router {
    Router::new().route("/keys", post(issue)).with_state(desk)
}

async fn issue(State(desk): State<Arc<KeyDesk>>, Json(request): Json<KeyRequest>) -> Response {
    match desk.issue(&request) {
        Ok(issued) => Json(issued).into_response(),
        Err(failure) => {
            let (exit, what, why, remedy) = failure.into_parts();
            let told = Told { exit: exit as u8, what, why, remedy };
            (StatusCode::UNPROCESSABLE_ENTITY, Json(told)).into_response()
        }
    }
}

/// Asks the running server for a key.
pub(crate) async fn ask_for_key(data: &Path, request: &KeyRequest) -> Result<IssuedKey, Failure> {
    let lost = |why: String| {
        Failure::environment(
            "the running server did not answer",
            why,
            "see whether it runs, and try again as the user that runs it",
        )
    };
    let answered = exchange(data, request).await.map_err(|e| lost(e.to_string()))?;
    match answered {
        (StatusCode::OK, body) => serde_json::from_slice(&body).map_err(|e| lost(e.to_string())),
        (_, body) => match serde_json::from_slice::<Told>(&body) {
            Ok(told) => {
                let exit = if told.exit == Exit::Usage as u8 { Exit::Usage } else { Exit::Environment };
                Err(Failure::new(exit, told.what, told.why, told.remedy))
            }
            Err(error) => Err(lost(error.to_string())),
        },
    }
}

async fn exchange(data: &Path, request: &KeyRequest) -> io::Result<(StatusCode, Bytes)> {
    let stream = UnixStream::connect(DataFolder::socket(data)).await?;
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(io::Error::other)?;
    let body = Full::new(Bytes::from(serde_json::to_vec(request)?));
    let request = Request::post("/keys")
        .header("host", "owner")
        .header("content-type", "application/json")
        .body(body)
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
