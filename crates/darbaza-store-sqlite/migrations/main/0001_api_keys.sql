CREATE TABLE api_key (
    id           BLOB PRIMARY KEY,
    organisation BLOB NOT NULL,
    system       TEXT NOT NULL,
    owner        TEXT NOT NULL,
    purposes     TEXT NOT NULL,    -- JSON array of words
    lookup       BLOB NOT NULL UNIQUE,
    issued_at    INTEGER NOT NULL, -- microseconds since 1970, UTC
    expires_at   INTEGER,
    revoked_at   INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX api_key_system ON api_key (system);
