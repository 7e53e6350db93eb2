-- Accounts count dollars, tokens or requests, so the unit is part of a posting's key. A column of the key can have no
-- default: what was written before is '', which views read as usd. Columns named *_micro_usd hold amounts in that unit.
ALTER TABLE postings_raw
    ADD COLUMN IF NOT EXISTS unit LowCardinality(String) AFTER budget_window,
    MODIFY ORDER BY (tenant, entry_id, scope, budget_window, unit)
