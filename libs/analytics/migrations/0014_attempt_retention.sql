-- As the decision that the attempts belong to.
ALTER TABLE attempts_raw
    ADD COLUMN IF NOT EXISTS retention_days UInt16 DEFAULT 17500,
    MODIFY TTL toDate(received_at, 'UTC') + toIntervalDay(retention_days) DELETE WHERE retention_days < 17500
