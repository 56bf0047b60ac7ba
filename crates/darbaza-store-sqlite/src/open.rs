//! Opening a database file the way durability needs it.

use std::path::Path;

use darbaza_store::StoreError;
use rusqlite::{Connection, OpenFlags};

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

/// Opens for reading only; sees what is committed, beside a writer in this process or another.
pub(crate) fn reader(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(engine("opening for reading"))?;
    connection
        .execute_batch("PRAGMA query_only = ON; PRAGMA mmap_size = 0; PRAGMA busy_timeout = 5000;")
        .map_err(engine("opening for reading"))?;
    Ok(connection)
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
    for (number, sql) in (1..=known).zip(migrations).skip(version as usize) {
        let failed = engine("changing the schema");
        let transaction = connection.transaction().map_err(engine("changing the schema"))?;
        transaction
            .execute_batch(sql)
            .and_then(|()| transaction.pragma_update(None, "user_version", number))
            .and_then(|()| transaction.commit())
            .map_err(failed)?;
    }
    Ok(())
}

/// Names what was being done when SQLite failed.
pub(crate) fn engine(doing: &'static str) -> impl FnOnce(rusqlite::Error) -> StoreError {
    move |source| StoreError::Engine { doing, source: Box::new(source) }
}
