//! Opening a database file the way durability needs it.

use std::fs::OpenOptions;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use darbaza_store::StoreError;
use rusqlite::{Connection, ErrorCode, OpenFlags};

/// Before 3.51.3 two connections that write and checkpoint at once could damage a WAL database.
const OLDEST_SQLITE: i32 = 3_051_003;

/// A schema: the changes in order. Position plus one is the version.
pub(crate) type Migrations = &'static [&'static str];

/// Opens for writing, brings the schema up to date, and sets what durability needs. Nobody else
/// should ever hold the file, so that whoever does is not waited for long.
pub(crate) fn writer(path: &Path, migrations: Migrations) -> Result<Connection, StoreError> {
    if rusqlite::version_number() < OLDEST_SQLITE {
        return Err(StoreError::Damaged(format!("SQLite {} is too old to be safe", rusqlite::version())));
    }
    make_private(path).map_err(|source| StoreError::Engine {
        doing: "making the database file",
        source: Box::new(source),
    })?;
    let mut connection = Connection::open(path).map_err(engine("opening the database"))?;
    let pragmas = "PRAGMA journal_mode = WAL;
         PRAGMA synchronous = FULL;
         PRAGMA foreign_keys = ON;
         PRAGMA secure_delete = ON;
         PRAGMA mmap_size = 0;
         PRAGMA wal_autocheckpoint = 0;
         PRAGMA busy_timeout = 1000;";
    connection.execute_batch(pragmas).map_err(engine("setting up the database"))?;
    migrate(&mut connection, path, migrations)?;
    Ok(connection)
}

/// Makes the file so that only its owner can read it; SQLite gives its log the same mode.
pub(crate) fn make_private(path: &Path) -> io::Result<()> {
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

/// Opens for reading only; sees what is committed, beside a writer in this process or another.
pub(crate) fn reader(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(engine("opening for reading"))?;
    match set_up_reader(&connection) {
        // A copy on a medium that cannot be written: SQLite needs files beside it that are not there.
        // Where there is no log, nobody writes, and the file is all there is.
        Err(error) if is_read_only(&error) && !path.with_extension("db-wal").exists() => {
            let flags = flags | OpenFlags::SQLITE_OPEN_URI;
            let connection =
                Connection::open_with_flags(immutable(path), flags).map_err(engine("opening for reading"))?;
            set_up_reader(&connection).map_err(engine("opening for reading"))?;
            Ok(connection)
        }
        set_up => set_up.map(|()| connection).map_err(engine("opening for reading")),
    }
}

fn set_up_reader(connection: &Connection) -> rusqlite::Result<()> {
    connection
        .execute_batch("PRAGMA query_only = ON; PRAGMA mmap_size = 0; PRAGMA busy_timeout = 5000;")
        .and_then(|()| connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(())))
}

fn is_read_only(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen))
}

/// The file as a URI that promises that nobody changes it.
fn immutable(path: &Path) -> String {
    let mut uri = "file:".to_owned();
    for byte in path.as_os_str().as_bytes() {
        match byte {
            b'/' | b'-' | b'.' | b'_' | b'~' => uri.push(char::from(*byte)),
            letter if letter.is_ascii_alphanumeric() => uri.push(char::from(*letter)),
            other => uri.push_str(&format!("%{other:02X}")),
        }
    }
    uri + "?immutable=1"
}

fn migrate(connection: &mut Connection, path: &Path, migrations: Migrations) -> Result<(), StoreError> {
    let version: u32 = connection
        .query_row("PRAGMA user_version", [], |row| row.get(0))
        .map_err(engine("reading the schema version"))?;
    let known = u32::try_from(migrations.len()).unwrap_or(u32::MAX);
    if version > known {
        let file = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        return Err(StoreError::Newer { file, found: version, known });
    }
    if version == known {
        return Ok(());
    }
    // All or nothing: an upgrade that fails half-way leaves the file as the older version wrote it.
    let failed = || engine("changing the schema");
    let transaction = connection.transaction().map_err(failed())?;
    for sql in migrations.iter().skip(version as usize) {
        transaction.execute_batch(sql).map_err(failed())?;
    }
    transaction.pragma_update(None, "user_version", known).map_err(failed())?;
    transaction.commit().map_err(failed())
}

/// Names what was being done when SQLite failed.
pub(crate) fn engine(doing: &'static str) -> impl FnOnce(rusqlite::Error) -> StoreError {
    move |source| StoreError::Engine { doing, source: Box::new(source) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: &str = "CREATE TABLE one (a INTEGER) STRICT";
    const SECOND: &str = "CREATE TABLE two (b INTEGER) STRICT; INSERT INTO two VALUES (1)";
    const OLD: Migrations = &[FIRST];
    const WRONG: Migrations = &[FIRST, SECOND, "CREATE TABLE three (c WRONG) STRICT"];
    const NEW: Migrations = &[FIRST, SECOND, "CREATE TABLE three (c TEXT) STRICT"];

    fn version_and_tables(path: &Path) -> (u32, i64) {
        let connection = Connection::open(path).unwrap();
        let version = connection.query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap();
        let tables =
            connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).unwrap();
        (version, tables)
    }

    #[test]
    fn an_upgrade_is_done_as_a_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("some.db");
        drop(writer(&path, OLD).unwrap());
        let wrong = writer(&path, WRONG);
        assert!(matches!(wrong, Err(StoreError::Engine { doing: "changing the schema", .. })));
        assert_eq!(version_and_tables(&path), (1, 1), "the second change is not kept without the third");
        drop(writer(&path, NEW).unwrap());
        assert_eq!(version_and_tables(&path), (3, 3));
        assert!(matches!(writer(&path, OLD), Err(StoreError::Newer { found: 3, known: 1, .. })));
        assert_eq!(version_and_tables(&path), (3, 3));
    }
}
