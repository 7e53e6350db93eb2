-- A budget crossed a threshold.
CREATE TABLE IF NOT EXISTS budget_status_raw
(
    event_id String,
    scope LowCardinality(String),
    budget_window LowCardinality(String),
    band LowCardinality(String),
    threshold_percent Int64,
    cap_micro_usd Int64,
    reserved_micro_usd Int64,
    settled_micro_usd Int64,
    at DateTime64(6, 'UTC'),
    stored_at DateTime DEFAULT now()
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(at)
ORDER BY event_id
