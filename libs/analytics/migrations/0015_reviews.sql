-- What a person decided about a held answer; of several reviews of one request the first counted.
CREATE TABLE IF NOT EXISTS reviews_raw
(
    tenant LowCardinality(String),
    event_id String,
    request_id String,
    verdict LowCardinality(String),
    reviewer String,
    comment Nullable(String),
    reason String,
    held_at DateTime64(6, 'UTC'),
    at DateTime64(6, 'UTC'),
    stored_at DateTime DEFAULT now()
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(at)
ORDER BY (tenant, event_id)
