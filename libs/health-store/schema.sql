-- What instances say of deployments, one row for each pair; the newest revision is the store's.
CREATE TABLE IF NOT EXISTS report (
  member TEXT PRIMARY KEY,
  revision INTEGER NOT NULL,
  body TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS report_revision ON report (revision);
-- Shared limits: token buckets.
CREATE TABLE IF NOT EXISTS bucket (
  key TEXT PRIMARY KEY,
  left REAL NOT NULL,
  at_micros INTEGER NOT NULL
) WITHOUT ROWID;
