-- Limits of a key; NULL is none.
ALTER TABLE api_key ADD COLUMN requests_per_minute INTEGER;
ALTER TABLE api_key ADD COLUMN concurrent_requests INTEGER;
ALTER TABLE api_key ADD COLUMN tokens_per_day INTEGER;
-- The end of a rotation's overlap. Its last day, `expires_at`, stays what it was issued with.
ALTER TABLE api_key ADD COLUMN ends_at INTEGER;

-- Who did what to a key, and when. Only ever added to.
CREATE TABLE api_key_act (
    id           BLOB NOT NULL,    -- one act may concern several keys
    api_key      BLOB NOT NULL,
    organisation BLOB NOT NULL,
    act          TEXT NOT NULL,    -- issued, revoked, rotated
    at           INTEGER NOT NULL, -- microseconds since 1970, UTC
    who          TEXT NOT NULL,    -- the user of the operating system
    successor    BLOB,             -- the key that a rotation issued in place of this one
    PRIMARY KEY (id, api_key)
) STRICT, WITHOUT ROWID;

-- Tokens that a key used on a day in Kazakhstan.
CREATE TABLE api_key_use (
    api_key      BLOB NOT NULL,
    day          TEXT NOT NULL,    -- YYYY-MM-DD
    organisation BLOB NOT NULL,
    tokens       INTEGER NOT NULL,
    PRIMARY KEY (api_key, day)
) STRICT, WITHOUT ROWID;

-- Who suspended and resumed which AI system, when and why (AI 18(2)). Only ever added to; kept apart
-- from the register, so that a new register lifts no suspension. Numbered, so that the order does
-- not depend on the clock.
CREATE TABLE system_act (
    system       TEXT NOT NULL,
    number       INTEGER NOT NULL,
    organisation BLOB NOT NULL,
    id           BLOB NOT NULL UNIQUE,
    act          TEXT NOT NULL,    -- suspended, resumed
    at           INTEGER NOT NULL,
    who          TEXT NOT NULL,
    reason       TEXT,
    PRIMARY KEY (system, number)
) STRICT, WITHOUT ROWID;
