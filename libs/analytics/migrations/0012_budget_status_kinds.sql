-- Beside thresholds: forecasts, anomalies and runaways, in any unit.
ALTER TABLE budget_status_raw
    ADD COLUMN IF NOT EXISTS kind LowCardinality(String) DEFAULT 'threshold',
    ADD COLUMN IF NOT EXISTS unit LowCardinality(String) DEFAULT 'usd',
    ADD COLUMN IF NOT EXISTS cap Int64 DEFAULT cap_micro_usd,
    ADD COLUMN IF NOT EXISTS reserved Int64 DEFAULT reserved_micro_usd,
    ADD COLUMN IF NOT EXISTS settled Int64 DEFAULT settled_micro_usd,
    ADD COLUMN IF NOT EXISTS observed Int64,
    ADD COLUMN IF NOT EXISTS expected_low Int64,
    ADD COLUMN IF NOT EXISTS expected_high Int64,
    ADD COLUMN IF NOT EXISTS exhausted_at Nullable(DateTime64(6, 'UTC'))
