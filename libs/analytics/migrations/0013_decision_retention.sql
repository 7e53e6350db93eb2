-- A policy may say how long the trail of a request is kept; 17500 (as far as a Date goes) stands for no limit. Days are counted in UTC.
ALTER TABLE decisions_raw
    ADD COLUMN IF NOT EXISTS retention_days UInt16 DEFAULT 17500,
    MODIFY TTL toDate(received_at, 'UTC') + toIntervalDay(retention_days) DELETE WHERE retention_days < 17500
