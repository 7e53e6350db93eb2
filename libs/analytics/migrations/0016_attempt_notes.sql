-- What was done beside the plain call (hedge, hedge_lost, streamed, stream_held, pruned, over_latency), and tokens that have a price of their own.
ALTER TABLE attempts_raw
    ADD COLUMN IF NOT EXISTS notes Array(LowCardinality(String)),
    ADD COLUMN IF NOT EXISTS cache_write_tokens Int64 DEFAULT 0
