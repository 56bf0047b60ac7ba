//! API keys.

use std::num::{NonZeroU32, NonZeroU64};

use darbaza_core::{KeyId, OrganisationId, Purpose};
use darbaza_store::{Act, ApiKey, KeyActKind, KeyLimits, KeyLookup, KeyStore, KeyUse, NewApiKey, StoreError};
use rusqlite::{Row, Transaction, params};
use uuid::Uuid;

use super::SqliteMain;
use crate::convert::{damaged, microseconds, signed, timestamp, unsigned, uuid};
use crate::open::engine;

impl KeyStore for SqliteMain {
    fn add(&self, key: &NewApiKey, act: &Act) -> Result<(), StoreError> {
        let purposes = purposes(key)?;
        self.write("keeping a key", |tx| {
            insert(tx, key, &purposes)?;
            note(tx, key.id, act, KeyActKind::Issued, None).map(drop)
        })
    }

    fn revoke(&self, keys: &[KeyId], act: &Act) -> Result<usize, StoreError> {
        self.write("revoking keys", |tx| {
            let mut revoked = 0;
            for key in keys {
                if end(tx, *key, act)? > 0 {
                    revoked += note(tx, *key, act, KeyActKind::Revoked, None)?;
                }
            }
            Ok(revoked)
        })
    }

    fn rotate(
        &self,
        key: KeyId,
        successor: &NewApiKey,
        ends_at: Option<jiff::Timestamp>,
        act: &Act,
    ) -> Result<(), StoreError> {
        let purposes = purposes(successor)?;
        self.write("rotating a key", |tx| {
            insert(tx, successor, &purposes)?;
            let (old, new) = (key.0.as_bytes(), successor.id.0.as_bytes());
            match ends_at {
                None => end(tx, key, act)?,
                Some(at) => tx.execute(
                    "UPDATE api_key SET ends_at = min(?, ifnull(ends_at, ?)) WHERE id = ?",
                    params![microseconds(at), microseconds(at), old],
                )?,
            };
            note(tx, key, act, KeyActKind::Rotated, Some(successor.id))?;
            let carry = "INSERT INTO api_key_use (api_key, day, organisation, tokens)
                SELECT ?, day, organisation, tokens FROM api_key_use WHERE api_key = ?";
            tx.execute(carry, params![new, old]).map(drop)
        })
    }

    fn keys(&self) -> Result<Vec<ApiKey>, StoreError> {
        let connection = self.connection();
        let mut statement = connection
            .prepare(
                "SELECT id, organisation, system, owner, purposes, lookup, issued_at, expires_at,
                        requests_per_minute, concurrent_requests, tokens_per_day, ends_at, revoked_at
                 FROM api_key ORDER BY id",
            )
            .map_err(engine("reading keys"))?;
        let rows = statement.query_map([], Columns::read).map_err(engine("reading keys"))?;
        rows.map(|row| row.map_err(engine("reading keys"))?.into_key()).collect()
    }

    fn keep_use(&self, uses: &[KeyUse]) -> Result<(), StoreError> {
        let sql = "INSERT INTO api_key_use (api_key, day, organisation, tokens) VALUES (?, ?, ?, ?)
            ON CONFLICT (api_key, day) DO UPDATE SET tokens = max(tokens, excluded.tokens)";
        self.write("keeping the use of keys", |tx| {
            for used in uses {
                let (key, organisation) = (used.key.0.as_bytes(), used.organisation.0.as_bytes());
                let values = params![key, used.day.to_string(), organisation, signed(used.tokens)];
                tx.prepare_cached(sql)?.execute(values)?;
            }
            Ok(())
        })
    }

    fn last_use(&self) -> Result<Vec<KeyUse>, StoreError> {
        let connection = self.connection();
        let doing = "reading the use of keys";
        let mut statement = connection
            .prepare("SELECT api_key, organisation, max(day), tokens FROM api_key_use GROUP BY api_key")
            .map_err(engine(doing))?;
        let read = |row: &Row<'_>| {
            Ok((uuid(row, 0)?, uuid(row, 1)?, row.get::<_, String>(2)?, row.get::<_, i64>(3)?))
        };
        let rows = statement.query_map([], read).map_err(engine(doing))?;
        rows.map(|row| {
            let (key, organisation, day, tokens) = row.map_err(engine(doing))?;
            let day = day.parse().map_err(|_| damaged("a day of a key's use"))?;
            let organisation = OrganisationId(organisation);
            Ok(KeyUse { key: KeyId(key), organisation, day, tokens: unsigned(tokens) })
        })
        .collect()
    }
}

