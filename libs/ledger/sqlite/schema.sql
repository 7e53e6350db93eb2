-- Amounts in micro-dollars, times in microseconds since the epoch.
CREATE TABLE IF NOT EXISTS accounts (
  scope    TEXT NOT NULL,
  window   TEXT NOT NULL,
  cap      INTEGER,           -- in force at the latest reserve; null: counted only
  reserved INTEGER NOT NULL CHECK (reserved >= 0),
  settled  INTEGER NOT NULL CHECK (settled >= 0),
  PRIMARY KEY (scope, window)
) STRICT, WITHOUT ROWID;

-- Requests reserved in a minute; forgotten when the minute is long past.
CREATE TABLE IF NOT EXISTS rates (
  scope      TEXT NOT NULL,
  window     TEXT NOT NULL,
  requests   INTEGER NOT NULL,
  counted_at INTEGER NOT NULL, -- by the store's clock, the last time
  PRIMARY KEY (scope, window)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS rates_counted ON rates (counted_at);

CREATE TABLE IF NOT EXISTS reservations (
  reservation_id TEXT PRIMARY KEY,
  request_id     TEXT NOT NULL,
  tenant         TEXT NOT NULL,
  amounts_asked  TEXT NOT NULL,
  outcome        TEXT NOT NULL, -- JSON: what reserve answered
  accounts       TEXT NOT NULL, -- JSON: [[scope, window], …]
  open           INTEGER NOT NULL CHECK (open >= in_flight),
  in_flight      INTEGER NOT NULL CHECK (in_flight >= 0),
  released       INTEGER NOT NULL,
  reserved_at    INTEGER NOT NULL,
  closed_at      INTEGER        -- by the store's clock; null while money or calls hang on it
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS reservations_closed ON reservations (closed_at) WHERE closed_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS reservations_uncleared ON reservations (reserved_at) WHERE closed_at IS NULL;

-- With row ids: outcomes are large, and in a table without them they would sit in the tree's inner pages.
CREATE TABLE IF NOT EXISTS attempts (
  reservation_id TEXT NOT NULL,
  attempt_id     TEXT NOT NULL,
  worst_case     INTEGER NOT NULL,
  owner          TEXT NOT NULL,
  began_at       INTEGER NOT NULL,
  outcome        BLOB,          -- null while in flight
  PRIMARY KEY (reservation_id, attempt_id)
) STRICT;

-- Never reuses a sequence, also when the outbox is empty.
CREATE TABLE IF NOT EXISTS outbox (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  entry_id TEXT NOT NULL UNIQUE,
  entry    TEXT NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS answers (
  request_id TEXT PRIMARY KEY,
  answer     BLOB NOT NULL,
  kept_at    INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS answers_kept ON answers (kept_at);
