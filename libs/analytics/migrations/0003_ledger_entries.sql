-- The journal of every reservation, settlement and release.
CREATE TABLE IF NOT EXISTS ledger_entries_raw
(
    tenant LowCardinality(String),
    entry_id String,
    sequence Int64,
    kind LowCardinality(String),
    status LowCardinality(String),
    request_id String,
    reservation_id String,
    attempt_id Nullable(String),
    amount_micro_usd Int64,
    cost_nano_usd Int64,
    at DateTime64(6, 'UTC'),
    stored_at DateTime DEFAULT now(),
    INDEX by_request request_id TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(at)
ORDER BY (tenant, entry_id)