fn purposes(key: &NewApiKey) -> Result<String, StoreError> {
    let words: Vec<&str> = key.purposes.iter().map(Purpose::as_str).collect();
    serde_json::to_string(&words).map_err(|_| damaged("the purposes of a key"))
}

fn insert(tx: &Transaction<'_>, key: &NewApiKey, purposes: &str) -> rusqlite::Result<()> {
    let sql = "INSERT INTO api_key
        (id, organisation, system, owner, purposes, lookup, issued_at, expires_at,
         requests_per_minute, concurrent_requests, tokens_per_day)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    let values = params![
        key.id.0.as_bytes(),
        key.organisation.0.as_bytes(),
        key.system.as_str(),
        key.owner,
        purposes,
        key.lookup.0,
        microseconds(key.issued_at),
        key.expires_at.map(microseconds),
        key.limits.requests_per_minute.map(NonZeroU32::get),
        key.limits.concurrent.map(NonZeroU32::get),
        key.limits.tokens_per_day.map(|n| signed(n.get())),
    ];
    tx.execute(sql, values).map(drop)
}

/// Revokes a key that is not revoked yet.
fn end(tx: &Transaction<'_>, key: KeyId, act: &Act) -> rusqlite::Result<usize> {
    let sql = "UPDATE api_key SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL";
    tx.execute(sql, params![microseconds(act.at), key.0.as_bytes()])
}

/// Adds who did what to a key.
fn note(
    tx: &Transaction<'_>,
    key: KeyId,
    act: &Act,
    kind: KeyActKind,
    successor: Option<KeyId>,
) -> rusqlite::Result<usize> {
    let sql = "INSERT INTO api_key_act (id, api_key, organisation, act, at, who, successor)
        SELECT ?, id, organisation, ?, ?, ?, ? FROM api_key WHERE id = ?";
    let successor = successor.map(|key| key.0.into_bytes());
    let (id, at) = (act.id.as_bytes(), microseconds(act.at));
    tx.execute(sql, params![id, kind.as_str(), at, act.who, successor, key.0.as_bytes()])
}

/// A row as SQLite holds it, before the words in it are checked.
struct Columns {
    id: Uuid,
    organisation: Uuid,
    system: String,
    owner: String,
    purposes: String,
    lookup: [u8; 32],
    issued_at: i64,
    expires_at: Option<i64>,
    limits: KeyLimits,
    ends_at: Option<i64>,
    revoked_at: Option<i64>,
}

impl Columns {
    fn read(row: &Row<'_>) -> rusqlite::Result<Columns> {
        let limits = KeyLimits {
            requests_per_minute: row.get::<_, Option<u32>>(8)?.and_then(NonZeroU32::new),
            concurrent: row.get::<_, Option<u32>>(9)?.and_then(NonZeroU32::new),
            tokens_per_day: row.get::<_, Option<i64>>(10)?.and_then(|n| NonZeroU64::new(unsigned(n))),
        };
        Ok(Columns {
            id: uuid(row, 0)?,
            organisation: uuid(row, 1)?,
            system: row.get(2)?,
            owner: row.get(3)?,
            purposes: row.get(4)?,
            lookup: row.get(5)?,
            issued_at: row.get(6)?,
            expires_at: row.get(7)?,
            limits,
            ends_at: row.get(11)?,
            revoked_at: row.get(12)?,
        })
    }

    fn into_key(self) -> Result<ApiKey, StoreError> {
        let issued = NewApiKey {
            id: KeyId(self.id),
            organisation: OrganisationId(self.organisation),
            system: self.system.parse().map_err(|_| damaged("the system of a key"))?,
            owner: self.owner,
            purposes: serde_json::from_str(&self.purposes).map_err(|_| damaged("the purposes of a key"))?,
            lookup: KeyLookup(self.lookup),
            issued_at: timestamp(self.issued_at)?,
            expires_at: self.expires_at.map(timestamp).transpose()?,
            limits: self.limits,
        };
        let ends_at = self.ends_at.map(timestamp).transpose()?;
        Ok(ApiKey { issued, ends_at, revoked_at: self.revoked_at.map(timestamp).transpose()? })
    }
}
