-- What a journal entry does to one account: one row per entry, scope and budget window.
CREATE TABLE IF NOT EXISTS postings_raw
(
    tenant LowCardinality(String),
    entry_id String,
    scope LowCardinality(String),
    budget_window LowCardinality(String),
    sequence Int64,
    kind LowCardinality(String),
    reserved_delta_micro_usd Int64,
    settled_delta_micro_usd Int64,
    reserved_after_micro_usd Int64,
    settled_after_micro_usd Int64,
    at DateTime64(6, 'UTC'),
    stored_at DateTime DEFAULT now()
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(at)
ORDER BY (tenant, entry_id, scope, budget_window)
