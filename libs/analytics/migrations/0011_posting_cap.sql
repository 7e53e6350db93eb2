-- The cap in force at that moment, overrides included; null: none.
ALTER TABLE postings_raw
    ADD COLUMN IF NOT EXISTS cap Nullable(Int64) AFTER settled_after_micro_usd
