//! The owner's socket: how commands write through a running server. A Unix socket of mode 0600 in
//! the data folder; whoever can open it could read the data anyway.

mod ask;
mod keys;
mod registers;
mod systems;

use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::Router;
use tokio::net::UnixListener;

use crate::data_folder::DataFolder;
use crate::failure::Failure;
use crate::key_desk::KeyDesk;
use crate::register_desk::RegisterDesk;
use crate::system_desk::SystemDesk;

pub(crate) use ask::ask;

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

/// What the socket answers: each desk has its own addresses.
pub(crate) fn router(keys: Arc<KeyDesk>, systems: Arc<SystemDesk>, registers: Arc<RegisterDesk>) -> Router {
    Router::new()
        .merge(keys::router(keys))
        .merge(systems::router(systems))
        .merge(registers::router(registers))
}
