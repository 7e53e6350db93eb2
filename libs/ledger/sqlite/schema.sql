-- Amounts in each account's unit (dollars as micro-dollars), times in microseconds since the epoch.
CREATE TABLE IF NOT EXISTS balances (
  scope    TEXT NOT NULL,
  window   TEXT NOT NULL,
  unit     TEXT NOT NULL,
  cap      INTEGER,           -- declared at the latest reserve; null: counted only
  reserved INTEGER NOT NULL CHECK (reserved >= 0),
  settled  INTEGER NOT NULL CHECK (settled >= 0),
  changes  TEXT NOT NULL,     -- JSON: what overrides do to the cap
  PRIMARY KEY (scope, window, unit)
) STRICT, WITHOUT ROWID;

-- Accounts of a minute; forgotten when the minute is long past.
CREATE TABLE IF NOT EXISTS minutes (
  scope      TEXT NOT NULL,
  window     TEXT NOT NULL,
  unit       TEXT NOT NULL,
  cap        INTEGER,
  reserved   INTEGER NOT NULL CHECK (reserved >= 0),
  settled    INTEGER NOT NULL CHECK (settled >= 0),
  changes    TEXT NOT NULL,
  counted_at INTEGER NOT NULL, -- by the store's clock, the last time
  PRIMARY KEY (scope, window, unit)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS minutes_counted ON minutes (counted_at);

-- What accounts without an end stood at, and since when.
CREATE TABLE IF NOT EXISTS idle_marks (
  scope    TEXT NOT NULL,
  window   TEXT NOT NULL,
  unit     TEXT NOT NULL,
  settled  INTEGER NOT NULL,
  since_at INTEGER NOT NULL,
  PRIMARY KEY (scope, window, unit)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS overrides (
  override_id TEXT PRIMARY KEY,
  override    TEXT NOT NULL     -- JSON
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS reservations (
  reservation_id TEXT PRIMARY KEY,
  request_id     TEXT NOT NULL,
  tenant         TEXT NOT NULL,
  amounts_asked  TEXT NOT NULL,
  outcome        TEXT NOT NULL, -- JSON: what reserve answered
  accounts       TEXT NOT NULL, -- JSON: [[scope, window], …], with unit and label behind them where they are others than dollars of every call
  open           INTEGER NOT NULL CHECK (open >= in_flight), -- dollars of every call
  in_flight      INTEGER NOT NULL CHECK (in_flight >= 0),
  released       INTEGER NOT NULL,
  reserved_at    INTEGER NOT NULL,
  closed_at      INTEGER,       -- by the store's clock; null while money or calls hang on it
  lines          TEXT NOT NULL DEFAULT '[]', -- JSON: [[unit, label, open, in flight], …], the others
  restored       INTEGER NOT NULL DEFAULT 0
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
  terms          TEXT NOT NULL DEFAULT '{}', -- JSON: tokens, labels, and what was charged
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

-- One row: the ledger's life, which a restore ends.
CREATE TABLE IF NOT EXISTS life (
  one   INTEGER PRIMARY KEY CHECK (one = 1),
  epoch TEXT NOT NULL
) STRICT;

-- Requests that wait (`DeferredStore`). With row ids: events are large.
CREATE TABLE IF NOT EXISTS deferred (
  park_id     TEXT PRIMARY KEY,
  request_id  TEXT NOT NULL,
  tenant      TEXT NOT NULL,
  lane        TEXT NOT NULL,
  arrived_at  INTEGER NOT NULL,
  parked_at   INTEGER NOT NULL,
  until_at    INTEGER NOT NULL,
  rests_until INTEGER NOT NULL,
  need        INTEGER NOT NULL,
  event       BLOB,             -- null when it is gone
  left_at     INTEGER,          -- null while it stands in line
  gone_at     INTEGER           -- by the store's clock
) STRICT;
CREATE INDEX IF NOT EXISTS deferred_line ON deferred (lane, arrived_at, park_id) WHERE left_at IS NULL;
CREATE INDEX IF NOT EXISTS deferred_until ON deferred (until_at) WHERE left_at IS NULL;
CREATE INDEX IF NOT EXISTS deferred_parked ON deferred (parked_at) WHERE left_at IS NULL;
CREATE INDEX IF NOT EXISTS deferred_leaving ON deferred (left_at) WHERE left_at IS NOT NULL AND gone_at IS NULL;
CREATE INDEX IF NOT EXISTS deferred_gone ON deferred (gone_at) WHERE gone_at IS NOT NULL;

-- Who lets them go, one at a time.
CREATE TABLE IF NOT EXISTS leads (
  name     TEXT PRIMARY KEY,
  owner    TEXT NOT NULL,
  until_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
