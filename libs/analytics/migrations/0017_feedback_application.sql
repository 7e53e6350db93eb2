-- On whose topic it came: what one application says about another's request is not joined with it.
ALTER TABLE feedback_raw
    ADD COLUMN IF NOT EXISTS application LowCardinality(String) DEFAULT ''
