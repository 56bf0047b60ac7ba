-- Every register that was ever in force. Rows are added and never changed, but for the mark that the
-- ledger has its record. The register speaks of all organisations, so no row belongs to one.
CREATE TABLE register_version (
    number   INTEGER PRIMARY KEY,
    version  TEXT NOT NULL,
    text     TEXT NOT NULL,
    at       INTEGER NOT NULL, -- microseconds since 1970, UTC
    by       TEXT NOT NULL,
    reason   TEXT NOT NULL,
    recorded INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX register_version_version ON register_version (version);
