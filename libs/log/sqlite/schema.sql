-- A record's id is its place: partition id × 2^40 + offset. One B-tree, read in offset order, and no second index.
CREATE TABLE IF NOT EXISTS record (
  id INTEGER PRIMARY KEY,
  timestamp_micros INTEGER NOT NULL,
  key BLOB,
  value BLOB,
  headers BLOB
);
CREATE TABLE IF NOT EXISTS topic (
  name TEXT PRIMARY KEY,
  retention_ms INTEGER,
  retention_bytes INTEGER
);
-- next_offset is kept here and not derived from the records: retention may have removed all of them.
CREATE TABLE IF NOT EXISTS topic_partition (
  id INTEGER PRIMARY KEY,
  topic TEXT NOT NULL,
  number INTEGER NOT NULL,
  next_offset INTEGER NOT NULL DEFAULT 0,
  UNIQUE (topic, number)
);
CREATE TABLE IF NOT EXISTS consumer_group (
  id TEXT PRIMARY KEY,
  generation INTEGER NOT NULL
);
-- A member lives until lease_until_ms; topics and assigned are JSON (names; partition ids of the group's generation).
CREATE TABLE IF NOT EXISTS member (
  group_id TEXT NOT NULL,
  id TEXT NOT NULL,
  topics TEXT NOT NULL,
  assigned TEXT NOT NULL,
  lease_until_ms INTEGER NOT NULL,
  PRIMARY KEY (group_id, id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS committed (
  group_id TEXT NOT NULL,
  partition_id INTEGER NOT NULL,
  next_offset INTEGER NOT NULL,
  PRIMARY KEY (group_id, partition_id)
) WITHOUT ROWID;
