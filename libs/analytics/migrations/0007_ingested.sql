-- The loss account: one row per record of the log whose rows are stored, written after them. The record's own time
-- (the same in every redelivery) chooses the partition.
CREATE TABLE IF NOT EXISTS ingested_raw
(
    topic LowCardinality(String),
    log_partition UInt32,
    log_offset Int64 CODEC(Delta, ZSTD),
    record_at DateTime64(6, 'UTC') CODEC(Delta, ZSTD),
    stored_at DateTime DEFAULT now() CODEC(Delta, ZSTD)
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(record_at)
ORDER BY (topic, log_partition, log_offset)
