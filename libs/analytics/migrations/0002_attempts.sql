-- One row per provider call, in the month of its request.
CREATE TABLE IF NOT EXISTS attempts_raw
(
    tenant LowCardinality(String),
    attempt_id String,
    request_id String,
    application LowCardinality(String),
    department LowCardinality(String),
    route LowCardinality(Nullable(String)),
    task_type LowCardinality(Nullable(String)),
    complexity LowCardinality(Nullable(String)),
    risk_class LowCardinality(Nullable(String)),
    language LowCardinality(Nullable(String)),
    round Int64,
    candidate LowCardinality(String),
    provider LowCardinality(String),
    model LowCardinality(String),
    region LowCardinality(String),
    outcome LowCardinality(String),
    finish_reason LowCardinality(Nullable(String)),
    error Nullable(String),
    provider_request_id Nullable(String),
    input_tokens Int64,
    cached_input_tokens Int64,
    output_tokens Int64,
    reasoning_tokens Int64,
    cost_nano_usd Int64,
    received_at DateTime64(6, 'UTC'),
    started_at DateTime64(6, 'UTC'),
    latency_micros Int64,
    stored_at DateTime DEFAULT now(),
    INDEX by_request request_id TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(received_at)
ORDER BY (tenant, attempt_id)
