-- The leaves of the tree, in order. `organisation` is empty only for notes about the gate itself.
CREATE TABLE leaf (
    idx          INTEGER PRIMARY KEY,
    organisation BLOB,
    kind         TEXT NOT NULL,
    receipt      BLOB,
    at           INTEGER NOT NULL, -- microseconds since 1970, UTC
    bytes        BLOB NOT NULL
) STRICT;

-- One row per decision: where it stands and where its outcome does.
CREATE TABLE journal (
    receipt      BLOB PRIMARY KEY,
    organisation BLOB NOT NULL,
    system       TEXT NOT NULL,
    decision     INTEGER NOT NULL,
    outcome      INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX journal_open ON journal (receipt) WHERE outcome IS NULL;

-- Size and root of the tree and its right edge, so that a start need not hash the whole ledger.
CREATE TABLE head (
    one  INTEGER PRIMARY KEY CHECK (one = 1),
    size INTEGER NOT NULL,
    root BLOB NOT NULL,
    edge BLOB NOT NULL
) STRICT;

-- The last head that was signed. Kept before the signature leaves the process.
CREATE TABLE signed_head (
    one  INTEGER PRIMARY KEY CHECK (one = 1),
    size INTEGER NOT NULL,
    root BLOB NOT NULL,
    note TEXT NOT NULL
) STRICT;
