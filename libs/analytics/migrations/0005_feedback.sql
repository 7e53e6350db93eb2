-- What the business says about an answer afterwards.
CREATE TABLE IF NOT EXISTS feedback_raw
(
    tenant LowCardinality(String),
    feedback_id String,
    request_id String,
    user Nullable(String),
    succeeded Nullable(Bool),
    rating Nullable(Int64),
    comment Nullable(String),
    at DateTime64(6, 'UTC'),
    stored_at DateTime DEFAULT now()
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(at)
ORDER BY (tenant, feedback_id)
