-- The health of a deployment changed, as one executor sees it.
CREATE TABLE IF NOT EXISTS provider_health_raw
(
    event_id String,
    instance String,
    deployment LowCardinality(String),
    provider LowCardinality(String),
    model LowCardinality(String),
    region LowCardinality(String),
    band LowCardinality(String),
    breaker LowCardinality(String),
    cause LowCardinality(String),
    heard_from Nullable(String),
    error LowCardinality(Nullable(String)),
    samples Int64,
    failures Int64,
    slow Int64,
    latency_micros Nullable(Int64),
    concurrency_max Int64,
    in_flight Int64,
    until Nullable(DateTime64(6, 'UTC')),
    at DateTime64(6, 'UTC'),
    stored_at DateTime DEFAULT now()
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(at)
ORDER BY (deployment, at, event_id)
